"""A small map of who is found around a place: how many live where, without a map's background."""

from dataclasses import dataclass
from datetime import datetime
from math import cos, log1p, radians

from relacja.clickhouse import facts
from relacja.lib import globe
from relacja.lib.globe import Point
from relacja.places import queries as places
from relacja.segments.binder import Whole
from relacja.segments.rules import Rule
from relacja.segments.segment_rules.near import Near
from relacja.staff.reach import Owners

HALF = 100
ROOM = 1.25
CELLS = 24
LARGEST = 7.0
SMALLEST = 2.0


@dataclass(frozen=True, slots=True)
class Dot:
    """People who live near each other: where they stand on the sketch, and how large."""

    x: str
    y: str
    r: str


@dataclass(frozen=True, slots=True)
class Sketch:
    """A square of 200 units with the place amid it; `ring` is the radius of the circle that was asked for."""

    name: str
    km: int
    ring: str
    dots: list[Dot]


def sketch(rule: Rule, now: datetime, *, viewer: int | None = None, owners: Owners = None) -> Sketch | None:
    """Where those live who meet the rule, around the first place it names; None when it names none. One question."""
    near = next((leaf for leaf in rule.leaves() if isinstance(leaf, Near)), None)
    if near is None:
        return None
    reach = near.km * ROOM
    found = [
        dot
        for dot in _cells(rule, near, reach, Whole(now, viewer=viewer, owners=owners))
        if max(abs(dot[0]), abs(dot[1])) <= HALF
    ]
    most = max((count for _x, _y, count in found), default=1)
    dots = [Dot(_unit(x), _unit(y), _unit(_size(count, most))) for x, y, count in found]
    return Sketch(near.of.name, near.km, _unit(HALF / ROOM), dots)


def _cells(rule: Rule, near: Near, reach: float, bind: Whole) -> list[tuple[float, float, int]]:
    """How many live in each cell, by its middle on the sketch."""
    box = globe.around(near.of.at, reach)
    tall, wide = (box.north - box.south) / CELLS, (box.east - box.west) / CELLS
    cell = (
        f"floor((lat - {bind(box.south, 'Float64')}) / {bind(tall, 'Float64')}) AS row,"
        f" floor((lon - {bind(box.west, 'Float64')}) / {bind(wide, 'Float64')}) AS col"
    )
    inside = (
        f"place IN {bind(list(places.KNOWN), 'Array(String)')}"
        f" AND lat BETWEEN {bind(box.south, 'Float64')} AND {bind(box.north, 'Float64')}"
        f" AND lon BETWEEN {bind(box.west, 'Float64')} AND {bind(box.east, 'Float64')}"
    )
    statement = bind.statement(
        f"{cell}, avg(lat) AS north, avg(lon) AS east, count() AS people",
        f"{inside} AND ({rule.sql(bind)})",
        "GROUP BY row, col",
    )
    return [
        (*_place(near.of.at, Point(one["north"], one["east"]), reach), one["people"])
        for one in facts.ask(statement, bind.parameters)
    ]


def _place(centre: Point, at: Point, reach: float) -> tuple[float, float]:
    """East and south of the centre, in units of the sketch."""
    degree = radians(1) * globe.EARTH * HALF / reach
    return (at.lon - centre.lon) * cos(radians(centre.lat)) * degree, (centre.lat - at.lat) * degree


def _size(count: int, most: int) -> float:
    return SMALLEST + (LARGEST - SMALLEST) * log1p(count) / log1p(most)


def _unit(value: float) -> str:
    return f"{value:.1f}"
