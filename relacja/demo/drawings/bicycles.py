"""Bicycles from the side, riding to the right. One geometry, many frames, bars and burdens."""

from dataclasses import dataclass
from typing import Literal

from relacja.demo.drawings.canvas import INK, PALE, STEEL, area, around, box, disc, line, ring, shade, sheet, spokes

Point = tuple[float, float]


@dataclass(frozen=True, slots=True)
class Bicycle:
    colour: str
    paper: str
    frame: Literal["diamond", "sloping", "step", "mixte"] = "diamond"
    bar: Literal["flat", "drop", "swept"] = "flat"
    radius: float = 80
    tyre: float = 9
    wall: str = ""
    suspension: bool = False
    mudguards: bool = False
    rack: bool = False
    basket: bool = False
    battery: bool = False
    cargo: bool = False
    knobs: bool = False
    pedals: bool = True
    saddle: str = "#3b2a20"
    wheelbase: float = 224
    post: float = 0
    stem: float = 0
    scale: float = 1

    def strokes(self) -> str:
        """The bicycle alone, standing on y = 318, for a bigger scene."""
        return _Drawn(self).everything()

    def svg(self) -> str:
        grown = f'<g transform="translate({240 - 240 * self.scale:g} {318 - 318 * self.scale:g}) scale({self.scale})">'
        return sheet(f"{grown}{self.strokes()}</g>", paper=self.paper)


class _Drawn:
    """The points of one bicycle and its parts, back to front."""

    def __init__(self, bike: Bicycle) -> None:
        self.bike = bike
        axle = 318 - bike.radius - bike.tyre / 2
        middle = 240 - bike.wheelbase / 2
        small = bike.radius < 66
        self.rear: Point = (middle, axle)
        self.front: Point = (middle + bike.wheelbase, axle)
        crank_y = min(axle + 8, 318 - 46)
        self.crank: Point = (middle + bike.wheelbase * 0.39, crank_y)
        top = 150 if not small else 188
        self.cluster: Point = (self.crank[0] - (crank_y - top) * 0.27, top)
        low = 150 if not small else 182
        self.head_low: Point = (self.front[0] - 13 - (axle - low) * 0.31, low)
        self.head: Point = (self.head_low[0] - 9, low - 30)
        if bike.frame == "sloping":
            self.cluster = (self.cluster[0] + 4, top + 18)
        rise = self.cluster[1] - 38 - bike.post
        self.seat: Point = (self.cluster[0] - (self.cluster[1] - rise) * 0.27, rise)

    def everything(self) -> str:
        bike = self.bike
        parts = [self.wheel(self.rear), self.wheel(self.front)]
        if bike.rack:
            parts.append(self.rack())
        if bike.mudguards:
            parts += [self.mudguard(self.rear, 186, 318), self.mudguard(self.front, 196, 306)]
        parts += [self.stays(), self.fork(), self.tubes(), self.saddle(), self.handlebar()]
        if bike.basket:
            parts.append(self.basket())
        if bike.pedals:
            parts.append(self.drive())
        if bike.mudguards:
            parts.append(self.lamp())
        return "".join(parts)

    def wheel(self, hub: Point) -> str:
        bike, (x, y) = self.bike, hub
        r = bike.radius
        tread = ring(x, y, r + bike.tyre / 2, INK, 5, extra='stroke-dasharray="4 4.2"') if bike.knobs else ""
        return (
            tread
            + ring(x, y, r, INK, bike.tyre)
            + (ring(x, y, r - bike.tyre / 2 + 1.5, bike.wall, 4) if bike.wall else "")
            + ring(x, y, r - bike.tyre / 2 - 2, STEEL, 4)
            + spokes(x, y, 4, r - bike.tyre / 2 - 3, 20 if r > 66 else 16, shade(STEEL, -0.12), 0.9)
            + disc(x, y, 6, shade(STEEL, -0.35))
            + disc(x, y, 2.5, PALE)
        )

    def tube(self, *points: Point, width: float = 9, bend: str = "L") -> str:
        return line("M" + bend.join(f"{x:.1f} {y:.1f}" for x, y in points), self.bike.colour, width)

    def stays(self) -> str:
        join = (self.cluster[0] + 2, self.cluster[1] + 8)
        return self.tube(self.crank, self.rear, width=5.5) + self.tube(join, self.rear, width=5)

    def tubes(self) -> str:
        bike = self.bike
        seat_tube = self.tube(self.crank, self.cluster, width=9)
        post = line(f"M{self.cluster[0]:.1f} {self.cluster[1]:.1f}L{self.seat[0]:.1f} {self.seat[1]:.1f}", STEEL, 5.5)
        head = line(
            f"M{self.head[0]:.1f} {self.head[1]:.1f}L{self.head_low[0]:.1f} {self.head_low[1]:.1f}",
            shade(bike.colour, -0.22),
            12,
        )
        low_join = (self.head_low[0] - 3, self.head_low[1] - 4)
        down = self.tube(low_join, self.crank, width=10)
        return post + seat_tube + self._top_tube() + down + self._battery() + head + self._badge()

    def _top_tube(self) -> str:
        bike = self.bike
        high = (self.head[0] + 3, self.head[1] + 9)
        if bike.frame == "step":
            end = (self.crank[0] - (self.crank[1] - self.cluster[1]) * 0.075, self.crank[1] - 28)
            middle = (self.crank[0] + 26, self.crank[1] - 34)
            return line(
                f"M{high[0]:.1f} {high[1]:.1f}Q{middle[0] + 22:.1f} {middle[1] - 6:.1f} {end[0]:.1f} {end[1]:.1f}",
                bike.colour,
                8,
            )
        if bike.frame == "mixte":
            share = 0.42
            end = (
                self.crank[0] + (self.cluster[0] - self.crank[0]) * share,
                self.crank[1] + (self.cluster[1] - self.crank[1]) * share,
            )
            return self.tube(high, end, width=7)
        end = (self.cluster[0] + 2, self.cluster[1] + 7)
        return self.tube(high, end, width=8.5)

    def _battery(self) -> str:
        if not self.bike.battery:
            return ""
        (x1, y1), (x2, y2) = self.head_low, self.crank
        at = [(x1 + (x2 - x1) * share, y1 + (y2 - y1) * share) for share in (0.2, 0.78)]
        path = f"M{at[0][0]:.1f} {at[0][1]:.1f}L{at[1][0]:.1f} {at[1][1]:.1f}"
        return line(path, INK, 19) + line(path, shade(INK, 0.18), 8) + disc(*at[0], 2.5, "#7fd08a")

    def _badge(self) -> str:
        (x1, y1), (x2, y2) = self.head_low, self.crank
        if self.bike.battery:
            return ""
        start, stop = 0.36, 0.62
        path = (
            f"M{x1 + (x2 - x1) * start:.1f} {y1 + (y2 - y1) * start:.1f}"
            f"L{x1 + (x2 - x1) * stop:.1f} {y1 + (y2 - y1) * stop:.1f}"
        )
        return line(path, shade(self.bike.colour, 0.55), 3)

    def fork(self) -> str:
        bike = self.bike
        (x1, y1), (x2, y2) = self.head_low, self.front
        if bike.suspension:
            mid = (x1 + (x2 - x1) * 0.42, y1 + (y2 - y1) * 0.42)
            return line(f"M{x1:.1f} {y1:.1f}L{mid[0]:.1f} {mid[1]:.1f}", STEEL, 8) + line(
                f"M{mid[0]:.1f} {mid[1]:.1f}L{x2 - 3:.1f} {y2:.1f}", INK, 12
            )
        bend = (x1 + (x2 - 14 - x1) * 0.85, y1 + (y2 - y1) * 0.72)
        return line(f"M{x1:.1f} {y1:.1f}Q{bend[0]:.1f} {bend[1]:.1f} {x2:.1f} {y2:.1f}", shade(bike.colour, -0.1), 7)

    def saddle(self) -> str:
        x, y = self.seat
        wide = self.bike.frame in {"step", "mixte"}
        nose, back, deep = (30, 26, 11) if wide else (32, 24, 6)
        shape = (
            f"M{x - back} {y - 7}Q{x - back - 4} {y + deep} {x - 6} {y + deep - 3}"
            f"Q{x + 8} {y + 1} {x + nose} {y - 1}Q{x + nose + 5} {y - 5} {x + nose} {y - 6}"
            f"Q{x} {y - 7} {x - 12} {y - 10}Q{x - back + 2} {y - 12} {x - back} {y - 7}Z"
        )
        springs = line(f"M{x - 16} {y + 6}v8m6 -8v8", shade(STEEL, -0.3), 3) if wide else ""
        return springs + area(shape, self.bike.saddle)

    def handlebar(self) -> str:
        bike, (x, y) = self.bike, self.head
        if bike.stem:
            return self._tall_handlebar()
        if bike.bar == "drop":
            return (
                line(f"M{x} {y}l-3 -10l20 -4", shade(STEEL, -0.4), 7)
                + line(f"M{x + 14} {y - 14}h14q16 0 18 14q1 18 -16 20h-14", INK, 7)
                + line(f"M{x + 40} {y - 14}q8 -4 8 -12m0 10q6 12 -4 30", shade(INK, 0.2), 5)
            )
        if bike.bar == "swept":
            return (
                line(f"M{x} {y}l-7 -24", STEEL, 6)
                + line(f"M{x + 8} {y - 26}q-18 -8 -34 4l-14 9", STEEL, 5.5)
                + line(f"M{x - 30} {y - 18}l-14 9", bike.saddle, 8)
            )
        stem = line(f"M{x} {y}l-4 -14l14 -5", shade(STEEL, -0.4), 7)
        return stem + line(f"M{x + 10} {y - 19}l-16 -3", INK, 8) + line(f"M{x + 12} {y - 18}l12 10", shade(INK, 0.2), 4)

    def _tall_handlebar(self) -> str:
        (x, y), tall = self.head, self.bike.stem
        x2, y2 = x - tall * 0.3, y - tall
        return (
            line(f"M{x:.1f} {y:.1f}L{x2:.1f} {y2:.1f}", STEEL, 6.5)
            + line(f"M{x - 2:.1f} {y - 8:.1f}l-2 -7", INK, 9)
            + line(f"M{x2 + 2:.1f} {y2 - 2:.1f}l-17 -3", INK, 8)
            + line(f"M{x2 + 3:.1f} {y2:.1f}l12 10", shade(INK, 0.2), 4)
        )

    def mudguard(self, hub: Point, start: float, stop: float) -> str:
        x, y = hub
        r = self.bike.radius + self.bike.tyre / 2 + 6
        (x1, y1), (x2, y2) = around(x, y, r, start), around(x, y, r, stop)
        stay = around(x, y, r, start + 8)
        return line(f"M{x1:.1f} {y1:.1f}A{r} {r} 0 0 1 {x2:.1f} {y2:.1f}", shade(self.bike.colour, -0.12), 6) + line(
            f"M{x:.1f} {y:.1f}L{stay[0]:.1f} {stay[1]:.1f}", shade(STEEL, -0.2), 1.6
        )

    def rack(self) -> str:
        (x, y), top = self.rear, self.rear[1] - self.bike.radius - self.bike.tyre / 2 - 14
        return (
            line(f"M{x - 42} {top}h78", INK, 6)
            + line(f"M{x - 28} {top}L{x} {y}M{x + 6} {top}L{x} {y}", INK, 3)
            + box(x - 52, top - 2, 8, 12, "#d8432e", round=3)
        )

    def lamp(self) -> str:
        x, y = self.head_low
        return disc(x + 15, y - 12, 8, shade(STEEL, -0.45)) + area(f"M{x + 17} {y - 20}h5v16h-5z", "#ffe9a8")

    def basket(self) -> str:
        x, y = self.head
        wicker, dark = "#c99a5b", "#a97c41"
        weave = "".join(
            line(f"M{x + 16 + 1.6 * n} {y - 12 + 10 * n}H{x + 75 - 1.6 * n}", dark, 1.6) for n in range(1, 4)
        )
        ribs = "".join(line(f"M{x + 22 + 10 * n} {y - 14}l{1.6 - 0.7 * n:.1f} 41", dark, 1.4) for n in range(6))
        return (
            line(f"M{x} {y - 6}l18 6", shade(STEEL, -0.3), 4)
            + area(f"M{x + 13} {y - 16}h66l-9 46h-48z", wicker)
            + weave
            + ribs
            + line(f"M{x + 12} {y - 16}h68", shade(wicker, 0.2), 5)
        )

    def drive(self) -> str:
        (x, y), (rx, ry) = self.crank, self.rear
        big = 15 if self.bike.radius > 66 else 12
        chain = line(f"M{rx} {ry - 7}L{x} {y - big}M{rx} {ry + 7}L{x} {y + big}", shade(INK, 0.25), 2)
        guard = (
            area(f"M{rx} {ry - 11}L{x} {y - big - 5}A{big + 5} {big + 5} 0 0 1 {x} {y + big + 5}L{rx} {ry + 11}Z", INK)
            if self.bike.frame == "step" and self.bike.mudguards
            else chain
        )
        return (
            guard
            + disc(rx, ry, 7, shade(STEEL, -0.4))
            + ring(x, y, big, shade(STEEL, -0.3), 4)
            + disc(x, y, 6, INK)
            + line(f"M{x} {y}l15 25", shade(STEEL, -0.45), 5)
            + line(f"M{x + 7} {y + 27}h17", INK, 6)
            + line(f"M{x} {y}l-8 -14", shade(STEEL, -0.45), 4)
        )
