"""Doing something with many people or companies: a block at a time, in bounded memory, as one set that goes back."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from django.db import transaction
from django.utils.translation import gettext as _
from pyroaring import BitMap64

from relacja.contacts import deeds, reach
from relacja.contacts.models import Batch, Company, Contact, Progress, Record, Refusal
from relacja.lib import live
from relacja.lib.errors import Refused
from relacja.staff import changes
from relacja.staff.changes import Recorder
from relacja.staff.models import ChangeSet, User

BLOCK = 500
AT_ONCE = 100
MOST_REFUSALS = 1_000
TOPIC = "batch"


def begin(
    doing: str,
    people: BitMap64,
    *,
    by: User,
    now: datetime,
    options: dict[str, Any] | None = None,
    of: Record = Record.CONTACT,
) -> Batch:
    """Work on these people, or companies, that has still to be done; `doing` is the code of a deed."""
    if not people:
        raise Refused(_("Choose some people first.") if of == Record.CONTACT else _("Choose some companies first."))
    return Batch.objects.create(
        of=of, doing=doing, options=options or {}, people=people.serialize(), total=len(people), by=by, at=now
    )


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
    deed = deeds.of(batch.of, batch.doing)
    many = deed.act_on_many(batch.options)
    left = list(many(_records(batch, ids), by=batch.by, now=now, into=made)) if many else ids
    refusals = _one_by_one(batch, left, deed.act(batch.options), made, now=now)
    change_set = made.change_set
    Refusal.objects.bulk_create(refusals[: max(0, MOST_REFUSALS - batch.refused)])
    Batch.objects.filter(pk=batch.pk).update(
        changes=change_set,
        changed=change_set.count if change_set else 0,
        refused=batch.refused + len(refusals),
    )
    batch.refresh_from_db()


def _one_by_one(batch: Batch, ids: list[int], act: deeds.Act, made: Recorder, *, now: datetime) -> list[Refusal]:
    refusals = []
    for one in _records(batch, ids):
        try:
            with transaction.atomic():
                act(one, by=batch.by, now=now, into=made)
        except Refused as refusal:
            refusals.append(Refusal(batch=batch, **{batch.of: one}, sentence=str(refusal)[:300]))
    return refusals


def _records(batch: Batch, ids: list[int]) -> Sequence[Contact | Company]:
    if not ids:
        return []
    seen = reach.owners(batch.by)
    if batch.of == Record.COMPANY:
        return list(reach.among_firms(Company.objects.filter(pk__in=ids), seen).order_by("pk"))
    people = Contact.objects.select_related("company").filter(pk__in=ids)
    return list(reach.among_people(people, seen).order_by("pk"))


def _recorder(batch: Batch, *, now: datetime) -> Recorder:
    made = Recorder(deeds.of(batch.of, batch.doing).changes, by=batch.by, source="staff", now=now)
    if batch.changes_id:
        made.go_on(ChangeSet.objects.get(pk=batch.changes_id))
    return made


def written_down(batch: Batch, *, now: datetime) -> ChangeSet:
    """Who took whose data out of the house is part of the history, with the number of people."""
    label = deeds.of(batch.of, deeds.EXPORT).changes
    return changes.begin(label, by=batch.by, source="staff", now=now, count=batch.total)
