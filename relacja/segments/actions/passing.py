"""The passing of time: it moves people in and out of segments without anything happening.

A window that ends, ends for those who have an event at its edge. So only they are asked again, every few seconds. To
be sure, and for conditions that cannot say whom time concerns, everybody is asked now and then.
"""

from collections.abc import Sequence
from datetime import UTC, datetime, timedelta

from django.db.models import Q

from relacja.clickhouse import facts
from relacja.segments import by_day, queries
from relacja.segments.actions import keeping
from relacja.segments.models import Clock, Segment
from relacja.segments.rules import Rule

FOLLOWED = timedelta(seconds=15)
OVERLAP = timedelta(seconds=15)  # who was asked while the last step ran may have been asked for a moment before it
FURTHEST = timedelta(hours=1)
CERTAIN = timedelta(minutes=30)
UNTOLD = timedelta(minutes=1)
CROWDED = timedelta(minutes=2)
MOST_PASSED = 2_000
TOGETHER = 20


def is_ageing(rule: Rule) -> bool:
    """Whether the answer may change merely because time passes."""
    return any(leaf.ages for leaf in rule.leaves())


def follow(*, now: datetime) -> bool:
    """Segments are true for those whom the last seconds have moved in or out. False when it is too early.

    Costs half a second of work for 200 segments at 20 M events, however many people are in them. Where too many stand
    at the edges of time, the segments with the fewest there are followed, and the others counted every few minutes.
    When too much time has passed, all are counted from the start, one after another.
    """
    clock = Clock.objects.get_or_create(pk=1, defaults={"followed_at": now, "lost_at": now})[0]
    if clock.followed_at > now - FOLLOWED:
        return False
    counted = Segment.objects.counted().order_by("counted_at").defer("members")
    known = [(one, rule) for one in counted if (rule := keeping.readable(one, now=now, anew=False)) is not None]
    told = [(one, rule) for one, rule in known if queries.tells_whom_time_concerns(rule)]
    with facts.quietly():
        crowded = _follow(clock, told, now=now)
    keeping.recount_together(
        [one for one, rule in known if one.pk in crowded or _is_due(one, rule, now=now)][:TOGETHER], now=now
    )
    return True


def refresh_next(*, now: datetime) -> bool:
    """Ask some of the segments that everybody was asked for half an hour ago again. False when none is due."""
    clock = Clock.objects.filter(pk=1).first()
    late = Q(counted_at__lte=now - CERTAIN)
    if clock is not None:
        late |= Q(counted_at__lt=clock.lost_at)
    due = list(Segment.objects.counted().filter(late).order_by("counted_at")[:TOGETHER])
    keeping.recount_together(due, now=now)
    return bool(due)


def _follow(clock: Clock, told: Sequence[tuple[Segment, Rule]], *, now: datetime) -> set[int]:
    """Ask those whom the time until now concerns. Returns the segments whose turn it is to be counted instead."""
    if clock.followed_at <= now - FURTHEST:
        Clock.objects.filter(pk=clock.pk).update(followed_at=now, lost_at=now, crowded={})
        return set()
    since = clock.followed_at - OVERLAP
    rules = [rule for _one, rule in told]
    touched = queries.passed(rules, since, now, most=MOST_PASSED)
    if touched is None:
        rules = queries.fewest(rules, since, now, most=MOST_PASSED)
        touched = queries.passed(rules, since, now, most=MOST_PASSED) or []
    keeping.ask_of(touched, is_ageing, now=now)
    crowded = _crowded(clock, told, set(rules), now=now)
    Clock.objects.filter(pk=clock.pk).update(followed_at=now, crowded=crowded)
    return {one.pk for one, _rule in told if str(one.pk) in crowded and _was_counted(one, before=now - CROWDED)}


def _crowded(
    clock: Clock, told: Sequence[tuple[Segment, Rule]], followed: set[Rule], *, now: datetime
) -> dict[str, float]:
    """The segments that were not followed now, or earlier and not counted since: until when nobody was asked."""
    found = {}
    for one, rule in told:
        lost = clock.crowded.get(str(one.pk)) if rule in followed else now.timestamp()
        if lost is not None and (rule not in followed or _was_counted(one, before=datetime.fromtimestamp(lost, UTC))):
            found[str(one.pk)] = lost
    return found


def _was_counted(segment: Segment, *, before: datetime) -> bool:
    return segment.counted_at is not None and segment.counted_at < before


def _is_due(segment: Segment, rule: Rule, *, now: datetime) -> bool:
    """Whether time that could not be followed may have changed the answer: that of a day, or of whom nobody told."""
    since = segment.counted_at
    if since is None:
        return False
    if by_day.turned(since, now) and any(leaf.ages_by_day for leaf in rule.leaves()):
        return True
    return since <= now - UNTOLD and is_ageing(rule) and not queries.tells_whom_time_concerns(rule)
