from django.apps import AppConfig

from relacja.lib import discovery


class SegmentsConfig(AppConfig):
    name = "relacja.segments"
    label = "segments"

    def ready(self) -> None:
        discovery.contributions("segment_rules")
        discovery.contributions("destinations")
        discovery.contributions("portrait")
        discovery.contributions("followed")
