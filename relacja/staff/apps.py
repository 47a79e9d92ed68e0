from django.apps import AppConfig

from relacja.lib import discovery


class StaffConfig(AppConfig):
    name = "relacja.staff"
    label = "staff"

    def ready(self) -> None:
        discovery.contributions("permissions")
        discovery.contributions("history")
        discovery.contributions("unseen")
