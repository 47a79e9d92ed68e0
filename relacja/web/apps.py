from django.apps import AppConfig


class WebConfig(AppConfig):
    name = "relacja.web"
    label = "web"
