"""Those who react to the log, each at its own pace.

A subscriber sees every event at least once and in order. What it writes to the records is committed together with
its cursor, so it happens exactly once. An event it cannot handle is parked after a few tries, and the rest goes on.
"""

import threading
from collections import OrderedDict
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, NamedTuple, Protocol

from django.db import connection, transaction
from django.db.models import Q, QuerySet

from relacja.events import bell
from relacja.events.event import Event, read, read_one, written_one
from relacja.events.models import Cursor, Entry, Parked
from relacja.lib.errors import Unavailable

ENTRIES_AT_ONCE = 1_000
EVENTS_AT_ONCE = 5_000
TRIES = 5
BYTES_REMEMBERED = 8_000_000


class Handle(Protocol):
    def __call__(self, events: list[Event], *, now: datetime) -> None:
        """React to events, in order. Called again with the same ones if it raised or the process died."""


@dataclass(frozen=True, slots=True)
class Subscription:
    """Somebody who reads the log: never ahead of those in `after`, only `wanted` names if given.

    Blocks of the log in which none of `marks` occurs are passed over unread; one that is `blind` reads none at all.
    """

    name: str
    handle: Handle
    after: tuple[str, ...]
    wanted: frozenset[str] | None
    marks: tuple[bytes, ...]
    external: bool
    blind: bool = False
    label: Any = ""
    is_patient: bool = False

    def events_of(self, blocks: Iterable[bytes]) -> list[Event]:
        """What the blocks hold for this subscriber, in order."""
        if self.blind:
            return []
        concerned = [block for block in blocks if not self.marks or any(mark in block for mark in self.marks)]
        events = [event for block in concerned for event in _recently.read(block)]
        return events if self.wanted is None else [event for event in events if event.name in self.wanted]


class _Recently:
    """Entries read a moment ago: each is decoded once for all who read the log at about the same time."""

    def __init__(self) -> None:
        self._found: OrderedDict[bytes, list[Event]] = OrderedDict()
        self._size = 0
        self._guard = threading.Lock()

    def read(self, block: bytes) -> list[Event]:
        """The events of a block. Shared between threads: look at them, do not change them.

        One thread decodes while those who want the same wait for it: they wake at the same moment.
        """
        with self._guard:
            found = self._found.get(block)
            if found is None:
                found = self._found[block] = read(block)
                self._size += len(block)
            while self._size > BYTES_REMEMBERED:
                oldest, _events = self._found.popitem(last=False)
                self._size -= len(oldest)
        return found


class _Block(NamedTuple):
    """An entry of the log, as far as readers need it."""

    txid: int
    entry_id: int
    events: bytes
    size: int


END_OF_LOG = (2**62, 2**62)
# Sizes first, then only the blocks that are taken: so many entries of a busy hour are hundreds of megabytes.
_NEXT = """
SELECT entry.txid, entry.id, entry.events, entry.count
FROM (
    SELECT id, txid, SUM(count) OVER (ORDER BY txid, id) - count AS before
    FROM (
        SELECT id, txid, count FROM events_entry
        WHERE (txid, id) > (%s, %s) AND (txid, id) <= (%s, %s) AND txid < %s
        ORDER BY txid, id LIMIT %s
    ) AS head
) AS chosen
JOIN events_entry AS entry ON entry.id = chosen.id
WHERE chosen.before < %s
ORDER BY entry.txid, entry.id
"""

_MOVE = (
    "UPDATE events_cursor SET txid = %s, entry_id = %s, moved_at = %s, attempts = 0, error = '' WHERE subscriber = %s"
)

_subscriptions: dict[str, Subscription] = {}
_recently = _Recently()


def subscriber(
    name: str,
    *,
    label: Any = "",
    after: tuple[str, ...] = (),
    names: set[str] | None = None,
    mentioning: str = "",
    external: bool = False,
    blind: bool = False,
    is_patient: bool = False,
) -> Callable[[Handle], Handle]:
    """Register a handler, called `label` in front of people.

    It hears of events of these `names`, or at least of those in whose JSON the word `mentioning` occurs (and some
    others), or of everything; a `blind` one is only called, with no events, because there are some. `external` ones
    write outside the records and therefore run outside their transaction. Patient ones do what nobody waits for, and
    let an import go first.
    """

    def register(handle: Handle) -> Handle:
        wanted = frozenset(names) if names else None
        marks = tuple(f'"{word}"'.encode() for word in sorted(names or {mentioning} - {""}))
        _subscriptions[name] = Subscription(name, handle, after, wanted, marks, external, blind, label, is_patient)
        return handle

    return register


def names() -> list[str]:
    """Every subscriber, in order of registration."""
    return list(_subscriptions)


def of(name: str) -> Subscription:
    return _subscriptions[name]


def label_of(name: str) -> str:
    """What a subscriber is called in front of people; one that no longer exists keeps its name."""
    found = _subscriptions.get(name)
    return str(found.label or name) if found else name


def entries_after(cursor: Cursor) -> QuerySet[Entry]:
    """Entries that a cursor has not passed and that no running transaction can still come before."""
    found = Entry.objects.filter(
        Q(txid__gt=cursor.txid) | Q(txid=cursor.txid, id__gt=cursor.entry_id), txid__lt=_oldest_running()
    )
    return found.order_by("txid", "id")


def deliver(name: str, *, now: datetime) -> int:
    """Hand the next events to one subscriber. Returns how many entries of the log it has read now.

    Only one process may call this for a subscriber at a time; the pump's lease sees to it.
    """
    return len(_deliver(name, now=now))


def step(name: str, *, now: datetime) -> bool:
    """The same for a pump: True when that was as much as is read at once, so that there is probably more."""
    batch = _deliver(name, now=now)
    return len(batch) == ENTRIES_AT_ONCE or sum(entry.size for entry in batch) >= EVENTS_AT_ONCE


def _deliver(name: str, *, now: datetime) -> list[_Block]:
    subscription = _subscriptions[name]
    cursors = _cursors([name, *subscription.after])
    cursor = cursors.get(name) or Cursor.objects.get_or_create(subscriber=name)[0]
    if any(leader not in cursors for leader in subscription.after):
        return []
    batch = _next(cursor, [cursors[leader] for leader in subscription.after])
    if not batch:
        return []
    events = subscription.events_of(bytes(entry.events) for entry in batch)
    try:
        _hand_over(subscription, events, cursor, batch[-1], now=now)
    except Unavailable as error:
        _note(cursor, error)
        raise
    except Exception as error:
        _note(cursor, error)
        if cursor.attempts < TRIES:
            raise
        _one_by_one(subscription, events, cursor, batch[-1], now=now)
    bell.log.ring()  # those who follow may go on, and so may this one if there is more
    return batch


def retry_parked(parked: Parked, *, now: datetime) -> None:
    """Hand a parked event over once more; it leaves the list when it succeeds."""
    event = read_one(bytes(parked.event))
    with transaction.atomic():
        _subscriptions[parked.subscriber].handle([event], now=now)
        parked.delete()


def _cursors(subscribers: list[str]) -> dict[str, Cursor]:
    """How far they have read. Ten readers look several times a second: asked by hand, at a third of the cost."""
    marks = ", ".join(["%s"] * len(subscribers))
    with connection.cursor() as ask:
        ask.execute(
            f"SELECT subscriber, txid, entry_id, attempts FROM events_cursor WHERE subscriber IN ({marks})",  # noqa: S608
            subscribers,
        )
        found = [Cursor(subscriber=row[0], txid=row[1], entry_id=row[2], attempts=row[3]) for row in ask.fetchall()]
    return {cursor.subscriber: cursor for cursor in found}


def _next(cursor: Cursor, leaders: Sequence[Cursor]) -> list[_Block]:
    """The next blocks, not beyond any leader, with about EVENTS_AT_ONCE events. One query: every event causes some."""
    end = min(((leader.txid, leader.entry_id) for leader in leaders), default=END_OF_LOG)
    place = [cursor.txid, cursor.entry_id, *end, _oldest_running()]
    with connection.cursor() as ask:
        ask.execute(_NEXT, [*place, ENTRIES_AT_ONCE, EVENTS_AT_ONCE])
        return [_Block(*row) for row in ask.fetchall()]


def _hand_over(subscription: Subscription, events: list[Event], cursor: Cursor, last: _Block, *, now: datetime) -> None:
    if not events and not subscription.blind:
        _move(cursor, last, now=now)
    elif subscription.external:
        subscription.handle(events, now=now)
        _move(cursor, last, now=now)
    else:
        with transaction.atomic():
            subscription.handle(events, now=now)
            _move(cursor, last, now=now)


def _one_by_one(
    subscription: Subscription, events: list[Event], cursor: Cursor, last: _Block, *, now: datetime
) -> None:
    """The batch failed too often: find the events that fail and park only those."""
    for event in events:
        try:
            with transaction.atomic():
                subscription.handle([event], now=now)
        except Unavailable:
            raise
        except Exception as error:  # noqa: BLE001 - the boundary to a reaction; what failed is kept and shown
            Parked.objects.create(
                subscriber=subscription.name,
                event=written_one(event),
                event_name=event.name,
                error=repr(error)[:2000],
                at=now,
            )
    _move(cursor, last, now=now)


def _move(cursor: Cursor, last: _Block, *, now: datetime) -> None:
    at = connection.ops.adapt_datetimefield_value(now)
    with connection.cursor() as write:
        write.execute(_MOVE, [last.txid, last.entry_id, at, cursor.pk])


def _note(cursor: Cursor, error: Exception) -> None:
    cursor.attempts += 1
    Cursor.objects.filter(pk=cursor.pk).update(attempts=cursor.attempts, error=repr(error)[:500])


def _oldest_running() -> int:
    """Transactions from this number on may still be running. On SQLite there is nothing to wait for."""
    if connection.vendor != "postgresql":
        return 1
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_snapshot_xmin(pg_current_snapshot())::text::bigint")
        return int(cursor.fetchone()[0])
