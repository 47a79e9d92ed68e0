from django.apps import AppConfig

from relacja.lib import discovery


class UiConfig(AppConfig):
    name = "relacja.ui"
    label = "ui"

    def ready(self) -> None:
        for registry in ("navigation", "home", "palette", "attention"):
            discovery.contributions(registry)
