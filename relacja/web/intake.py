"""Where requests wait to be written, and the one thread that writes them.

Group commit: the thread takes everything that waits and commits it together; what comes meanwhile is the next group.
A request is answered when its group is on disk, so one sync of the disk carries many answers and none is a promise.
"""

import asyncio
import logging
import threading
import time
from collections import Counter, deque
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from enum import Enum

from django.db import DatabaseError, InterfaceError, OperationalError, connection, transaction
from django.db.models.functions import Coalesce
from django.utils import timezone

from relacja.contacts.models import Identity, IdentityKind
from relacja.events import actions
from relacja.events.event import Event
from relacja.lib import live
from relacja.web import counting, models, receipts, sources, vocabulary
from relacja.web.becoming import Sender, event_of, is_believed
from relacja.web.refusals import Reason, Refusal
from relacja.web.segment import Call, Delivery, Kind
from relacja.web.sources import Known
from relacja.web.terms import Terms

log = logging.getLogger("relacja.intake")

EVENTS_IN_A_GROUP = 5_000
EVENTS_IN_AN_ENTRY = 2_500
EVENTS_WAITING = 60_000
PATIENCE_SECONDS = 5.0
LOCKED_PAUSE_SECONDS = 0.001
SOURCES_SECONDS = 1.0
UNKNOWN_KEY_SECONDS = 0.1
LIVE_SECONDS = 1.0
PAGES_BETWEEN_CHECKPOINTS = 4_000
TOPIC = "intake"


class Failure(Enum):
    """Why a group could not be written."""

    BUSY = "busy"
    FULL = "full"
    BROKEN = "broken"


@dataclass(slots=True)
class Outcome:
    """What became of a request. Without a `failure` everything in it is on disk, the refusals counted."""

    accepted: int = 0
    refusals: list[Refusal] = field(default_factory=list)
    failure: Failure | None = None


@dataclass(slots=True)
class Parcel:
    """A request that was read and waits to be written."""

    delivery: Delivery
    sender: Sender
    received_at: datetime
    excerpt: bytes
    future: "asyncio.Future[Outcome]"

    @property
    def weight(self) -> int:
        return len(self.delivery.calls) + len(self.delivery.refusals) or 1


class Intake:
    """The queue and its thread. One per process; safe to use from any thread."""

    def __init__(self) -> None:
        self._waiting: deque[Parcel] = deque()
        self._weight = 0
        self._tally: counting.Tally = Counter()
        self._changed = threading.Condition()
        self._thread: threading.Thread | None = None
        self._closing = False
        self._sources: dict[str, Known] = {}
        self._sources_at = 0.0
        self._terms: Terms | None = None
        self._told_at = 0.0
        self._untold = False

    def submit(self, parcel: Parcel) -> bool:
        """Have the parcel written; its future tells the outcome. False when too much waits already."""
        with self._changed:
            if self._closing or self._weight > EVENTS_WAITING:
                return False
            self._waiting.append(parcel)
            self._weight += parcel.weight
            self._changed.notify()
            if self._thread is None:
                self._thread = threading.Thread(target=self._run, name="intake", daemon=True)
                self._thread.start()
        return True

    def note(self, source: str, reason: Reason, count: int) -> None:
        """Count messages that were turned away unread; written down with the next group."""
        with self._changed:
            self._tally[source, reason.value] += count
            self._changed.notify()

    def known(self, key: str) -> Known | None:
        """The source of a write key, as far as the thread has met it."""
        return self._sources.get(key)

    def close(self) -> None:
        """Write what waits, then stop."""
        with self._changed:
            self._closing = True
            self._changed.notify()
            thread = self._thread
        if thread is not None:
            thread.join(PATIENCE_SECONDS * 2)

    def step(self, wait_seconds: float = 1.0) -> bool:
        """Write one group. False when nothing waited for that long."""
        group, tally = self._taken(wait_seconds)
        if not group and not tally:
            self._tell_pages(at_last=True)
            return False
        self._settle(group, tally)
        return True

    def _run(self) -> None:
        while not (self._closing and not self._waiting):
            self.step()
        connection.close()

    def _taken(self, wait_seconds: float) -> tuple[list[Parcel], counting.Tally]:
        with self._changed:
            self._changed.wait_for(lambda: self._waiting or self._tally or self._closing, wait_seconds)
            group: list[Parcel] = []
            weight = 0
            while self._waiting and (not group or weight + self._waiting[0].weight <= EVENTS_IN_A_GROUP):
                parcel = self._waiting.popleft()
                group.append(parcel)
                weight += parcel.weight
            self._weight -= weight
            tally, self._tally = self._tally, Counter()
            return group, tally

    def _settle(self, group: list[Parcel], tally: counting.Tally) -> None:
        """Write a group and answer it. If one parcel cannot be written at all, it does not spoil the others."""
        try:
            outcomes = self._written(group, tally)
        except Exception:
            # The boundary of the thread: whatever one parcel does, the others are answered and the next group comes.
            log.exception("a group of %s requests could not be written", len(group))
            if len(group) > 1:
                for parcel in group:
                    self._settle([parcel], Counter())
                return
            outcomes = [Outcome(failure=Failure.BROKEN) for _parcel in group]
        self._answer(group, outcomes)

    def _written(self, group: list[Parcel], tally: counting.Tally) -> list[Outcome]:
        """The outcomes of a group on disk; failures, when the records stay away for longer than our patience."""
        until = time.monotonic() + PATIENCE_SECONDS
        while True:
            try:
                self._connect()
                self._refresh_sources(group)
                return self._write(group, tally, now=timezone.now())
            except (OperationalError, InterfaceError) as error:
                failure = _failure_of(error)
                if not connection.in_atomic_block and not connection.is_usable():
                    connection.close()
                if failure is Failure.FULL or time.monotonic() > until:
                    log.warning("the records take no events: %s", error)
                    self._count_as_busy(group, tally)
                    return [Outcome(failure=failure) for _parcel in group]
                time.sleep(LOCKED_PAUSE_SECONDS)

    def _connect(self) -> None:
        """This thread's own connection, on which a commit returns when it is on disk. We wait for locks ourselves."""
        if connection.connection is not None or connection.in_atomic_block:
            return
        with connection.cursor() as cursor:
            if connection.vendor == "sqlite":
                cursor.execute("PRAGMA synchronous=FULL")
                cursor.execute("PRAGMA busy_timeout=0")
                # Receipts fall on pages all over their table: pages written several times are copied back once.
                cursor.execute(f"PRAGMA wal_autocheckpoint={PAGES_BETWEEN_CHECKPOINTS}")
            else:
                cursor.execute("SET synchronous_commit = on")

    def _refresh_sources(self, group: list[Parcel]) -> None:
        age = time.monotonic() - self._sources_at
        unknown = any(parcel.delivery.write_key not in self._sources for parcel in group)
        if age > SOURCES_SECONDS or (unknown and age > UNKNOWN_KEY_SECONDS):
            self._sources = sources.by_key()
            self._sources_at = time.monotonic()

    def _write(self, group: list[Parcel], tally: counting.Tally, *, now: datetime) -> list[Outcome]:
        terms = self._terms = self._terms or Terms.met()
        writing = _Writing(self._sources, terms, group)
        with transaction.atomic():
            outcomes = writing.write(tally, now=now)
            self._tell_pages()
        terms.add(writing.new_terms)
        return outcomes

    def _tell_pages(self, *, at_last: bool = False) -> None:
        """Pages that show the intake ask again: once a second while much comes in, and once when it is over."""
        if time.monotonic() - self._told_at > LIVE_SECONDS and (self._untold or not at_last):
            self._told_at, self._untold = time.monotonic(), False
            live.publish(TOPIC)
        elif not at_last:
            self._untold = True

    def _count_as_busy(self, group: list[Parcel], tally: counting.Tally) -> None:
        with self._changed:
            self._tally.update(tally)
            for parcel in group:
                source = self._sources.get(parcel.delivery.write_key)
                self._tally[source.name if source else "", Reason.BUSY.value] += parcel.weight

    def _answer(self, group: list[Parcel], outcomes: list[Outcome]) -> None:
        """Tell each event loop about its requests, all at once."""
        by_loop: dict[asyncio.AbstractEventLoop, list[tuple[asyncio.Future[Outcome], Outcome]]] = {}
        for parcel, outcome in zip(group, outcomes, strict=True):
            by_loop.setdefault(parcel.future.get_loop(), []).append((parcel.future, outcome))
        for loop, answers in by_loop.items():
            if not loop.is_closed():
                loop.call_soon_threadsafe(_resolve, answers)


@dataclass(slots=True)
class _Writing:
    """One group on its way into the records."""

    sources: Mapping[str, Known]
    terms: Terms
    group: list[Parcel]
    new_terms: set[tuple[str, str]] = field(default_factory=set)

    def write(self, tally: counting.Tally, *, now: datetime) -> list[Outcome]:
        """Receipts, events, counts and samples of the group, in the caller's transaction."""
        outcomes = [Outcome(refusals=list(parcel.delivery.refusals)) for parcel in self.group]
        accepted: dict[bytes, tuple[int, Call, Known]] = {}
        for index, parcel in enumerate(self.group):
            self._sort(index, parcel, outcomes[index], accepted)
        fresh = receipts.claim(list(accepted), on=now.date()) if accepted else set()
        for key in accepted.keys() - fresh:
            index, call, _source = accepted.pop(key)
            outcomes[index].refusals.append(Refusal(Reason.DUPLICATE, call.message_id))
        events = self._events(accepted)
        for index, _call, _source in accepted.values():
            outcomes[index].accepted += 1
        actions.append_many(
            events[start : start + EVENTS_IN_AN_ENTRY] for start in range(0, len(events), EVENTS_IN_AN_ENTRY)
        )
        if self.new_terms:
            Terms.keep(self.new_terms)
        counting.add(tally + self._counted(outcomes), now=now)
        counting.keep_samples(self._samples(outcomes))
        return outcomes

    def _sort(
        self, index: int, parcel: Parcel, outcome: Outcome, accepted: dict[bytes, tuple[int, Call, Known]]
    ) -> None:
        """Put a parcel's calls among the accepted ones, or refuse them."""
        delivery = parcel.delivery
        source = self.sources.get(delivery.write_key)
        if delivery.refused is not None:
            return
        whole = _refused_whole(source, parcel.sender)
        if source is None or whole is not None:
            reason = whole or Reason.UNKNOWN_KEY
            told = [
                *(call.message_id for call in delivery.calls),
                *(refusal.message_id for refusal in outcome.refusals),
            ]
            outcome.refusals = [Refusal(reason, message_id) for message_id in told]
            return
        for call in delivery.calls:
            if call.kind is Kind.TRACK and vocabulary.is_reserved(call.name):
                outcome.refusals.append(Refusal(Reason.RESERVED_NAME, call.message_id, call.name))
                continue
            if not self.terms.fits(call, self.new_terms):
                outcome.refusals.append(Refusal(Reason.TOO_MANY_NAMES, call.message_id, call.name[:100]))
                continue
            key = receipts.key_of(source.id, call.message_id)
            if key in accepted:
                outcome.refusals.append(Refusal(Reason.DUPLICATE, call.message_id))
            else:
                accepted[key] = (index, call, source)

    def _events(self, accepted: Mapping[bytes, tuple[int, Call, Known]]) -> list[Event]:
        believed = {key for key, (_index, call, source) in accepted.items() if is_believed(call, source)}
        contacts = _contacts([accepted[key][1:] for key in believed])
        return [
            event_of(
                call,
                source=source,
                sender=self.group[index].sender,
                key=key,
                believed=key in believed,
                contacts=contacts,
                received_at=self.group[index].received_at,
            )
            for key, (index, call, source) in accepted.items()
        ]

    def _counted(self, outcomes: list[Outcome]) -> counting.Tally:
        tally: counting.Tally = Counter()
        for parcel, outcome in zip(self.group, outcomes, strict=True):
            source = self._name_of(parcel)
            if outcome.accepted:
                tally[source, models.ACCEPTED] += outcome.accepted
            for refusal in outcome.refusals:
                tally[source, refusal.reason.value] += 1
        return tally

    def _samples(self, outcomes: list[Outcome]) -> Iterable[models.Refusal]:
        for parcel, outcome in zip(self.group, outcomes, strict=True):
            for refusal in outcome.refusals:
                if refusal.reason is not Reason.DUPLICATE:
                    yield models.Refusal(
                        source=self._name_of(parcel),
                        at=parcel.received_at,
                        reason=refusal.reason,
                        detail=_kept(refusal.detail)[:200],
                        excerpt=_kept((refusal.excerpt or parcel.excerpt).decode("utf-8", "replace")),
                    )

    def _name_of(self, parcel: Parcel) -> str:
        source = self.sources.get(parcel.delivery.write_key)
        return source.name if source else ""


def _refused_whole(source: Known | None, sender: Sender) -> Reason | None:
    if source is None:
        return Reason.UNKNOWN_KEY
    return None if source.takes_from(sender.origin) else Reason.BAD_ORIGIN


def _contacts(calls: list[tuple[Call, Known]]) -> dict[str, int]:
    """The profiles of contacts known by the customer numbers and addresses that the calls name. At most two queries."""
    externals = {source.external(call.user_id) for call, source in calls if call.user_id}
    addresses = {call.user_id.casefold() for call, _source in calls if "@" in call.user_id}
    found: dict[str, int] = {}
    for kind, values in ((IdentityKind.EMAIL, addresses), (IdentityKind.EXTERNAL, externals)):
        if values:
            named = Identity.objects.filter(kind=kind, value__in=values)
            found.update(named.values_list("value", Coalesce("made_for_id", "contact_id")))
    return found


def _kept(text: str) -> str:
    return text.replace("\x00", "\N{REPLACEMENT CHARACTER}")


def _failure_of(error: DatabaseError | InterfaceError) -> Failure:
    text = str(error).lower()
    return Failure.FULL if "disk is full" in text or "no space left" in text else Failure.BUSY


def _resolve(answers: list[tuple["asyncio.Future[Outcome]", Outcome]]) -> None:
    for future, outcome in answers:
        if not future.done():
            future.set_result(outcome)
