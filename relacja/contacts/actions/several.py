"""Doing something with many people: a block at a time, in bounded memory, as one set that goes back in one go."""

from datetime import datetime
from typing import Any

from django.db import transaction
from django.utils.translation import gettext as _
from pyroaring import BitMap64

from relacja.contacts import fields, plain, tags
from relacja.contacts.actions import record
from relacja.contacts.actions import tags as tagging
from relacja.contacts.fields import Known
from relacja.contacts.models import Batch, Contact, Doing, Progress, Record, Refusal, Stage, Tag
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
LABELS = {
    Doing.CHANGE: "contacts.edited",
    Doing.ARCHIVE: "contacts.archived",
    Doing.RESTORE: "contacts.restored",
    Doing.DISCARD: "contacts.discarded",
    Doing.RETRIEVE: "contacts.retrieved",
    Doing.TAG: "contacts.tagged",
    Doing.UNTAG: "contacts.tagged",
}
PUTTING = {
    Doing.ARCHIVE: record.archive,
    Doing.RESTORE: record.restore,
    Doing.DISCARD: record.discard,
    Doing.RETRIEVE: record.retrieve,
}


def begin(doing: Doing, people: BitMap64, *, by: User, now: datetime, options: dict[str, Any] | None = None) -> Batch:
    """Work on these people that has still to be done."""
    if not people:
        raise Refused(_("Choose some people first."))
    return Batch.objects.create(
        doing=doing, options=options or {}, people=people.serialize(), total=len(people), by=by, at=now
    )


def changeable() -> list[Known]:
    """The fields that can be set for many people at once. One query."""
    return [known for known in fields.known(Record.CONTACT) if known.path not in NOT_FOR_MANY]


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
    known = {one.path: one for one in changeable()}.get(batch.options.get("path", ""))
    refusals = []
    for contact in Contact.objects.select_related("company").filter(pk__in=ids).order_by("pk"):
        try:
            with transaction.atomic():
                _do(batch, contact, known, made, now=now)
        except Refused as refusal:
            refusals.append(Refusal(batch=batch, contact=contact, sentence=str(refusal)[:300]))
    change_set = made.change_set
    Refusal.objects.bulk_create(refusals[: max(0, MOST_REFUSALS - batch.refused)])
    Batch.objects.filter(pk=batch.pk).update(
        changes=change_set,
        changed=change_set.count if change_set else 0,
        refused=batch.refused + len(refusals),
    )
    batch.refresh_from_db()


def _recorder(batch: Batch, *, now: datetime) -> Recorder:
    made = Recorder(LABELS[Doing(batch.doing)], by=batch.by, source="staff", now=now)
    if batch.changes_id:
        made.go_on(ChangeSet.objects.get(pk=batch.changes_id))
    return made


def _do(batch: Batch, contact: Contact, known: Known | None, made: Recorder, *, now: datetime) -> None:
    if put := PUTTING.get(Doing(batch.doing)):
        put(contact, by=batch.by, now=now, into=made)
    elif batch.doing in (Doing.TAG, Doing.UNTAG):
        chosen = list(Tag.objects.live().filter(pk__in=batch.options.get("tags", [])))
        on, off = (chosen, []) if batch.doing == Doing.TAG else ([], chosen)
        tagging.retag(contact, on=on, off=off, by=batch.by, now=now, into=made)
    elif known is None:
        raise Refused(_("There is no such field."))
    else:
        set_field(contact, known, batch.options.get("value"), by=batch.by, now=now, into=made)


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


def written_down(batch: Batch, *, now: datetime) -> ChangeSet:
    """Who took whose data out of the house is part of the history, with the number of people."""
    return changes.begin("contacts.exported", by=batch.by, source="staff", now=now, count=batch.total)
