from django.apps import AppConfig


class ImportsConfig(AppConfig):
    name = "relacja.imports"
    label = "imports"
