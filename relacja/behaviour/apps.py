from django.apps import AppConfig

from relacja.lib import discovery


class BehaviourConfig(AppConfig):
    name = "relacja.behaviour"
    label = "behaviour"

    def ready(self) -> None:
        discovery.contributions("derived")
