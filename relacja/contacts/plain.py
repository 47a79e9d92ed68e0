"""Fields of a contact as plain JSON, the way the history keeps them: companies and owners by id, times as text."""

from collections.abc import Iterable, Mapping
from datetime import datetime
from typing import Any

from relacja.contacts import rules
from relacja.contacts.models import Contact

ATTRIBUTE = "attributes."
PUT_AWAY = "archived_at"
FIELDS = (*rules.FIELDS, "company", "owner", "stage")
_STORED = {"company": "company_id", "owner": "owner_id"}


def column(field: str) -> str:
    """The column in which `field` is stored."""
    return "attributes" if field.startswith(ATTRIBUTE) else field


def of(contact: Contact, fields: Iterable[str]) -> dict[str, Any]:
    """The present values of these fields."""
    return {field: value(contact, field) for field in fields}


def filled(contact: Contact) -> dict[str, Any]:
    """Everything that is known about a contact, empty fields left out."""
    names = (*FIELDS, *(ATTRIBUTE + key for key in contact.attributes))
    return {field: found for field in names if (found := value(contact, field)) not in (None, "")}


def value(contact: Contact, field: str) -> Any:
    if field.startswith(ATTRIBUTE):
        return contact.attributes.get(field.removeprefix(ATTRIBUTE))
    found = getattr(contact, _STORED.get(field, field))
    return found.isoformat() if isinstance(found, datetime) else found


def put(contact: Contact, values: Mapping[str, Any]) -> None:
    """Set these fields on a contact that was read; nothing is stored yet."""
    for field, plain in values.items():
        if field.startswith(ATTRIBUTE):
            key = field.removeprefix(ATTRIBUTE)
            others = {name: kept for name, kept in contact.attributes.items() if name != key}
            contact.attributes = others if plain is None else {**others, key: plain}
        elif field == PUT_AWAY:
            contact.archived_at = datetime.fromisoformat(plain) if plain else None
        else:
            setattr(contact, _STORED.get(field, field), plain)
