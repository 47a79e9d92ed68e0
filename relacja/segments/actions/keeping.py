"""Keeping segments true: asked again for a few people when something happens to them, and for everybody.

Whoever writes members names the version they read (`Segment.settle`), so that two who ask at once cannot undo each
other: the second asks again. Members and the events of entering and leaving are written in one transaction.
"""

import uuid
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime

from django.db import transaction
from django.utils.translation import gettext as _
from pyroaring import BitMap64

from relacja.clickhouse import facts
from relacja.events import vocabulary
from relacja.events.actions import append
from relacja.events.event import Event
from relacja.lib import live
from relacja.lib.errors import Refused, Unavailable
from relacja.segments import memory, queries, rules
from relacja.segments.models import Segment, SegmentQuerySet
from relacja.segments.rules import Rule
from relacja.segments.vocabulary import ENTERED, LEFT

MOST_CHANGES = 5_000
EVENTS_AN_ENTRY = 1_000
BEHAVIOUR = frozenset({"web", "email", "order", "date"})
CONTACTS_AT_ONCE = 1_000
RULE_BYTES = 4_000
TRIES = 5


@dataclass(frozen=True, slots=True)
class _Standing:
    """A segment, its rule, and who is in it, before anybody is asked."""

    segment: Segment
    rule: Rule
    people: BitMap64


@dataclass(frozen=True, slots=True)
class _Answer:
    """Who of those who were asked meets the rule."""

    asked: _Standing
    holding: BitMap64


def ask_again(contact_ids: Iterable[int], *, now: datetime, after: Iterable[str] | None = None) -> None:
    """Every counted segment is true for these contacts, and who entered or left it is on record. Safe to run twice.

    With `after`, the names of what happened, only the segments that this may concern are asked.
    """
    names = None if after is None else frozenset(after)
    ask_of(contact_ids, lambda rule: names is None or concerns(rule, names), now=now)


def ask_of(contact_ids: Iterable[int], meant: Callable[[Rule], bool], *, now: datetime) -> None:
    """Every counted segment whose rule is `meant` is true for these contacts. Safe to run twice."""
    touched = sorted(set(contact_ids))
    for start in range(0, len(touched), CONTACTS_AT_ONCE):
        _ask_of(touched[start : start + CONTACTS_AT_ONCE], meant, now=now)


def concerns(rule: Rule, names: frozenset[str]) -> bool:
    """Whether events of these names may change the answer.

    What people do on the web, with mail and in the shop, and that a date has come, concerns only rules that look at it.
    Anything else may come with a change of the record, or with earlier visits that join it, and concerns every rule.
    """
    if any(vocabulary.known(name) and vocabulary.of(name).group not in BEHAVIOUR for name in names):
        return True
    return any(leaf.hears(names) for leaf in rule.leaves())


def recount(segment: Segment, *, now: datetime) -> None:
    """The segment has the members its rule describes. The first time they fill in without a word.

    What happened while they were counted is caught by asking a second time. Nobody is told of a broken rule here: the
    segment itself says it.
    """
    rule = readable(segment, now=now)
    if rule is None:
        return
    if segment.counted_at is None:
        found = _asked(segment, rule, now=now)
        if found is None or not segment.settle(found, counted_at=now):
            return
        _tell(segment)
        segment.refresh_from_db()
    found = _asked(segment, rule, now=now)
    if found is not None:
        _correct(segment, rule, found, now=now)


def recount_together(segments: Sequence[Segment], *, now: datetime) -> None:
    """Each of the counted segments has the members its rule describes; conditions they share are asked once."""
    asked = [(segment, rule) for segment in segments if (rule := readable(segment, now=now)) is not None]
    if not asked:
        return
    try:
        with facts.quietly():
            found = queries.everybody([rule for _segment, rule in asked], now)
    except Unavailable:
        for segment, _rule in asked:
            recount(segment, now=now)
        return
    for (segment, rule), people in zip(asked, found, strict=True):
        _correct(segment, rule, people, now=now)


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


def _ask_of(touched: list[int], meant: Callable[[Rule], bool], *, now: datetime) -> None:
    answers = _answers(_standing(Segment.objects.counted(), meant, now=now), touched, now=now)
    for _try in range(TRIES):
        lost = _apply(answers, touched, now=now)
        if not lost:
            return
        answers = _still_true(lost, touched, meant, now=now)
    raise Unavailable(_("Segments change too fast to keep up; the rest is asked again in a moment."))


def _standing(chosen: SegmentQuerySet, meant: Callable[[Rule], bool], *, now: datetime) -> list[_Standing]:
    """Those of the chosen segments whose rule is meant, each with who is in it now."""
    return [
        _Standing(segment, rule, segment.people())
        for segment in chosen.order_by("pk").with_people()
        if (rule := readable(segment, now=now, anew=False)) is not None and meant(rule)
    ]


def _still_true(
    lost: Sequence[_Answer], touched: list[int], meant: Callable[[Rule], bool], *, now: datetime
) -> list[_Answer]:
    """Answers for segments that somebody else changed after they were asked.

    What was answered still counts where neither the rule is another one nor any of the touched came or went meanwhile.
    """
    among, earlier = BitMap64(touched), {one.asked.segment.pk: one for one in lost}
    kept, again = [], []
    for one in _standing(Segment.objects.counted().filter(pk__in=earlier), meant, now=now):
        answer = earlier[one.segment.pk]
        if one.rule == answer.asked.rule and not (one.people ^ answer.asked.people) & among:
            kept.append(_Answer(one, answer.holding))
        else:
            again.append(one)
    return [*kept, *_answers(again, touched, now=now)]


def _answers(asked: Sequence[_Standing], touched: list[int], *, now: datetime) -> list[_Answer]:
    """Who of the touched meets each rule. When the common question fails, each is asked alone to find the fault."""
    if not asked:
        return []
    try:
        found = queries.holding([one.rule for one in asked], touched, now)
    except Unavailable:
        if len(asked) < 2:
            raise
        return _answers_one_by_one(asked, touched, now=now)
    return [_Answer(one, BitMap64(holding)) for one, holding in zip(asked, found, strict=True)]


def _answers_one_by_one(asked: Sequence[_Standing], touched: list[int], *, now: datetime) -> list[_Answer]:
    answered: list[_Answer] = []
    failed: list[tuple[Segment, Unavailable]] = []
    for one in asked:
        try:
            answered.append(_Answer(one, BitMap64(queries.holding([one.rule], touched, now)[0])))
        except Unavailable as error:
            failed.append((one.segment, error))
    if not answered:
        raise failed[0][1]
    for segment, reason in failed:
        segment.fail(str(reason), at=now)
        _tell(segment)
    return answered


def _apply(answers: Sequence[_Answer], touched: list[int], *, now: datetime) -> list[_Answer]:
    """The segments hold those of the touched who meet their rules, and who came and went is on record.

    One transaction and few entries of the log, however many segments change: under a stream of events, readers would
    otherwise read of little else. Returns the answers for those that somebody else changed meanwhile.
    """
    among, lost = BitMap64(touched), []
    moving = [one for one in answers if one.asked.people & among != one.holding]
    moves: list[Event] = []
    if not moving:
        return []
    with transaction.atomic():
        for one in moving:
            segment, before = one.asked.segment, one.asked.people & among
            if not segment.settle((one.asked.people - among) | one.holding, counted_at=segment.counted_at):
                lost.append(one)
                continue
            moves += _moves(segment, one.holding - before, before - one.holding, now=now)
            _tell(segment)
        _record(moves)
    return lost


def _correct(segment: Segment, rule: Rule, people: BitMap64, *, now: datetime) -> None:
    """The segment holds these people. If it changed while they were counted, those in question are asked once more."""
    before = segment.people()
    if _move(segment, before, people, counted_at=now, now=now):
        return
    ask_of(list(before ^ people)[:MOST_CHANGES], lambda other: other == rule, now=now)
    Segment.objects.counted().filter(pk=segment.pk, rule=segment.rule).update(counted_at=now)


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
        _record(_moves(segment, entered, left, now=now))
        _tell(segment)
    return True


def _moves(segment: Segment, entered: BitMap64, left: BitMap64, *, now: datetime) -> list[Event]:
    return [
        _event(segment, name, one, now=now) for name, people in ((ENTERED, entered), (LEFT, left)) for one in people
    ]


def _record(moves: Sequence[Event]) -> None:
    for start in range(0, len(moves), EVENTS_AN_ENTRY):
        append(moves[start : start + EVENTS_AN_ENTRY])


def _event(segment: Segment, name: str, contact_id: int, *, now: datetime) -> Event:
    return Event.of(
        id=uuid.uuid4(),
        name=name,
        at=now,
        received_at=now,
        profile_id=contact_id,
        properties={"segment": segment.name, "key": segment.key, "segment_id": segment.pk},
    )


def _asked(segment: Segment, rule: Rule, *, now: datetime) -> BitMap64 | None:
    """Who meets the rule, or None when the question is too heavy for ever: then the segment says so."""
    try:
        with facts.quietly():
            return queries.everybody([rule], now)[0]
    except Unavailable as error:
        if not error.permanent:
            raise
        segment.fail(str(error), at=now)
        _tell(segment)
        return None


def readable(segment: Segment, *, now: datetime, anew: bool = True) -> Rule | None:
    """The segment's rule, or None when it is none any more: then the segment says why.

    Not `anew`, a rule that was read a moment ago is not read again.
    """
    known: Rule | None = None if anew else memory.recall("rule", segment.pk, segment.version)
    if known is not None:
        return known
    try:
        known = rules.read(segment.rule)
    except Refused as error:
        if segment.broken != str(error):
            segment.fail(str(error), at=now)
            _tell(segment)
        return None
    memory.keep("rule", segment.pk, segment.version, known, size=RULE_BYTES)
    return known


def _tell(segment: Segment) -> None:
    live.publish(f"segment:{segment.pk}")
    live.publish("segments")
