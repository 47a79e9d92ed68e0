from django.urls import path

from relacja.external.views import listing, one

app_name = "external"
urlpatterns = [
    path("settings/external/", listing.sources, name="sources"),
    path("settings/external/new/", listing.new, name="new"),
    path("settings/external/new/folder/", listing.new_of_folder, name="new-of-folder"),
    path("settings/external/connections/new/<slug:kind>/", listing.new_connection, name="new-connection"),
    path("settings/external/connections/<int:pk>/", listing.connection, name="connection"),
    path("settings/external/connections/<int:pk>/trial/", listing.trial, name="trial"),
    path("settings/external/connections/<int:pk>/tables/", listing.tables, name="tables"),
    path("settings/external/connections/<int:pk>/removal/", listing.disconnection, name="disconnection"),
    path("settings/external/<int:pk>/", one.source, name="source"),
    path("settings/external/<int:pk>/columns/", one.columns, name="columns"),
    path("settings/external/<int:pk>/check/", one.check, name="check"),
    path("settings/external/<int:pk>/use/", one.use, name="use"),
    path("settings/external/<int:pk>/refresh/", one.refresh, name="refresh"),
    path("settings/external/<int:pk>/timing/", one.timing, name="timing"),
    path("settings/external/<int:pk>/file/", one.file, name="file"),
    path("settings/external/<int:pk>/removal/", one.removal, name="removal"),
    path("settings/external/<int:pk>/restoration/", one.restoration, name="restoration"),
    path("settings/external/<int:pk>/refreshes/<int:number>/", one.refreshed, name="refreshed"),
    path("settings/external/<int:pk>/refreshes/<int:number>/rows.csv", one.faulty_rows, name="faulty-rows"),
]
