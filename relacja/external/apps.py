from django.apps import AppConfig


class ExternalConfig(AppConfig):
    name = "relacja.external"
    label = "external"
