"""Creating, changing and putting away one contact."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db import IntegrityError, transaction
from django.db.models import F
from django.utils.translation import gettext as _

from relacja.contacts import rules
from relacja.contacts.models import Company, Contact, Identity, Stage
from relacja.contacts.rules import Values
from relacja.events.actions import record
from relacja.lib import live
from relacja.lib.errors import Conflict, Refused
from relacja.lib.text import cleaned, folded
from relacja.staff.models import User


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


@transaction.atomic
def create(
    *,
    values: Values,
    now: datetime,
    by: User | None = None,
    source: str = "staff",
    channel: str = "staff",
    company: str = "",
    owner: User | None = None,
    attributes: Mapping[str, Any] | None = None,
) -> Contact:
    """A new contact with its identities, its history begun. Refused when somebody else has the e-mail or phone."""
    contact = Contact(
        **values.fields,
        company=company_named(company, now=now),
        owner=owner,
        source=source,
        attributes=dict(attributes or {}),
        created_at=now,
        changed_at=now,
    )
    _describe(contact)
    contact.save()
    _name(contact, values.identities, now=now)
    record(
        "Contact Created",
        profile_id=contact.pk,
        at=now,
        now=now,
        channel=channel,
        properties={"source": source},
        by=by.pk if by else None,
    )
    live.publish("contacts")
    return contact


@transaction.atomic
def edit(
    contact: Contact,
    *,
    values: Values,
    now: datetime,
    by: User | None = None,
    channel: str = "staff",
    company: str | None = None,
    version: int | None = None,
) -> dict[str, tuple[str, str]]:
    """Change what differs and return it as {field: (before, after)}. Nothing differs: nothing is written.

    `version` is the one the change was decided on: fields that somebody changed since are not overwritten, but raise
    `ChangedMeanwhile`.
    """
    held = Contact.objects.select_related("company").get(pk=contact.pk)
    wanted: dict[str, Any] = dict(values.fields)
    if company is not None:
        wanted["company"] = company_named(company, now=now)
    changes = {
        field: (str(getattr(held, field) or ""), str(value or ""))
        for field, value in wanted.items()
        if (getattr(held, field) or None) != (value or None)
    }
    if not changes:
        return {}
    _refuse_overwriting(held, changes, version)
    refuse_taken(values.identities, by_other_than=held)
    _rename(held, values, changes, now=now)
    for field in changes:
        setattr(held, field, wanted[field])
    _describe(held)
    _write(held, [*changes, "name_key", "search_text"], changed=changes, by=by, now=now)
    contact.refresh_from_db()
    record(
        "Contact Updated",
        profile_id=contact.pk,
        at=now,
        now=now,
        channel=channel,
        properties={
            "fields": ", ".join(sorted(changes)),
            "changes": {k: list(v) for k, v in changes.items()},
            "author": str(by) if by else "",
        },
        by=by.pk if by else None,
    )
    live.publish(f"contact:{contact.pk}")
    return changes


@transaction.atomic
def archive(contact: Contact, *, now: datetime, by: User | None = None) -> None:
    """Put the contact away: found and counted no more, kept with its history."""
    if (
        Contact.objects.active()
        .filter(pk=contact.pk)
        .update(archived_at=now, changed_at=now, version=F("version") + 1, search_text="")
    ):
        record("Contact Archived", profile_id=contact.pk, at=now, now=now, channel="staff", by=by.pk if by else None)
        live.publish(f"contact:{contact.pk}")
    contact.refresh_from_db()


@transaction.atomic
def restore(contact: Contact, *, now: datetime, by: User | None = None) -> None:
    """Take an archived contact back, as it was."""
    _describe(contact)
    if (
        Contact.objects.filter(pk=contact.pk)
        .exclude(archived_at=None)
        .update(archived_at=None, changed_at=now, version=F("version") + 1, search_text=contact.search_text)
    ):
        record("Contact Restored", profile_id=contact.pk, at=now, now=now, channel="staff", by=by.pk if by else None)
        live.publish(f"contact:{contact.pk}")
    contact.refresh_from_db()


@transaction.atomic
def set_stage(
    contact_id: int, stage: Stage, *, now: datetime, at: datetime | None = None, by: User | None = None
) -> bool:
    """Move a contact to `stage`; its history says when and from where. False when it is there already."""
    contact = Contact.objects.filter(pk=contact_id).exclude(stage=stage).first()
    if contact is None:
        return False
    before, contact.stage = contact.stage, stage
    _write(contact, ["stage"], changed=["stage"], by=by, now=now)
    record(
        "Stage Changed",
        profile_id=contact_id,
        at=at or now,
        now=now,
        channel="staff" if by else "system",
        properties={"stage": str(stage), "before": before},
        by=by.pk if by else None,
    )
    live.publish(f"contact:{contact_id}")
    return True


@transaction.atomic
def assign(contact: Contact, owner: User | None, *, by: User, now: datetime) -> None:
    """From now on `owner` takes care of the contact, or nobody does."""
    held = Contact.objects.get(pk=contact.pk)
    if held.owner_id != (owner.pk if owner else None):
        held.owner = owner
        _write(held, ["owner"], changed=["owner"], by=by, now=now)
        record(
            "Owner Changed",
            profile_id=contact.pk,
            at=now,
            now=now,
            channel="staff",
            properties={"owner": str(owner) if owner else ""},
            by=by.pk,
        )
        live.publish(f"contact:{contact.pk}")
    contact.refresh_from_db()


@transaction.atomic
def add_note(contact: Contact, *, text: str, by: User, now: datetime) -> None:
    """A note by a member of staff, on the timeline."""
    text = cleaned(text)
    if not text:
        raise Refused(_("Write something first: an empty note says nothing."))
    if len(text) > 10_000:
        raise Refused(_("This note is too long. Keep it under 10,000 characters."))
    record(
        "Note Added",
        profile_id=contact.pk,
        at=now,
        now=now,
        channel="staff",
        properties={"text": text, "author": str(by)},
        by=by.pk,
    )


def touch(contact_ids: Iterable[int]) -> None:
    """Something about these contacts that the facts hold has changed; they are copied within a second."""
    Contact.objects.filter(pk__in=list(contact_ids)).update(version=F("version") + 1)


def company_named(name: str, *, now: datetime) -> Company | None:
    """The company of that name, made if there is none yet; None for an empty name."""
    name = cleaned(name)[:200]
    if not name:
        return None
    known = Company.objects.filter(name_key=folded(name), archived_at=None).first()
    return known or Company.objects.create(name=name, name_key=folded(name)[:200], created_at=now)


def refuse_taken(identities: list[rules.IdentityPair], *, by_other_than: Contact | None = None) -> None:
    """Raise `IdentityTaken` when one of the identities names another contact."""
    for kind, value in identities:
        taken = Identity.objects.filter(kind=kind, value=value).exclude(contact=by_other_than).first()
        if taken is not None:
            other = taken.contact
            sentence = _("{value} already belongs to {person}. Open that contact instead.")
            raise IdentityTaken(sentence.format(value=value, person=other), other.pk, field=kind)


def _refuse_overwriting(contact: Contact, changes: Mapping[str, tuple[str, str]], version: int | None) -> None:
    if version is None:
        return
    later = {field: contact.last_changes[field] for field in changes if field in contact.last_changes}
    differences = [
        Difference(field, changes[field][0], changes[field][1], by, datetime.fromisoformat(at))
        for field, (seen, by, at) in later.items()
        if seen > version
    ]
    if differences:
        raise ChangedMeanwhile(differences)


def _write(contact: Contact, columns: Iterable[str], *, changed: Iterable[str], by: User | None, now: datetime) -> None:
    """Store the columns of a contact just read, as its next version. Refused when somebody was faster."""
    note = [contact.version + 1, by.pk if by else None, now.isoformat()]
    contact.last_changes = {**contact.last_changes, **dict.fromkeys(changed, note)}
    new = {column: getattr(contact, column) for column in {*columns, "last_changes"}}
    written = Contact.objects.filter(pk=contact.pk, version=contact.version)
    if not written.update(**new, version=F("version") + 1, changed_at=now):
        raise ChangedMeanwhile([])


def _rename(contact: Contact, values: Values, changes: Mapping[str, Any], *, now: datetime) -> None:
    """An address or number that is given up names nobody; the new one names this contact."""
    for kind in ("email", "phone"):
        if kind in changes:
            old = dict(Values({kind: getattr(contact, kind)}).identities).get(kind)
            if old:
                contact.identities.filter(kind=kind, value=old).delete()
    _name(contact, [pair for pair in values.identities if pair[0] in changes], now=now)


def _name(contact: Contact, identities: list[rules.IdentityPair], *, now: datetime) -> None:
    try:
        with transaction.atomic():
            Identity.objects.bulk_create(
                [Identity(kind=kind, value=value, contact=contact, since=now) for kind, value in identities]
            )
    except IntegrityError:
        refuse_taken(identities, by_other_than=contact)
        raise


def _describe(contact: Contact) -> None:
    """Fill in what a contact is sorted and found by."""
    contact.name_key = rules.name_key(contact.first_name, contact.last_name, contact.email)
    contact.search_text = rules.search_text(
        first_name=contact.first_name,
        last_name=contact.last_name,
        email=contact.email,
        phone=contact.phone,
        company=contact.company.name if contact.company else "",
    )
