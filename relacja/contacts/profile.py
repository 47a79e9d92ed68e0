"""The flat copy of every contact in ClickHouse: fixed columns, and attributes that apps contribute."""

from collections.abc import Callable, Iterable, Mapping
from datetime import UTC
from typing import Any

from relacja.contacts import stages, whereabouts
from relacja.contacts.models import Consent, Contact

Contribution = Callable[[list[int]], Mapping[int, Mapping[str, Any]]]

_contributions: list[Contribution] = []


def contribute(function: Contribution) -> Contribution:
    """Register a function that says, for given contact ids, which attributes an app adds (nested plain JSON)."""
    _contributions.append(function)
    return function


def rows(contacts: Iterable[Contact]) -> list[dict[str, Any]]:
    """Contacts as rows of the `contact` table. One query per contribution, and a few for where they live."""
    found = list(contacts)
    ids = [contact.pk for contact in found]
    parts = [function(ids) for function in _contributions]
    places = whereabouts.columns(found)
    return [_row(contact, places[contact.pk], [part.get(contact.pk, {}) for part in parts]) for contact in found]


def _row(contact: Contact, place: Mapping[str, Any], parts: list[Mapping[str, Any]]) -> dict[str, Any]:
    attributes = dict(contact.attributes)
    for part in parts:
        attributes.update(part)
    return {
        "id": contact.pk,
        "email": contact.email,
        "first_name": contact.first_name,
        "last_name": contact.last_name,
        "name": str(contact),
        "name_key": contact.name_key,
        "phone": contact.phone,
        "city": contact.city,
        "country": contact.country,
        **place,
        "company": contact.company.name if contact.company else "",
        "owner_id": contact.owner_id or 0,
        "stage": contact.stage,
        "created_at": contact.created_at,
        "changed_at": contact.changed_at,
        "attributes": {**attributes, **_always(contact)},
        "version": contact.version,
        "is_deleted": 2 if contact.trashed_at else int(contact.archived_at is not None),
    }


def _always(contact: Contact) -> dict[str, str]:
    """What everybody has among the attributes. Moments are written in UTC, so that they sort as text."""
    since = stages.since(contact).astimezone(UTC).isoformat(timespec="seconds")
    return {"source": contact.source, "language": contact.language, stages.SINCE: since}


@contribute
def consent(contact_ids: list[int]) -> dict[int, dict[str, Any]]:
    """`consent.<purpose>.<channel>`: asked, given or withdrawn."""
    found: dict[int, dict[str, Any]] = {}
    for row in Consent.objects.filter(contact_id__in=contact_ids):
        purposes = found.setdefault(row.contact_id, {"consent": {}})["consent"]
        purposes.setdefault(row.purpose, {})[row.channel] = row.act
    return found
