"""Writing down what happened."""

import threading
import uuid
from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from datetime import datetime
from typing import Any

from django.db import transaction
from django.db.models import F

from relacja.events import bell, vocabulary
from relacja.events.event import Event, written
from relacja.events.models import Alias, Entry
from relacja.events.profiles import is_anonymous
from relacja.lib import rows

_collecting = threading.local()


def record(
    name: str,
    *,
    profile_id: int,
    at: datetime,
    now: datetime,
    channel: str = "system",
    source: str = "relacja",
    properties: Mapping[str, Any] | None = None,
    context: Mapping[str, Any] | None = None,
    by: int | None = None,
) -> Event:
    """Append one event to the log, in the caller's transaction: the change and its event stand or fall together."""
    if not vocabulary.known(name):
        raise ValueError(f"“{name}” is in nobody's vocabulary")
    event = Event.of(
        id=uuid.uuid4(),
        name=name,
        at=at,
        received_at=now,
        profile_id=profile_id,
        channel=channel,
        source=source,
        properties=dict(properties or {}),
        context=dict(context or {}),
        by=by,
    )
    append([event])
    return event


def append(events: Sequence[Event]) -> None:
    """Append events to the log as one entry, in the caller's transaction, and wake its readers on commit."""
    collected: list[Event] | None = getattr(_collecting, "events", None)
    if collected is not None:
        collected += events
    elif events:
        rows.insert(Entry(count=len(events), events=written(events)))
        transaction.on_commit(bell.log.ring)


@contextmanager
def together() -> Iterator[None]:
    """What is appended within the block becomes one entry at its end, in the same transaction.

    For one change that makes several events. A refusal leaves the block and takes the transaction with it: whoever
    catches it inside would have the events of what was undone written all the same.
    """
    if getattr(_collecting, "events", None) is not None:
        yield
        return
    events: list[Event] = []
    _collecting.events = events
    try:
        yield
    finally:
        _collecting.events = None
    append(events)


def append_many(blocks: Iterable[Sequence[Event]]) -> None:
    """Append a lot of history, one entry per block; for loading, not for traffic."""
    Entry.objects.bulk_create([Entry(count=len(block), events=written(block)) for block in blocks if block])
    transaction.on_commit(bell.log.ring)


@transaction.atomic
def join(profile_ids: Iterable[int], *, contact_id: int, now: datetime) -> list[int]:
    """Let anonymous profiles belong to a contact; those that belong to another contact already stay there.

    Returns the profiles that were joined now.
    """
    joined = []
    for profile_id in sorted({profile for profile in profile_ids if is_anonymous(profile)}):
        alias, created = Alias.objects.get_or_create(
            profile_id=profile_id, defaults={"contact_id": contact_id, "since": now}
        )
        if not created and alias.ended_at is not None:
            Alias.objects.filter(pk=profile_id, version=alias.version).update(
                contact_id=contact_id, since=now, ended_at=None, version=F("version") + 1
            )
            created = True
        if created:
            joined.append(profile_id)
    return joined


def part(profile_ids: Iterable[int], *, now: datetime) -> None:
    """Take profiles back from their contact: their history is anonymous again."""
    Alias.objects.filter(profile_id__in=list(profile_ids), ended_at=None).update(ended_at=now, version=F("version") + 1)


@transaction.atomic
def hand_over(contact_id: int, *, to: int, now: datetime) -> list[int]:
    """From now on the history of a contact, and of the profiles joined to it, is the history of another one.

    No event is touched: it takes an alias for each profile. Returns the profiles that were joined to it before.
    """
    joined = list(Alias.objects.filter(contact_id=contact_id, ended_at=None).values_list("profile_id", flat=True))
    _lead(joined, holder=contact_id, to=to)
    own, created = Alias.objects.get_or_create(profile_id=contact_id, defaults={"contact_id": to, "since": now})
    if not created:
        Alias.objects.filter(pk=own.pk).update(contact_id=to, since=now, ended_at=None, version=F("version") + 1)
    return joined


@transaction.atomic
def hand_back(contact_id: int, *, held_by: int, profile_ids: Iterable[int], now: datetime) -> None:
    """A history that was handed over is its owner's again, and so is that of the given profiles held by the other."""
    part([contact_id], now=now)
    _lead(list(profile_ids), holder=held_by, to=contact_id)


def _lead(profile_ids: Sequence[int], *, holder: int, to: int) -> None:
    for start in range(0, len(profile_ids), 500):
        some = profile_ids[start : start + 500]
        joined = Alias.objects.filter(profile_id__in=some, contact_id=holder, ended_at=None)
        joined.update(contact_id=to, version=F("version") + 1)
