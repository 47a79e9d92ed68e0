from django.apps import AppConfig


class PlacesConfig(AppConfig):
    name = "relacja.places"
    label = "places"
