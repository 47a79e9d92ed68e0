"""Doing something with many people or companies: a block at a time, in bounded memory, as one set that goes back."""

from collections.abc import Callable, Iterable
from datetime import datetime
from typing import Any

from django.db import transaction
from django.utils.translation import gettext as _
from pyroaring import BitMap64

from relacja.contacts import fields, plain, tags
from relacja.contacts.actions import company, record
from relacja.contacts.actions import tags as tagging
from relacja.contacts.fields import Known
from relacja.contacts.models import Batch, Company, Contact, Doing, Progress, Record, Refusal, Stage, Tag
from relacja.lib import live
from relacja.lib.errors import Refused
from relacja.staff import changes
from relacja.staff.changes import Recorder
from relacja.staff.models import ChangeSet, User

BLOCK = 100
AT_ONCE = 100
MOST_REFUSALS = 1_000
TOPIC = "batch"
# What names one person cannot be the same for many; tags are put on and taken off beside those that are there.
NOT_FOR_MANY = frozenset({"email", "phone", "first_name", "last_name", tags.PATH})
NOT_FOR_SEVERAL_FIRMS = frozenset({"name", "vat_id", tags.PATH})
LABELS = {
    Record.CONTACT: {
        Doing.CHANGE: "contacts.edited",
        Doing.ARCHIVE: "contacts.archived",
        Doing.RESTORE: "contacts.restored",
        Doing.DISCARD: "contacts.discarded",
        Doing.RETRIEVE: "contacts.retrieved",
        Doing.TAG: "contacts.tagged",
        Doing.UNTAG: "contacts.tagged",
    },
    Record.COMPANY: {
        Doing.CHANGE: "companies.edited",
        Doing.ARCHIVE: "companies.archived",
        Doing.RESTORE: "companies.restored",
        Doing.TAG: "companies.edited",
        Doing.UNTAG: "companies.edited",
    },
}
PUTTING: dict[Record, dict[Doing, Callable[..., None]]] = {
    Record.CONTACT: {
        Doing.ARCHIVE: record.archive,
        Doing.RESTORE: record.restore,
        Doing.DISCARD: record.discard,
        Doing.RETRIEVE: record.retrieve,
    },
    Record.COMPANY: {Doing.ARCHIVE: company.archive_company, Doing.RESTORE: company.restore_company},
}


def begin(
    doing: Doing,
    people: BitMap64,
    *,
    by: User,
    now: datetime,
    options: dict[str, Any] | None = None,
    of: Record = Record.CONTACT,
) -> Batch:
    """Work on these people, or companies, that has still to be done."""
    if not people:
        raise Refused(_("Choose some people first.") if of == Record.CONTACT else _("Choose some companies first."))
    return Batch.objects.create(
        of=of, doing=doing, options=options or {}, people=people.serialize(), total=len(people), by=by, at=now
    )


def changeable(of: Record = Record.CONTACT) -> list[Known]:
    """The fields that can be set for many records at once. One query."""
    without = NOT_FOR_MANY if of == Record.CONTACT else NOT_FOR_SEVERAL_FIRMS
    return [known for known in fields.known(of) if known.path not in without]


def step(batch: Batch, *, now: datetime) -> bool:
    """Do the next people, and keep together with it how far it is. False when nothing is left to do."""
    batch.refresh_from_db()
    if not batch.is_running:
        return False
    people = BitMap64.deserialize(bytes(batch.people))
    ids = list(people[batch.position : batch.position + BLOCK])
    if ids:
        _block(batch, ids, now=now)
    if batch.position >= batch.total:
        running = Batch.objects.filter(pk=batch.pk, state=Progress.RUNNING)
        running.update(state=Progress.DONE, ended_at=now)
        batch.refresh_from_db()
    live.publish(f"{TOPIC}:{batch.pk}")
    return batch.is_running


@transaction.atomic
def _block(batch: Batch, ids: list[int], *, now: datetime) -> None:
    here = Batch.objects.filter(pk=batch.pk, state=Progress.RUNNING, position=batch.position)
    if not here.update(position=batch.position + len(ids)):
        batch.refresh_from_db()
        return  # somebody stopped it, or has just done this block
    made = _recorder(batch, now=now)
    known = {one.path: one for one in changeable(Record(batch.of))}.get(batch.options.get("path", ""))
    refusals = []
    for one in _records(batch, ids):
        try:
            with transaction.atomic():
                _do(batch, one, known, made, now=now)
        except Refused as refusal:
            refusals.append(Refusal(batch=batch, **{batch.of: one}, sentence=str(refusal)[:300]))
    change_set = made.change_set
    Refusal.objects.bulk_create(refusals[: max(0, MOST_REFUSALS - batch.refused)])
    Batch.objects.filter(pk=batch.pk).update(
        changes=change_set,
        changed=change_set.count if change_set else 0,
        refused=batch.refused + len(refusals),
    )
    batch.refresh_from_db()


def _records(batch: Batch, ids: list[int]) -> Iterable[Contact | Company]:
    if batch.of == Record.COMPANY:
        return Company.objects.filter(pk__in=ids).order_by("pk")
    return Contact.objects.select_related("company").filter(pk__in=ids).order_by("pk")


def _recorder(batch: Batch, *, now: datetime) -> Recorder:
    made = Recorder(LABELS[Record(batch.of)][Doing(batch.doing)], by=batch.by, source="staff", now=now)
    if batch.changes_id:
        made.go_on(ChangeSet.objects.get(pk=batch.changes_id))
    return made


def _do(batch: Batch, one: Contact | Company, known: Known | None, made: Recorder, *, now: datetime) -> None:
    if put := PUTTING[Record(batch.of)].get(Doing(batch.doing)):
        put(one, by=batch.by, now=now, into=made)
    elif batch.doing in (Doing.TAG, Doing.UNTAG):
        chosen = list(Tag.objects.live().filter(pk__in=batch.options.get("tags", [])))
        on, off = (chosen, []) if batch.doing == Doing.TAG else ([], chosen)
        tagging.retag(one, on=on, off=off, by=batch.by, now=now, into=made)
    elif known is None:
        raise Refused(_("There is no such field."))
    elif isinstance(one, Company):
        _set_of_firm(one, known, batch.options.get("value"), by=batch.by, now=now, into=made)
    else:
        set_field(one, known, batch.options.get("value"), by=batch.by, now=now, into=made)


def set_field(contact: Contact, known: Known, value: Any, *, by: User, now: datetime, into: Recorder) -> None:
    """Give one field of a contact this value, in the normal form of its kind; a company goes by its name."""
    if contact.archived_at is not None:
        raise Refused(_("This contact is archived. Take them back first."))
    if known.is_required and plain.is_nothing(value):
        raise Refused(_("“{field}” cannot be empty.").format(field=known.label))
    if known.path == "owner":
        owner = User.objects.filter(pk=value).first() if value else None
        record.assign(contact, owner, by=by, now=now, into=into)
    elif known.path == "stage":
        record.set_stage(contact.pk, Stage(value), by=by, now=now, into=into)
    elif known.path == "company":
        record.edit(contact, values=fields.values({}), company=str(value or ""), by=by, now=now, into=into)
    else:
        record.edit(contact, values=fields.values({known.path: value}), by=by, now=now, into=into)


def _set_of_firm(firm: Company, known: Known, value: Any, *, by: User, now: datetime, into: Recorder) -> None:
    if firm.archived_at is not None:
        raise Refused(_("This company is archived. Take it back first."))
    if known.is_required and plain.is_nothing(value):
        raise Refused(_("“{field}” cannot be empty.").format(field=known.label))
    company.edit_company(firm, values={known.path: value}, by=by, now=now, into=into)


def written_down(batch: Batch, *, now: datetime) -> ChangeSet:
    """Who took whose data out of the house is part of the history, with the number of people."""
    label = "contacts.exported" if batch.of == Record.CONTACT else "companies.exported"
    return changes.begin(label, by=batch.by, source="staff", now=now, count=batch.total)
