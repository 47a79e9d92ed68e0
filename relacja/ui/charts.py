"""The geometry of small charts: numbers in, places on a drawing out. Templates draw, CSS colours."""

from collections.abc import Sequence
from dataclasses import dataclass
from math import acos, pi, prod, sqrt

from relacja.ui import written


@dataclass(frozen=True, slots=True)
class Tick:
    """A line of the grid with what it stands for."""

    y: float
    label: str


@dataclass(frozen=True, slots=True)
class Area:
    """A line over time with the area below it. Gaps in the values are gaps in the line."""

    width: int
    height: int
    line: str
    fill: str
    ticks: list[Tick]
    last: tuple[float, float]
    base: float
    marks: list[tuple[float, str]]


def area(
    values: Sequence[float | None], *, width: int, height: int, marks: Sequence[tuple[int, str]] = (), margin: int = 36
) -> Area:
    """`values` one step apart from the left edge to `margin` before the right one, from 0 up; `marks` name steps."""
    top, base = 16.0, height - 20.0
    most = _round_up(max((one for one in values if one is not None), default=0))
    across = (width - margin) / max(len(values) - 1, 1)
    runs: list[list[tuple[float, float]]] = []
    for number, one in enumerate(values):
        if one is None:
            continue
        if not number or values[number - 1] is None:
            runs.append([])
        runs[-1].append((number * across, base - (base - top) * one / most))
    return Area(
        width,
        height,
        line=" ".join(_path(run) for run in runs),
        fill=" ".join(f"{_path(run)}V{base:g}H{run[0][0]:.1f}Z" for run in runs),
        ticks=[Tick(base - (base - top) * part, written.number(round(most * part))) for part in (0, 0.5, 1)],
        last=runs[-1][-1] if runs else (0.0, base),
        base=base,
        marks=[(number * across, label) for number, label in marks],
    )


@dataclass(frozen=True, slots=True)
class Spark:
    """A line of a few words' size, without axes: it hints whether something grows."""

    width: int
    height: int
    line: str
    last: tuple[float, float]


def spark(values: Sequence[float | None], *, width: int, height: int) -> Spark:
    """`values` one step apart, stretched between their least and greatest. Gaps are gaps; at least one is known."""
    known = [one for one in values if one is not None]
    least, across = min(known), (width - 4) / max(len(values) - 1, 1)
    scale = (height - 4) / (max(known) - least or 1)
    lift = 2 if max(known) > least else height / 2
    runs: list[list[tuple[float, float]]] = []
    for number, one in enumerate(values):
        if one is None:
            continue
        if not number or values[number - 1] is None:
            runs.append([])
        runs[-1].append((2 + number * across, height - lift - scale * (one - least)))
    return Spark(width, height, " ".join(_path(run) for run in runs), runs[-1][-1])


def _path(points: Sequence[tuple[float, float]]) -> str:
    first, *rest = [f"{x:.1f} {y:.1f}" for x, y in points]
    return f"M{first}L{' '.join(rest or [first])}"


def _round_up(value: float) -> float:
    """The next of 2, 4, 6, 10 and their tenfolds: half of it is a whole number too."""
    scale = 1
    while scale * 10 < value:
        scale *= 10
    return next(scale * step for step in (2, 4, 6, 10) if scale * step >= value)


@dataclass(frozen=True, slots=True)
class Venn:
    """Two circles whose areas, and the area they share, are in proportion."""

    width: float
    height: float
    left: tuple[float, float]
    right: tuple[float, float]

    @property
    def middle(self) -> float:
        return self.height / 2


def venn(one: int, other: int, both: int, *, radius: float = 70) -> Venn:
    """Circles for two sets of these sizes that share `both`; the larger has this radius. A circle is (x, radius)."""
    largest = max(one, other, 1)
    first, second = (radius * sqrt(size / largest) for size in (one, other))
    shared = pi * radius**2 * both / largest
    near, far = abs(first - second), first + second
    for _turn in range(40):
        apart = (near + far) / 2
        near, far = (apart, far) if lens(first, second, apart) > shared else (near, apart)
    apart = (near + far) / 2
    left = min(-first, apart - second)
    right = max(first, apart + second)
    return Venn(right - left, 2 * radius, (-left, first), (apart - left, second))


def lens(first: float, second: float, apart: float) -> float:
    """The area that two circles share whose middles are `apart`: two sectors less the kite between them."""
    if apart >= first + second:
        return 0.0
    if apart <= abs(first - second):
        return pi * min(first, second) ** 2
    one = first**2 * acos((apart**2 + first**2 - second**2) / (2 * apart * first))
    two = second**2 * acos((apart**2 + second**2 - first**2) / (2 * apart * second))
    sides = (far := first + second) - apart, apart + first - second, apart - first + second, far + apart
    kite = sqrt(max(prod(sides), 0))
    return one + two - kite / 2
