from django.urls import path

from relacja.places import views

app_name = "places"
urlpatterns = [
    path("settings/places/", views.places, name="places"),
    path("settings/places/<int:pk>/", views.gazetteer, name="gazetteer"),
    path("settings/places/<int:pk>/removal/", views.removal, name="removal"),
]
