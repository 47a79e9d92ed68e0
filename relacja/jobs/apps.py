from django.apps import AppConfig

from relacja.lib import discovery


class JobsConfig(AppConfig):
    name = "relacja.jobs"
    label = "jobs"

    def ready(self) -> None:
        discovery.contributions("tasks")
