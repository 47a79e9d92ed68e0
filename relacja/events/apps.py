from django.apps import AppConfig

from relacja.lib import discovery


class EventsConfig(AppConfig):
    name = "relacja.events"
    label = "events"

    def ready(self) -> None:
        discovery.contributions("vocabulary")
        discovery.contributions("subscribers")
