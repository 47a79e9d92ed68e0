from typing import Any

from django.apps import AppConfig
from django.db.backends.signals import connection_created

from relacja.lib import discovery


class ContactsConfig(AppConfig):
    name = "relacja.contacts"
    label = "contacts"

    def ready(self) -> None:
        connection_created.connect(_teach_letters)
        discovery.contributions("profile")
        discovery.contributions("panels")
        discovery.contributions("uses")
        discovery.contributions("narrowing")
        discovery.contributions("forgets")
        discovery.contributions("merging")
        discovery.contributions("deeds")


def _teach_letters(connection: Any, **_more: Any) -> None:
    """SQLite makes small only the letters of English; conditions compare without regard to case in any language."""
    if connection.vendor == "sqlite":
        connection.connection.create_function("relacja_lower", 1, _lower, deterministic=True)


def _lower(text: Any) -> Any:
    return text.lower() if isinstance(text, str) else text
