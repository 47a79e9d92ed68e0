from django.apps import AppConfig

from relacja.lib import discovery


class ContactsConfig(AppConfig):
    name = "relacja.contacts"
    label = "contacts"

    def ready(self) -> None:
        discovery.contributions("profile")
        discovery.contributions("panels")
        discovery.contributions("uses")
        discovery.contributions("narrowing")
        discovery.contributions("forgets")
        discovery.contributions("merging")
        discovery.contributions("deeds")
        discovery.contributions("lends")
