"""What a segment looks like from inside: how large over time, and what it shares with others."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from django.utils import timezone
from pyroaring import BitMap64

from relacja.clickhouse import facts
from relacja.contacts.listing import seen
from relacja.segments import rules
from relacja.segments.models import Segment, SegmentSize
from relacja.segments.rules import Rule
from relacja.segments.sizes import size as size_of
from relacja.staff import reach
from relacja.staff.reach import Owners

WEEKS = 12
WEEK = timedelta(days=7)


@dataclass(frozen=True, slots=True)
class Day:
    """One day: how many were in at its end, None where nobody noted it; how many came and went.

    Sizes are noted of everybody alone: to whoever sees some people they are unknown.
    """

    on: date
    size: int | None
    entered: int = 0
    left: int = 0


def days(segment: Segment, *, now: datetime, owners: Owners = None) -> list[Day]:
    """The last weeks day by day, today last. One query to the records, one to the facts."""
    today = timezone.localdate(now)
    first = today - WEEKS * WEEK + timedelta(days=1)
    noted = SegmentSize.objects.filter(segment=segment, day__gte=first).values_list("day", "size")
    sizes = dict(noted) if owners is None else {}
    if segment.counted_at:
        sizes[today] = size_of(segment, owners)
    zone = timezone.get_default_timezone_name()
    start = timezone.make_aware(datetime.combine(first, datetime.min.time()))
    whose = reach.parameters(owners)
    moves = facts.rows("segments", "moves", segment=segment.pk, since=start, zone=zone, **whose)
    entered, left = ({row["day"]: row[name] for row in moves} for name in ("entered", "gone"))
    every = [first + timedelta(days=number) for number in range((today - first).days + 1)]
    return [Day(on, sizes.get(on), entered.get(on, 0), left.get(on, 0)) for on in every]


def course(segment: Segment, *, now: datetime) -> list[int]:
    """How many were in, day by day, as far as it was noted. One query."""
    since = timezone.localdate(now) - WEEKS * WEEK
    noted = SegmentSize.objects.filter(segment=segment, day__gt=since).order_by("day")
    return list(noted.values_list("size", flat=True))


@dataclass(frozen=True, slots=True)
class Week:
    """Seven days: how many came and went, and how many were in at its end."""

    first: date
    last: date
    size: int | None
    entered: int
    left: int


def weeks(found: list[Day]) -> list[Week]:
    """The days by sevens, the newest first, from the first of which something is known."""
    parts = [found[start : start + 7] for start in range(0, len(found), 7)]
    told = [
        Week(
            part[0].on,
            part[-1].on,
            next((day.size for day in reversed(part) if day.size is not None), None),
            sum(day.entered for day in part),
            sum(day.left for day in part),
        )
        for part in parts
    ]
    known = [number for number, week in enumerate(told) if week.size is not None or week.entered or week.left]
    return told[min(known, default=len(told)) :][::-1]


@dataclass(frozen=True, slots=True)
class Overlap:
    """What a segment shares with another one: how many are in both, as a share of either."""

    other: Segment
    both: int
    of_this: float
    of_other: float
    size: int
    size_of_other: int

    @property
    def alike(self) -> float:
        """Those in both among those in either, 0 to 1."""
        return 1 / (1 / self.of_this + 1 / self.of_other - 1)


def overlaps(segment: Segment, owners: Owners = None) -> list[Overlap]:
    """Every other segment that shares somebody of these owners with this one, the most alike first.

    Two queries, and one for the owners' people.
    """
    theirs = seen.of(owners) if owners is not None else None
    here = segment.people() if theirs is None else segment.people() & theirs
    found = []
    for other in Segment.objects.live().named().exclude(pk=segment.pk).exclude(size=0).with_people():
        people = other.people() if theirs is None else other.people() & theirs
        if both := here.intersection_cardinality(people):
            found.append(Overlap(other, both, both / len(here), both / len(people), len(here), len(people)))
    return sorted(found, key=lambda one: (-one.alike, one.other.name))


@dataclass(frozen=True, slots=True)
class Piece:
    """Who is in these of some segments and in none of the others."""

    inside: tuple[Segment, ...]
    outside: tuple[Segment, ...]
    people: int


def pieces(segments: Sequence[Segment], owners: Owners = None) -> list[Piece]:
    """Into which pieces some segments part those in any of them, the largest first. No query beyond their members."""
    parts: list[tuple[tuple[Segment, ...], tuple[Segment, ...], BitMap64]] = []
    earlier: tuple[Segment, ...] = ()
    for one in segments:
        here = seen.narrowed(one.people(), owners)
        alone = here.copy()
        for _inside, _outside, people in parts:
            alone -= people
        parts = [
            *(((*inside, one), outside, people & here) for inside, outside, people in parts),
            *((inside, (*outside, one), people - here) for inside, outside, people in parts),
            ((one,), earlier, alone),
        ]
        parts = [part for part in parts if part[2]]
        earlier = (*earlier, one)
    found = [Piece(inside, outside, len(people)) for inside, outside, people in parts]
    return sorted(found, key=lambda one: (-one.people, len(one.inside), [segment.name for segment in one.inside]))


def rule_of(segment: Segment) -> Rule:
    """The rule of a segment. Raises `Refused` when it cannot be read any more."""
    return rules.read(segment.rule)
