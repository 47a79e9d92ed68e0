"""What a segment looks like from inside: how large over time, what it shares with others, what its people are like."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from django.utils import timezone

from relacja.clickhouse import facts
from relacja.contacts.listing import seen
from relacja.segments import rules, traits
from relacja.segments.binder import Whole
from relacja.segments.models import Segment, SegmentSize
from relacja.segments.rules import Leaf, Rule
from relacja.staff.reach import Owners

WEEKS = 12
WEEK = timedelta(days=7)
LEAST_PEOPLE = 5
LEAST_GAP = 0.02
CERTAIN = 3.0
MOST_TRAITS = 24


@dataclass(frozen=True, slots=True)
class Day:
    """One day: how many were in at its end, None where nobody noted it; how many came and went."""

    on: date
    size: int | None
    entered: int = 0
    left: int = 0


def days(segment: Segment, *, now: datetime) -> list[Day]:
    """The last weeks day by day, today last. One query to the records, one to the facts."""
    today = timezone.localdate(now)
    first = today - WEEKS * WEEK + timedelta(days=1)
    sizes = dict(SegmentSize.objects.filter(segment=segment, day__gte=first).values_list("day", "size"))
    if segment.counted_at:
        sizes[today] = segment.size
    zone = timezone.get_default_timezone_name()
    start = timezone.make_aware(datetime.combine(first, datetime.min.time()))
    moves = facts.rows("segments", "moves", segment=segment.pk, since=start, zone=zone)
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
    """Every other segment that shares somebody of these owners with this one, the most alike first. One query."""
    here = seen.narrowed(segment.people(), owners)
    found = []
    for other in Segment.objects.live().exclude(pk=segment.pk).exclude(size=0):
        people = seen.narrowed(other.people(), owners)
        if both := here.intersection_cardinality(people):
            found.append(Overlap(other, both, both / len(here), both / len(people), len(here), len(people)))
    return sorted(found, key=lambda one: (-one.alike, one.other.name))


@dataclass(frozen=True, slots=True)
class Difference:
    """Something that is more or less common in a segment than among everybody. Shares are 0 to 1."""

    leaf: Leaf
    here: int
    share: float
    usual: float

    @property
    def share_percent(self) -> float:
        """The share in the segment, 0 to 100."""
        return round(100 * self.share, 1)

    @property
    def usual_percent(self) -> float:
        """The share among everybody, 0 to 100."""
        return round(100 * self.usual, 1)

    @property
    def times(self) -> float:
        """How many times as common as among everybody."""
        return self.share / self.usual if self.usual else 0.0


@dataclass(frozen=True, slots=True)
class Profile:
    """What is different about the people who meet a rule: what they are more often, and what less."""

    size: int
    everybody: int
    more: list[Difference]
    less: list[Difference]


def profile(rule: Rule, now: datetime, owners: Owners = None) -> Profile:
    """Traits whose share differs by two percent of the people or more, and by more than chance would explain.

    What the rule asks for itself is left out. Chance: the share among as many people drawn from everybody would lie
    three standard errors away. Only people of `owners` are looked at. Two questions.
    """
    size, everybody, found = _counted(rule, now, owners)
    asked = set(rule.leaves())
    differences = [
        Difference(leaf, here, here / size, usual / everybody)
        for leaf, here, usual in found
        if leaf not in asked and _differs(here, size, usual, everybody)
    ]
    ordered = sorted(differences, key=lambda one: -abs(one.share - one.usual))[:MOST_TRAITS]
    return Profile(
        size,
        everybody,
        [one for one in ordered if one.share > one.usual],
        [one for one in ordered if one.share < one.usual],
    )


def _differs(here: int, size: int, usual: int, everybody: int) -> bool:
    if max(here, usual) < LEAST_PEOPLE or not size:
        return False
    share, expected = here / size, usual / everybody
    error = (expected * (1 - expected) / size) ** 0.5
    return abs(share - expected) >= LEAST_GAP and abs(share - expected) > CERTAIN * error


def _counted(rule: Rule, now: datetime, owners: Owners) -> tuple[int, int, list[tuple[Leaf, int, int]]]:
    """How many meet the rule, how many there are, and of each trait how many of both have it."""
    bind, known = Whole(now, owners=owners), traits.traits()
    inside = f"({rule.sql(bind)}) AS inside"
    pairs = bind.statement(f"{inside}, arrayJoin({traits.sql(known, bind)}) AS pair", "1")
    rows = facts.ask(
        f"SELECT pair.1 AS trait, pair.2 AS value, countIf(inside) AS here, count() AS usual FROM ({pairs})"  # noqa: S608 - bound
        f" WHERE value != '' GROUP BY trait, value HAVING usual >= {LEAST_PEOPLE}",
        bind.parameters,
    )
    did = list(_did(rule, now, owners))
    totals = next((row for row in rows if row["trait"] == traits.EVERYBODY), {"here": 0, "usual": 0})
    found = [
        (known[row["trait"]].leaf(row["value"]), row["here"], row["usual"]) for row in rows if row["trait"] in known
    ]
    return totals["here"], totals["usual"], [*found, *did]


def _did(rule: Rule, now: datetime, owners: Owners) -> Iterator[tuple[Leaf, int, int]]:
    """What people did lately, each counted once."""
    bind = Whole(now, owners=owners)
    for row in facts.ask(traits.did_sql(rule.sql(bind), bind), bind.parameters):
        yield traits.did(row["name"]), row["here"], row["usual"]


def rule_of(segment: Segment) -> Rule:
    """The rule of a segment. Raises `Refused` when it cannot be read any more."""
    return rules.read(segment.rule)
