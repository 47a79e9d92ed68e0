from django.apps import AppConfig

from relacja.lib import discovery


class JourneysConfig(AppConfig):
    name = "relacja.journeys"
    label = "journeys"

    def ready(self) -> None:
        discovery.contributions("journey_steps")
