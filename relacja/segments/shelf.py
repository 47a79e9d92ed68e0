"""The segments on their page: found by a word, put in order, each with how its size went."""

from collections import defaultdict
from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any

from django.utils import timezone

from relacja.lib.text import folded
from relacja.segments import rules
from relacja.segments.models import Segment, SegmentSize
from relacja.ui import charts
from relacja.ui.charts import Spark

DAYS = 30
WEEK = 7
SPARK = {"width": 88, "height": 22}


@dataclass(frozen=True, slots=True)
class Row:
    """A segment in words, and how its size went: `gained` since a week ago, None where nobody noted it then."""

    segment: Segment
    sentence: str
    gained: int | None
    spark: Spark | None

    @property
    def lost(self) -> int:
        """How many fewer they are than a week ago."""
        return max(0, -(self.gained or 0))


def rows(*, archived: bool = False, text: str = "", sort: str = "name", now: datetime) -> list[Row]:
    """Those whose name, description or rule in words holds every word of `text`. Two queries.

    `sort` is one of `ORDERS`, `-` before it for the greatest first; anything else means by name.
    """
    there = Segment.objects.named()
    kept = there.exclude(archived_at=None) if archived else there.live()
    sizes = _sizes(timezone.localdate(now))
    found = [_row(one, sizes.get(one.pk, {}), timezone.localdate(now)) for one in kept.defer("members")]
    words = folded(text).split()
    meant = [row for row in found if all(word in _said(row) for word in words)]
    by_name = sorted(meant, key=ORDERS["name"])
    order = ORDERS.get(sort.removeprefix("-"))
    return sorted(by_name, key=order, reverse=sort.startswith("-")) if order else by_name


def _row(segment: Segment, sizes: dict[date, int], today: date) -> Row:
    if segment.counted_at:
        sizes = {**sizes, today: segment.size}
    course = [sizes.get(today - timedelta(days=DAYS - 1 - number)) for number in range(DAYS)]
    known = sum(1 for size in course if size is not None)
    before = course[-1 - WEEK]
    return Row(
        segment,
        rules.said(segment.rule),
        segment.size - before if segment.counted_at and before is not None else None,
        charts.spark(course, **SPARK) if known > 1 else None,
    )


def _sizes(today: date) -> dict[int, dict[date, int]]:
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
    "size": lambda row: row.segment.size,
    "gained": lambda row: (row.gained is not None, row.gained or 0),
    "created": lambda row: row.segment.created_at,
}
