"""Fields of a contact or a company as plain JSON, the way the history keeps them: references by id, times as text."""

from collections.abc import Iterable, Mapping
from datetime import datetime
from typing import Any

from relacja.contacts import rules
from relacja.contacts.models import Company, Contact

ATTRIBUTE = "attributes."
PUT_AWAY = "archived_at"
TRASHED = "trashed_at"
LEFT = "left"
CONTACT = (*rules.FIELDS, "company", "owner", "stage")
COMPANY = ("name", "vat_id", "website", "phone", "street", "postal_code", "city", "country", "parent", "owner")
_STORED = {"company": "company_id", "owner": "owner_id", "parent": "parent_id"}
_NOTHING: tuple[Any, ...] = (None, "", [], {})


def column(field: str) -> str:
    """The column in which `field` is stored."""
    return "attributes" if field.startswith(ATTRIBUTE) else field


def stored(field: str) -> str:
    """The same as it is called in statements."""
    return _STORED.get(field, column(field))


def of(record: Contact | Company, fields: Iterable[str]) -> dict[str, Any]:
    """The present values of these fields."""
    return {field: value(record, field) for field in fields}


def filled(record: Contact | Company) -> dict[str, Any]:
    """Everything that is known about a record, empty fields left out."""
    own = CONTACT if isinstance(record, Contact) else COMPANY
    names = (*own, *(ATTRIBUTE + key for key in record.attributes))
    return {field: found for field in names if not is_nothing(found := value(record, field))}


def is_nothing(value: Any) -> bool:
    """Whether a value says nothing. No and zero say something."""
    return not isinstance(value, bool | int | float) and value in _NOTHING


def are_same(one: Any, other: Any) -> bool:
    """Whether two values say the same."""
    return (is_nothing(one) and is_nothing(other)) or (type(one) is type(other) and one == other)


def changed(record: Contact | Company, wanted: Mapping[str, Any]) -> tuple[dict[str, Any], dict[str, Any]]:
    """What differs of the wanted values: as it is now, and as it shall be."""
    before = {field: old for field, new in wanted.items() if not are_same(old := value(record, field), new)}
    return before, {field: wanted[field] for field in before}


def value(record: Contact | Company, field: str) -> Any:
    if field.startswith(ATTRIBUTE):
        return record.attributes.get(field.removeprefix(ATTRIBUTE))
    found = getattr(record, _STORED.get(field, field))
    return found.isoformat() if isinstance(found, datetime) else found


def put(record: Contact | Company, values: Mapping[str, Any]) -> None:
    """Set these fields on a record that was read; nothing is stored yet."""
    for field, plain in values.items():
        if field.startswith(ATTRIBUTE):
            key = field.removeprefix(ATTRIBUTE)
            others = {name: kept for name, kept in record.attributes.items() if name != key}
            record.attributes = others if is_nothing(plain) else {**others, key: plain}
        elif field in (PUT_AWAY, TRASHED):
            setattr(record, field, datetime.fromisoformat(plain) if plain else None)
        else:
            setattr(record, _STORED.get(field, field), plain)
