"""Distances on the globe, taken as a ball of 6,371 km (IUGG's mean radius): right within half a percent."""

from dataclasses import dataclass
from math import asin, cos, degrees, isclose, radians, sin, sqrt

EARTH = 6371.0088
POLE, TURN = 90.0, 180.0


@dataclass(frozen=True, slots=True)
class Point:
    """Degrees north of the equator and east of Greenwich."""

    lat: float
    lon: float

    def __post_init__(self) -> None:
        if not (-POLE <= self.lat <= POLE and -TURN <= self.lon <= TURN):
            raise ValueError("no point of the globe")


@dataclass(frozen=True, slots=True)
class Box:
    """What lies between two parallels and two meridians."""

    south: float
    north: float
    west: float
    east: float


def haversine(one: Point, other: Point) -> float:
    """0 where the points are one, 1 where they lie opposite: grows with the distance (Sinnott 1984)."""
    up, along = radians(other.lat - one.lat) / 2, radians(other.lon - one.lon) / 2
    return sin(up) ** 2 + cos(radians(one.lat)) * cos(radians(other.lat)) * sin(along) ** 2


def haversine_of(km: float) -> float:
    """The haversine of points that lie so far apart."""
    return sin(km / EARTH / 2) ** 2


def distance(one: Point, other: Point) -> float:
    """Kilometres along the great circle."""
    return 2 * EARTH * asin(min(1.0, sqrt(haversine(one, other))))


def around(centre: Point, km: float) -> Box:
    """A box that holds every point within `km`; near a pole and across the 180th meridian it goes all round."""
    reach = degrees(km / EARTH)
    south, north = centre.lat - reach, centre.lat + reach
    if south <= -POLE or north >= POLE:
        return Box(max(south, -POLE), min(north, POLE), -TURN, TURN)
    wide = degrees(asin(min(1.0, sin(radians(reach)) / cos(radians(centre.lat)))))
    west, east = centre.lon - wide, centre.lon + wide
    if west < -TURN or east > TURN or isclose(wide, POLE):
        west, east = -TURN, TURN
    return Box(south, north, west, east)


def middle(points: list[Point]) -> Point:
    """The mean of points that lie near each other."""
    return Point(sum(one.lat for one in points) / len(points), sum(one.lon for one in points) / len(points))
