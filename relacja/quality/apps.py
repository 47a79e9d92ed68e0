from django.apps import AppConfig


class QualityConfig(AppConfig):
    name = "relacja.quality"
    label = "quality"
