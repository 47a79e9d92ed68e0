from django.urls import path

from relacja.imports.views import mending, pages

app_name = "imports"
urlpatterns = [
    path("imports/", pages.imports, name="imports"),
    path("imports/<int:pk>/", pages.one_import, name="import"),
    path("imports/<int:pk>/format/", pages.format, name="format"),
    path("imports/<int:pk>/columns/", pages.columns, name="columns"),
    path("imports/<int:pk>/check/", pages.check, name="check"),
    path("imports/<int:pk>/run/", pages.run, name="run"),
    path("imports/<int:pk>/pause/", pages.pause, name="pause"),
    path("imports/<int:pk>/continuation/", pages.continuation, name="continuation"),
    path("imports/<int:pk>/end/", pages.end, name="end"),
    path("imports/<int:pk>/reversal/", pages.reversal, name="reversal"),
    path("imports/<int:pk>/removal/", pages.removal, name="removal"),
    path("imports/<int:pk>/refused/", mending.refused, name="refused"),
    path("imports/<int:pk>/refused/<int:row>/", mending.refusal, name="refusal"),
]
