"""What is different about some people beside others, in parts: what is known of them, what they did, how they buy.

What is known and what was done is counted of everybody. What has to be worked out from the events of each is asked of a
sample of both, so that it costs the same however many there are; such parts come from the apps that work it out, in
their `portrait.py`, and are late.
"""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, NamedTuple

from django.utils.translation import gettext_lazy as _

from relacja.clickhouse import facts
from relacja.segments import scales, traits
from relacja.segments.binder import Whole
from relacja.segments.rules import Every, Leaf, Rule
from relacja.segments.segment_rules.rfm import InGroup
from relacja.staff.reach import Owners

LEAST_PEOPLE = 5
LEAST_GAP = 0.02
LIKELY, CERTAIN = 2.0, 3.0
FEW = 30
MOST_OF_A_PART = 12
SAMPLED = 4_000
EVERYBODY = Every()


class Found(NamedTuple):
    """How many meet a condition of those looked at, and how many of everybody; of how many where it is known of few."""

    leaf: Leaf
    here: int
    usual: int
    known_here: int | None = None
    known: int | None = None


@dataclass(frozen=True, slots=True)
class Asked:
    """Who is looked at: those who meet `rule`, beside all who meet `beside`, of the people of these owners."""

    rule: Rule
    now: datetime
    beside: Rule = EVERYBODY
    owners: Owners = None
    viewer: int | None = None

    def bind(self) -> Whole:
        return Whole(self.now, viewer=self.viewer, owners=self.owners)


@dataclass(frozen=True, slots=True)
class Figure:
    """A number in the middle of people: half of them have more. In words, of those looked at and of everybody."""

    label: Any
    here: str
    usual: str


@dataclass(frozen=True, slots=True)
class Counted:
    """Of how many people something was counted, and what was found. A sample holds fewer than there are."""

    size: int
    everybody: int
    found: Iterable[Found]
    figures: Sequence[Figure] = ()
    is_sample: bool = False


@dataclass(frozen=True, slots=True)
class Sample:
    """Some of those looked at and some of everybody, drawn by chance, the same ones each time."""

    here: frozenset[int]
    usual: frozenset[int]
    size: int
    everybody: int

    @property
    def is_part(self) -> bool:
        """Whether somebody is left out."""
        return len(self.usual) < self.everybody

    def counted(self, found: Iterable[Found], figures: Sequence[Figure]) -> Counted:
        return Counted(len(self.here), len(self.usual), found, figures, self.is_part)


@dataclass(frozen=True, slots=True)
class Difference:
    """Something that is more or less common in a segment than among everybody. Shares are 0 to 1.

    One that is not sure lies further off than chance usually leads, but chance may have led there.
    """

    leaf: Leaf
    here: int
    share: float
    usual: float
    is_sure: bool = True

    @property
    def share_percent(self) -> float:
        """The share in the segment, 0 to 100."""
        return round(100 * self.share, 1)

    @property
    def usual_percent(self) -> float:
        """The share among everybody, 0 to 100."""
        return round(100 * self.usual, 1)

    @property
    def is_more(self) -> bool:
        return self.share > self.usual

    @property
    def times(self) -> float:
        """How many times as common as among everybody."""
        return self.share / self.usual if self.usual else 0.0


@dataclass(frozen=True, slots=True)
class Part:
    """A part of the portrait. `told` asks the facts about a sample; where there is none, the part is counted here.

    `is_there` says whether anything can be told at all.
    """

    key: str
    label: Any
    icon: str
    hint: Any
    told: Callable[[Sample, datetime], Counted] | None = None
    is_there: Callable[[], bool] = lambda: True


@dataclass(frozen=True, slots=True)
class Told:
    """A part as it was answered: what differs, the largest difference first and the sure ones before the others."""

    part: Part
    differences: list[Difference]
    figures: Sequence[Figure]
    size: int
    everybody: int
    is_sample: bool


@dataclass(frozen=True, slots=True)
class Portrait:
    """What was counted of everybody: how many are looked at, beside how many, and the parts in which they differ."""

    size: int
    everybody: int
    parts: list[Told]

    @property
    def first(self) -> list[Difference]:
        """What is most different of all, and sure."""
        sure = [one for part in self.parts for one in part.differences if one.is_sure]
        return sorted(sure, key=_distance)[:3]


KNOWN = Part("known", _("What we know of them"), "user", _("What stands in the records."))
DEEDS = Part("deeds", _("What they did"), "activity", _("In the last 90 days, each person counted once."))
BUYING = Part("buying", _("How they buy"), "grid-3x3", _("Their groups on the map of buyers."))
_late: dict[str, Part] = {}


def add(part: Part) -> None:
    """Contribute a part. Called by an app's `portrait.py` when it is imported."""
    if part.key in _late:
        raise ValueError(f"{part.key} is a part already")
    _late[part.key] = part


def late() -> dict[str, Part]:
    """The parts that can be worked out in a sample, by their keys."""
    return {key: one for key, one in _late.items() if one.is_there()}


def portrait(asked: Asked) -> Portrait:
    """What differs among what is counted of everybody. Three questions."""
    size, everybody, known = _known(asked)
    parts = [(KNOWN, known), (DEEDS, _deeds(asked)), (BUYING, _buying(asked))]
    told = [_told(part, asked, Counted(size, everybody, found)) for part, found in parts]
    return Portrait(size, everybody, [one for one in told if one.differences])


def part(key: str, asked: Asked) -> Told:
    """What differs in one late part. The question of whom to ask, and those of the part."""
    found = _late[key]
    assert found.told is not None
    return _told(found, asked, found.told(sample(asked), asked.now))


def sample(asked: Asked) -> Sample:
    """Whom late parts ask about. One question."""
    bind = asked.bind()
    drawn = f"groupArraySortedIf({SAMPLED})((cityHash64(id), id), {{}})"
    people = bind.statement(f"id, ({asked.rule.sql(bind)}) AS inside", asked.beside.sql(bind))
    row = facts.ask(
        f"SELECT countIf(inside) AS size, count() AS everybody, {drawn.format('inside')} AS here,"  # noqa: S608 - bound
        f" {drawn.format('1')} AS usual FROM ({people})",
        bind.parameters,
    )[0]
    here, usual = (frozenset(pk for _place, pk in row[name]) for name in ("here", "usual"))
    return Sample(here, usual, row["size"], row["everybody"])


def _told(part: Part, asked: Asked, counted: Counted) -> Told:
    """What the rule asks for itself is left out."""
    asked_for = {*asked.rule.leaves(), *asked.beside.leaves()}
    found = [_difference(one, counted) for one in counted.found if one.leaf not in asked_for]
    kept = [one for one in found if one is not None]
    ordered = sorted(kept, key=lambda one: (not one.is_sure, _distance(one)))[:MOST_OF_A_PART]
    return Told(part, ordered, counted.figures, counted.size, counted.everybody, counted.is_sample)


def _difference(found: Found, counted: Counted) -> Difference | None:
    """The difference if it is one of two percent of the people or more, and more than chance usually explains.

    Chance: the share among as many people drawn from everybody lies two standard errors away, or three when it is sure.
    """
    leaf, here, usual, size, everybody = found
    size = counted.size if size is None else size
    everybody = counted.everybody if everybody is None else everybody
    if max(here, usual) < LEAST_PEOPLE or not size or not everybody:
        return None
    share, expected = here / size, usual / everybody
    drawn = 1 / size + (1 / everybody if counted.is_sample else 0)
    error = (expected * (1 - expected) * drawn) ** 0.5
    gap = abs(share - expected)
    if gap < LEAST_GAP or gap <= LIKELY * error:
        return None
    return Difference(leaf, here, share, expected, is_sure=size >= FEW and gap > CERTAIN * error)


def _distance(one: Difference) -> float:
    return -abs(one.share - one.usual)


def _known(asked: Asked) -> tuple[int, int, list[Found]]:
    """How many are looked at, how many there are, and of each trait how many of both have it. One question."""
    bind, known = asked.bind(), traits.traits()
    inside = f"({asked.rule.sql(bind)}) AS inside"
    pairs = bind.statement(f"{inside}, arrayJoin({traits.sql(known, bind)}) AS pair", asked.beside.sql(bind))
    rows = facts.ask(
        f"SELECT pair.1 AS trait, pair.2 AS value, countIf(inside) AS here, count() AS usual FROM ({pairs})"  # noqa: S608 - bound
        f" WHERE value != '' GROUP BY trait, value HAVING usual >= {LEAST_PEOPLE} OR trait = '{traits.EVERYBODY}'",
        bind.parameters,
    )
    totals = next((row for row in rows if row["trait"] == traits.EVERYBODY), {"here": 0, "usual": 0})
    found = [
        Found(known[row["trait"]].leaf(row["value"]), row["here"], row["usual"])
        for row in rows
        if row["trait"] in known
    ]
    return totals["here"], totals["usual"], found


def _deeds(asked: Asked) -> list[Found]:
    """What people did lately, each counted once. One question."""
    bind = asked.bind()
    beside = asked.beside.sql(bind)
    rows = facts.ask(traits.did_sql(f"({beside}) AND ({asked.rule.sql(bind)})", beside, bind), bind.parameters)
    return [Found(traits.did(row["name"]), row["here"], row["usual"]) for row in rows]


def _buying(asked: Asked) -> list[Found]:
    """Which groups of buyers they belong to. One question; none while buyers have no scores."""
    scale, bind = scales.remembered(), asked.bind()
    if scale is None:
        return []
    beside = asked.beside.sql(bind)
    inside = bind.statement("id", f"({beside}) AND ({asked.rule.sql(bind)})")
    among = bind.statement("id", beside)
    rows = facts.ask(scales.beside_sql(scale, inside, among, bind), bind.parameters)
    counts = {group.key: [0, 0] for group in scales.GROUPS}
    for row in rows:
        both = counts[scales.group_of(row["recency"], row["frequency"]).key]
        both[0] += row["here"]
        both[1] += row["usual"]
    return [Found(InGroup(key), here, usual) for key, (here, usual) in counts.items()]
