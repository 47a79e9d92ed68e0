"""The segments on their page: found by a word, put in order, each with how its size went."""

from collections import defaultdict
from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any

from django.utils import timezone

from relacja.lib.text import folded
from relacja.segments import rules, sizes
from relacja.segments.models import Segment, SegmentSize
from relacja.staff.reach import Owners
from relacja.ui import charts
from relacja.ui.charts import Spark

DAYS = 30
WEEK = 7
SPARK = {"width": 88, "height": 22}


@dataclass(frozen=True, slots=True)
class Row:
    """A segment in words, and how its size went: `gained` since a week ago, None where nobody noted it then.

    `size` is of those whom one sees. How it went is noted of everybody alone, and unknown to who sees only some.
    """

    segment: Segment
    sentence: str
    size: int
    gained: int | None
    spark: Spark | None

    @property
    def lost(self) -> int:
        """How many fewer they are than a week ago."""
        return max(0, -(self.gained or 0))


def rows(
    *, archived: bool = False, text: str = "", sort: str = "name", now: datetime, owners: Owners = None
) -> list[Row]:
    """Those whose name, description or rule in words holds every word of `text`. Two queries, or three for some owners.

    `sort` is one of `ORDERS`, `-` before it for the greatest first; anything else means by name.
    """
    there = Segment.objects.named()
    kept = there.exclude(archived_at=None) if archived else there.live()
    today, noted = timezone.localdate(now), _noted(timezone.localdate(now)) if owners is None else {}
    found = [_row(one, size, noted.get(one.pk, {}), today, owners) for one, size in sizes.sized(kept, owners)]
    words = folded(text).split()
    meant = [row for row in found if all(word in _said(row) for word in words)]
    by_name = sorted(meant, key=ORDERS["name"])
    order = ORDERS.get(sort.removeprefix("-"))
    return sorted(by_name, key=order, reverse=sort.startswith("-")) if order else by_name


def _row(segment: Segment, size: int, noted: dict[date, int], today: date, owners: Owners) -> Row:
    if segment.counted_at and owners is None:
        noted = {**noted, today: size}
    course = [noted.get(today - timedelta(days=DAYS - 1 - number)) for number in range(DAYS)]
    known = sum(1 for size in course if size is not None)
    before = course[-1 - WEEK]
    return Row(
        segment,
        rules.said(segment.rule),
        size,
        size - before if segment.counted_at and before is not None else None,
        charts.spark(course, **SPARK) if known > 1 else None,
    )


def _noted(today: date) -> dict[int, dict[date, int]]:
    """Of each segment the size at the end of each day of the last weeks."""
    noted = SegmentSize.objects.filter(day__gt=today - timedelta(days=DAYS))
    found: dict[int, dict[date, int]] = defaultdict(dict)
    for segment, day, size in noted.values_list("segment", "day", "size"):
        found[segment][day] = size
    return found


def _said(row: Row) -> str:
    return folded(f"{row.segment.name} {row.segment.description} {row.sentence}")


ORDERS: dict[str, Callable[[Row], Any]] = {
    "name": lambda row: folded(row.segment.name),
    "size": lambda row: row.size,
    "gained": lambda row: (row.gained is not None, row.gained or 0),
    "created": lambda row: row.segment.created_at,
}
