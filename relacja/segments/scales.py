"""How buyers are scored: by recency, frequency and money, each from 1 to 5, after the fifths of the buyers of a year.

The edges are set anew every night, so a score means the same for everybody all day.
"""

import time
from collections import Counter
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from relacja.clickhouse import facts
from relacja.segments.binder import CONTACT, Whole
from relacja.segments.models import RfmScale
from relacja.segments.segment_rules.orders import Ordered
from relacja.staff.reach import Owners

YEAR = 365
FIFTHS = (0.2, 0.4, 0.6, 0.8)
BEST = 5
FRESH = 5.0
_remembered: list[tuple[float, RfmScale | None]] = []


@dataclass(frozen=True, slots=True)
class Group:
    """Cells of the map that are treated alike: scores of recency and of frequency, and what to do about them."""

    key: str
    tone: str
    recency: tuple[int, ...]
    frequency: tuple[int, ...]
    name: Any
    advice: Any

    @property
    def cells(self) -> frozenset[tuple[int, int]]:
        return frozenset((r, f) for r in self.recency for f in self.frequency)


GROUPS = (
    Group(
        "champions",
        "best",
        (5,),
        (4, 5),
        pgettext_lazy("buyers", "Champions"),
        _("Bought lately, and often. Thank them, ask them first."),
    ),
    Group(
        "loyal",
        "good",
        (3, 4),
        (4, 5),
        pgettext_lazy("buyers", "Loyal"),
        _("Come back again and again. Offer them more."),
    ),
    Group(
        "potential",
        "good",
        (4, 5),
        (2, 3),
        pgettext_lazy("buyers", "Potentially loyal"),
        _("Bought lately, more than once."),
    ),
    Group(
        "new",
        "new",
        (5,),
        (1,),
        pgettext_lazy("buyers", "New buyers"),
        _("Bought for the first time just now. Help them to come back."),
    ),
    Group(
        "promising",
        "new",
        (4,),
        (1,),
        pgettext_lazy("buyers", "Promising"),
        _("Bought once, not long ago. Remind them of yourselves."),
    ),
    Group(
        "attention",
        "middle",
        (3,),
        (3,),
        pgettext_lazy("buyers", "Need attention"),
        _("In the middle of everything. A good offer decides."),
    ),
    Group(
        "sleepy",
        "middle",
        (3,),
        (1, 2),
        pgettext_lazy("buyers", "About to fall asleep"),
        _("Seldom, and not lately. Win them before they forget."),
    ),
    Group(
        "risk",
        "bad",
        (1, 2),
        (3, 4),
        pgettext_lazy("buyers", "At risk"),
        _("Bought often, but long ago. Write to them in person."),
    ),
    Group(
        "precious",
        "bad",
        (1, 2),
        (5,),
        pgettext_lazy("buyers", "Not to be lost"),
        _("Were among the best, and stay away. Call them."),
    ),
    Group(
        "asleep",
        "cold",
        (1, 2),
        (1, 2),
        pgettext_lazy("buyers", "Asleep"),
        _("Seldom, and long ago. Do not spend much on them."),
    ),
)


def group_of(recency: int, frequency: int) -> Group:
    """The group a cell of the map belongs to: every cell has one."""
    return next(group for group in GROUPS if (recency, frequency) in group.cells)


def measure(now: datetime) -> RfmScale | None:
    """The edges for today, not kept yet; None while nobody has bought in a year. One question to the facts."""
    bind = Whole(now)
    levels = ", ".join(map(str, FIFTHS))
    row = facts.ask(
        f"SELECT count() AS buyers, quantilesExact({levels})(days) AS recency,"  # noqa: S608 - bound
        f" quantilesExact({levels})(orders) AS frequency, quantilesExact({levels})(total) AS money"
        f" FROM ({buyers_sql(bind)})",
        bind.parameters,
    )[0]
    if not row["buyers"]:
        return None
    edges = {name: [int(one) for one in row[name]] for name in ("recency", "frequency", "money")}
    return RfmScale(day=timezone.localdate(now), buyers=row["buyers"], **edges)


def buyers_sql(bind: Whole, ago: int = 0) -> str:
    """One row per contact that bought in the last year: days since the last order, from 1, orders and hundredths.

    As it was so many days ago, when that is asked for.
    """
    rows, orders, total = Ordered("total", "at_least", 1, within=YEAR, before=ago or None).told_sql(bind)
    last = f"arrayMax(one -> one.4, {orders})"
    until = f"({bind.now} - toIntervalDay({bind(ago, 'UInt32')}))"
    days = f"greatest(1, toInt64(ceil(dateDiff('millisecond', {last}, {until}) / 86400000)))"
    return (
        f"SELECT {CONTACT} AS contact_id, {days} AS days, length({orders}) AS orders, {total} AS total"  # noqa: S608 - bound
        f" FROM event WHERE {rows} GROUP BY contact_id HAVING length({orders}) > 0"
        f" AND contact_id IN ({bind.statement('id', '1')})"
    )


def remembered() -> RfmScale | None:
    """The scale in force, at most `FRESH` seconds old."""
    if not _remembered or time.monotonic() > _remembered[0][0]:
        _remembered[:] = [(time.monotonic() + FRESH, RfmScale.objects.order_by("-day").first())]
    return _remembered[0][1]


def forget_remembered() -> None:
    """Somebody set the scale: this process sees it at once, the others within `FRESH`."""
    _remembered.clear()


def scores_sql(scale: RfmScale, bind: Whole) -> str:
    """The scores of a row of `buyers_sql`."""
    recency = " + ".join(["1", *(f"(days <= {bind(edge, 'Int64')})" for edge in scale.recency)])
    frequency = " + ".join(["1", *(f"(orders > {bind(edge, 'Int64')})" for edge in scale.frequency)])
    return f"{recency} AS recency, {frequency} AS frequency"


def beside_sql(scale: RfmScale, inside: str, among: str, bind: Whole) -> str:
    """How many buyers of two sets of ids, the first part of the second, have each two scores."""
    return (
        f"SELECT {scores_sql(scale, bind)}, countIf(contact_id IN ({inside})) AS here, count() AS usual"  # noqa: S608 - bound
        f" FROM ({buyers_sql(bind)}) WHERE contact_id IN ({among}) GROUP BY recency, frequency"
    )


@dataclass(frozen=True, slots=True)
class Move:
    """How many buyers were in one group then and are in another now; None stands for no purchase in a year."""

    before: Group | None
    after: Group | None
    people: int


def moves(scale: RfmScale, days: int, now: datetime, owners: Owners = None) -> list[Move]:
    """Who was in which group so many days ago and is in another one now, by the edges of today, the most first.

    Both times the orders count that nobody cancelled since. One question of two passes over the orders of a year.
    """
    bind = Whole(now, owners=owners)
    sides = [
        f"(SELECT contact_id, {scores_sql(scale, bind)} FROM ({buyers_sql(bind, ago)})) AS {name}"  # noqa: S608 - bound
        for name, ago in (("then", days), ("here", 0))
    ]
    rows = facts.ask(
        "SELECT then.recency AS r0, then.frequency AS f0, here.recency AS r1, here.frequency AS f1, count() AS people"  # noqa: S608 - bound
        f" FROM {sides[0]} FULL OUTER JOIN {sides[1]} ON then.contact_id = here.contact_id GROUP BY r0, f0, r1, f1",
        bind.parameters,
    )
    counts: Counter[tuple[str, str]] = Counter()
    for row in rows:
        counts[_key(row["r0"], row["f0"]), _key(row["r1"], row["f1"])] += row["people"]
    named = {group.key: group for group in GROUPS}
    found = [Move(named.get(a), named.get(b), people) for (a, b), people in counts.items() if a != b]
    return sorted(found, key=lambda one: -one.people)


def _key(recency: int, frequency: int) -> str:
    """The group of these scores; nothing where there are none."""
    return group_of(recency, frequency).key if recency else ""


@dataclass(frozen=True, slots=True)
class Cell:
    """A cell of the map: everybody with these two scores, and what they spent in a year, in hundredths."""

    recency: int
    frequency: int
    people: int
    spent: int

    @property
    def group(self) -> Group:
        return group_of(self.recency, self.frequency)


def cells(scale: RfmScale, now: datetime, owners: Owners = None) -> list[Cell]:
    """All 25 cells with the people of these owners, the most recent and most frequent first. One question."""
    bind = Whole(now, owners=owners)
    rows = facts.ask(
        f"SELECT {scores_sql(scale, bind)}, count() AS people, sum(total) AS spent"  # noqa: S608 - bound
        f" FROM ({buyers_sql(bind)}) GROUP BY recency, frequency",
        bind.parameters,
    )
    found = {(row["recency"], row["frequency"]): row for row in rows}
    nobody = {"people": 0, "spent": 0}
    return [
        Cell(r, f, (row := found.get((r, f), nobody))["people"], row["spent"])
        for r in range(BEST, 0, -1)
        for f in range(BEST, 0, -1)
    ]
