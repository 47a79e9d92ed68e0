"""Keeping segments true: asked again for a few people when something happens, for everybody as time passes.

Whoever writes members names the version they read (`Segment.settle`), so that two who ask at once cannot undo each
other: the second asks again. Members and the events of entering and leaving are written in one transaction.
"""

import uuid
from collections.abc import Callable, Iterable, Sequence
from datetime import datetime, timedelta
from typing import Any

from django.db import transaction
from django.utils.translation import gettext as _
from pyroaring import BitMap64

from relacja.events import vocabulary
from relacja.events.actions import append
from relacja.events.event import Event
from relacja.lib import live
from relacja.lib.errors import Refused, Unavailable
from relacja.segments import by_day, queries, rules
from relacja.segments.models import Segment
from relacja.segments.rules import Rule
from relacja.segments.vocabulary import ENTERED, LEFT

AGEING = timedelta(seconds=15)
STEADY = timedelta(minutes=10)
MOST_CHANGES = 5_000
EVENTS_AN_ENTRY = 1_000
BEHAVIOUR = frozenset({"web", "email"})
CONTACTS_AT_ONCE = 1_000
TRIES = 5


def ask_again(contact_ids: Iterable[int], *, now: datetime, after: Iterable[str] | None = None) -> None:
    """Every counted segment is true for these contacts, and who entered or left it is on record. Safe to run twice.

    With `after`, the names of what happened, only the segments that this may concern are asked.
    """
    touched, names = sorted(set(contact_ids)), None if after is None else frozenset(after)
    for start in range(0, len(touched), CONTACTS_AT_ONCE):
        _ask_again(touched[start : start + CONTACTS_AT_ONCE], names, now=now)


def concerns(rule: Rule, names: frozenset[str]) -> bool:
    """Whether events of these names may change the answer.

    What people do on the web and with mail concerns only rules that look at it. Anything else may come with a change
    of the record, or with earlier visits that join it, and concerns every rule.
    """
    if any(vocabulary.known(name) and vocabulary.of(name).group not in BEHAVIOUR for name in names):
        return True
    return any(leaf.event_names & names for leaf in rule.leaves())


def recount(segment: Segment, *, now: datetime) -> None:
    """The segment has the members its rule describes. The first time they fill in without a word.

    What happened while they were counted is caught by asking a second time. Nobody is told of a broken rule here: the
    segment itself says it.
    """
    rule = _readable(segment, now=now)
    if rule is None:
        return
    if segment.counted_at is None:
        found = _asked(segment, lambda: BitMap64(queries.ids(rule, now)), now=now)
        if found is None or not segment.settle(found, counted_at=now):
            return
        _tell(segment)
        segment.refresh_from_db()
    found = _asked(segment, lambda: BitMap64(queries.ids(rule, now)), now=now)
    if found is not None:
        _move(segment, segment.people(), found, counted_at=now, now=now)


def forget(contact_ids: Iterable[int]) -> None:
    """These contacts are in no segment any more. Nobody says they left: they were never here."""
    gone = BitMap64(contact_ids)
    for pk in Segment.objects.live().values_list("pk", flat=True):
        exchange(pk, gone=gone)


def exchange(pk: int, *, gone: Iterable[int] = (), come: Iterable[int] = ()) -> None:
    """Members of a segment that turned out to be others. Nobody says that they left or entered."""
    gone, come = BitMap64(gone), BitMap64(come)
    for _try in range(TRIES):
        segment = Segment.objects.live().filter(pk=pk).first()
        if segment is None:
            return
        people = (segment.people() - gone) | come
        if people == segment.people():
            return
        if segment.settle(people, counted_at=segment.counted_at):
            _tell(segment)
            return
    raise Unavailable(_("Segments change too fast to keep up; the rest is asked again in a moment."))


def refresh_next(*, now: datetime) -> bool:
    """Ask the segment that has waited longest past its time again for everybody. False when none is due.

    A segment is due after 15 s if its answer depends on the clock, and after 10 min if not; if it depends on the day,
    also as soon as the day has changed.
    """
    waiting = Segment.objects.live().filter(counted_at__lte=now - AGEING).order_by("counted_at")
    for pk, counted_at, written in waiting.values_list("pk", "counted_at", "rule"):
        if counted_at and _is_due(written, counted_at, now=now):
            recount(Segment.objects.get(pk=pk), now=now)
            return True
    return False


def is_ageing(rule: Rule) -> bool:
    """Whether the answer may change merely because time passes."""
    return any(leaf.ages for leaf in rule.leaves())


def _is_due(written: Any, counted_at: datetime, *, now: datetime) -> bool:
    try:
        rule = rules.read(written)
    except Refused:
        return counted_at <= now - STEADY
    if by_day.turned(counted_at, now) and any(leaf.ages_by_day for leaf in rule.leaves()):
        return True
    return counted_at <= now - (AGEING if is_ageing(rule) else STEADY)


def _ask_again(touched: list[int], names: frozenset[str] | None, *, now: datetime) -> None:
    pending = list(Segment.objects.live().exclude(counted_at=None))
    for _try in range(TRIES):
        asked = [
            (segment, rule)
            for segment in pending
            if (rule := _readable(segment, now=now)) is not None and (names is None or concerns(rule, names))
        ]
        answers = _answers(asked, touched, now=now)
        lost = [segment.pk for segment, found in answers if not _apply(segment, touched, found, now=now)]
        if not lost:
            return
        pending = list(Segment.objects.live().filter(pk__in=lost).exclude(counted_at=None))
    raise Unavailable(_("Segments change too fast to keep up; the rest is asked again in a moment."))


def _answers(
    asked: Sequence[tuple[Segment, Rule]], touched: list[int], *, now: datetime
) -> list[tuple[Segment, set[int]]]:
    """Who of the touched meets each rule. When the common question fails, each is asked alone to find the fault."""
    try:
        found = queries.holding([rule for _segment, rule in asked], touched, now)
    except Unavailable:
        if len(asked) < 2:
            raise
        return _answers_one_by_one(asked, touched, now=now)
    return [(segment, holding) for (segment, _rule), holding in zip(asked, found, strict=True)]


def _answers_one_by_one(
    asked: Sequence[tuple[Segment, Rule]], touched: list[int], *, now: datetime
) -> list[tuple[Segment, set[int]]]:
    answered: list[tuple[Segment, set[int]]] = []
    failed: list[tuple[Segment, Unavailable]] = []
    for segment, rule in asked:
        try:
            answered.append((segment, queries.holding([rule], touched, now)[0]))
        except Unavailable as error:
            failed.append((segment, error))
    if not answered:
        raise failed[0][1]
    for segment, reason in failed:
        segment.fail(str(reason), at=now)
        _tell(segment)
    return answered


def _apply(segment: Segment, touched: list[int], holding: set[int], *, now: datetime) -> bool:
    """The segment holds those of the touched who meet its rule. False when somebody else changed it meanwhile."""
    before, among = segment.people(), BitMap64(touched)
    after = (before - among) | BitMap64(holding)
    return after == before or _move(segment, before, after, counted_at=segment.counted_at, now=now)


def _move(segment: Segment, before: BitMap64, after: BitMap64, *, counted_at: datetime | None, now: datetime) -> bool:
    """Let people in and out, some thousands at a time: then the segment stays due, and the next refresh goes on."""
    entered, left = after - before, before - after
    if not entered and not left:
        return segment.stand(counted_at=counted_at)
    if len(entered) + len(left) > MOST_CHANGES:
        entered, left = BitMap64(entered[:MOST_CHANGES]), BitMap64(left[:MOST_CHANGES])
        counted_at = segment.counted_at
    with transaction.atomic():
        if not segment.settle((before | entered) - left, counted_at=counted_at):
            return False
        _record(segment, ENTERED, list(entered), now=now)
        _record(segment, LEFT, list(left), now=now)
        _tell(segment)
    return True


def _record(segment: Segment, name: str, contact_ids: list[int], *, now: datetime) -> None:
    for start in range(0, len(contact_ids), EVENTS_AN_ENTRY):
        append(
            [_event(segment, name, contact_id, now=now) for contact_id in contact_ids[start : start + EVENTS_AN_ENTRY]]
        )


def _event(segment: Segment, name: str, contact_id: int, *, now: datetime) -> Event:
    return Event.of(
        id=uuid.uuid4(),
        name=name,
        at=now,
        received_at=now,
        profile_id=contact_id,
        properties={"segment": segment.name, "key": segment.key, "segment_id": segment.pk},
    )


def _asked(segment: Segment, question: Callable[[], BitMap64], *, now: datetime) -> BitMap64 | None:
    """The answer, or None when the question is too heavy for ever: then the segment says so."""
    try:
        return question()
    except Unavailable as error:
        if not error.permanent:
            raise
        segment.fail(str(error), at=now)
        _tell(segment)
        return None


def _readable(segment: Segment, *, now: datetime) -> Rule | None:
    """The segment's rule, or None when it is none any more: then the segment says why."""
    try:
        return rules.read(segment.rule)
    except Refused as error:
        if segment.broken != str(error):
            segment.fail(str(error), at=now)
            _tell(segment)
        return None


def _tell(segment: Segment) -> None:
    live.publish(f"segment:{segment.pk}")
    live.publish("segments")
