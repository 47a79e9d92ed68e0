from django.apps import AppConfig


class DemoConfig(AppConfig):
    name = "relacja.demo"
    label = "demo"
