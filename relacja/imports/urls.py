from django.urls import path

from relacja.imports import views

app_name = "imports"
urlpatterns = [
    path("imports/", views.imports, name="imports"),
    path("imports/<int:pk>/", views.one_import, name="import"),
    path("imports/<int:pk>/format/", views.format, name="format"),
    path("imports/<int:pk>/columns/", views.columns, name="columns"),
    path("imports/<int:pk>/check/", views.check, name="check"),
    path("imports/<int:pk>/run/", views.run, name="run"),
    path("imports/<int:pk>/pause/", views.pause, name="pause"),
    path("imports/<int:pk>/continuation/", views.continuation, name="continuation"),
    path("imports/<int:pk>/end/", views.end, name="end"),
    path("imports/<int:pk>/reversal/", views.reversal, name="reversal"),
    path("imports/<int:pk>/removal/", views.removal, name="removal"),
    path("imports/<int:pk>/refused/", views.refused, name="refused"),
]
