"""Storing a contact or a company that was read and changed: one way for everybody who writes one."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db import connection
from django.db.models import F
from django.utils.translation import gettext as _

from relacja.contacts import reach, rules
from relacja.contacts.models import Company, Contact, Identity
from relacja.contacts.rules import Values
from relacja.lib.errors import Conflict
from relacja.staff.changes import person
from relacja.staff.models import Author

# Of two transactions that claim the same, the second waits for the first and then does not get it.
_CLAIM = (
    "INSERT INTO contacts_identity (kind, value, contact_id, since) VALUES {rows}"
    " ON CONFLICT (kind, value) DO NOTHING RETURNING kind, value"
)


class IdentityTaken(Conflict):
    """Another contact already has this e-mail or phone; `contact_id` says which."""

    def __init__(self, message: str, contact_id: int, *, field: str = "") -> None:
        super().__init__(message, field=field, contact_id=contact_id)
        self.contact_id = contact_id


@dataclass(frozen=True, slots=True)
class Difference:
    """A field that two people changed: what the other one made of it, and what was wanted now."""

    field: str
    theirs: str
    yours: str
    by: int | None
    at: datetime


class ChangedMeanwhile(Conflict):
    """Somebody changed the same fields since they were read; nothing is overwritten."""

    def __init__(self, differences: list[Difference]) -> None:
        sentence = _("Somebody else changed this in the meantime. Look at both values and decide.")
        super().__init__(sentence, values={difference.field: difference.theirs for difference in differences})
        self.differences = differences


def refuse_taken(identities: list[rules.IdentityPair], *, by_other_than: Contact | None = None) -> None:
    """Raise `IdentityTaken` when one of the identities names another contact."""
    for kind, value in identities:
        taken = Identity.objects.filter(kind=kind, value=value).exclude(contact=by_other_than).first()
        if taken is not None:
            other = taken.contact
            sentence = _("{value} already belongs to {person}. Open that contact instead.")
            raise IdentityTaken(sentence.format(value=value, person=reach.called(other)), other.pk, field=kind)


def refuse_overwriting(record: Contact | Company, changes: Mapping[str, tuple[str, str]], version: int | None) -> None:
    if version is None:
        return
    later = {field: record.last_changes[field] for field in changes if field in record.last_changes}
    differences = [
        Difference(field, changes[field][0], changes[field][1], by, datetime.fromisoformat(at))
        for field, (seen, by, at) in later.items()
        if seen > version
    ]
    if differences:
        raise ChangedMeanwhile(differences)


def write(
    record: Contact | Company,
    columns: Iterable[str],
    *,
    changed: Iterable[str],
    by: Author | None,
    now: datetime,
    at: datetime | None = None,
) -> None:
    """Store the columns of a record just read, as its next version. Refused when somebody was faster.

    `at` is when it came about, if that is another moment than now.
    """
    note = [record.version + 1, person(by), (at or now).isoformat()]
    record.last_changes = {**record.last_changes, **dict.fromkeys(changed, note)}
    new = {column: getattr(record, column) for column in {*columns, "last_changes"}}
    written = type(record)._default_manager.filter(pk=record.pk, version=record.version)
    if not written.update(**new, version=F("version") + 1, changed_at=now):
        raise ChangedMeanwhile([])


def rename(contact: Contact, values: Values, changes: Mapping[str, Any], *, now: datetime) -> None:
    """An address or number that is given up names nobody; the new one names this contact."""
    for kind in ("email", "phone"):
        if kind in changes:
            old = dict(Values({kind: getattr(contact, kind)}).identities).get(kind)
            if old:
                contact.identities.filter(kind=kind, value=old).delete()
    claim(contact, [pair for pair in values.identities if pair[0] in changes], now=now)


def claim(contact: Contact, identities: list[rules.IdentityPair], *, now: datetime) -> None:
    """From now on these name the contact; one that does already stays. Raises `IdentityTaken`."""
    if not identities:
        return
    since = connection.ops.adapt_datetimefield_value(now)
    given = [one for kind, value in identities for one in (kind, value, contact.pk, since)]
    with connection.cursor() as cursor:
        cursor.execute(_CLAIM.format(rows=", ".join(["(%s, %s, %s, %s)"] * len(identities))), given)
        claimed = set(cursor.fetchall())
    if held := [pair for pair in identities if pair not in claimed]:
        refuse_taken(held, by_other_than=contact)


def describe(contact: Contact) -> None:
    """Fill in what a contact is sorted and found by. Somebody who is archived is not found."""
    contact.name_key = rules.name_key(contact.first_name, contact.last_name, contact.email)
    contact.search_text = (
        ""
        if contact.archived_at
        else rules.search_text(
            first_name=contact.first_name,
            last_name=contact.last_name,
            email=contact.email,
            phone=contact.phone,
            company=contact.company.name if contact.company else "",
        )
    )
