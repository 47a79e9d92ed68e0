from django.apps import AppConfig

from relacja.lib import discovery


class MessagingConfig(AppConfig):
    name = "relacja.messaging"
    label = "messaging"

    def ready(self) -> None:
        discovery.contributions("confirmed")
        discovery.contributions("merge_fields")
