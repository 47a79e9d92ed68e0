"""Tyres and tubes, seen from the side: the tread on the rim, the name on the wall."""

from dataclasses import dataclass
from typing import Literal

from relacja.demo.drawings.canvas import INK, PALE, STEEL, around, box, disc, line, ring, shade, sheet


@dataclass(frozen=True, slots=True)
class Tyre:
    name: str
    paper: str
    tread: Literal["slick", "fine", "knobs", "studs", "stripe", "tube"] = "slick"
    wall: str = "#2b3a45"
    thick: float = 30
    accent: str = "#f4efe4"

    def svg(self) -> str:
        drawn = self._tube() if self.tread == "tube" else self._tyre()
        return sheet(drawn, paper=self.paper, ground=326, spread=120, sun=(240, 172))

    def _tyre(self) -> str:
        x, y, r = 240, 182, 118
        return (
            self._edge(x, y, r)
            + ring(x, y, r, INK, self.thick)
            + ring(x, y, r - self.thick / 2 + 6, self.wall, 14)
            + ring(x, y, r - self.thick / 2 - 2, shade(INK, 0.12), 3)
            + self._pattern(x, y, r)
            + self._lettering(x, y, r - self.thick / 2 + 2)
            + ring(x, y, r + self.thick / 2 - 3, "#ffffff", 2.5, extra='opacity=".16"')
        )

    def _edge(self, x: float, y: float, r: float) -> str:
        outer = r + self.thick / 2
        dashes = {"knobs": ("11 8", 12), "studs": ("8 7", 9), "fine": ("3 4", 5)}
        if self.tread not in dashes:
            return ""
        dash, width = dashes[self.tread]
        return ring(x, y, outer, INK, width, extra=f'stroke-dasharray="{dash}"')

    def _pattern(self, x: float, y: float, r: float) -> str:
        middle = r + self.thick / 2 - 8
        if self.tread == "stripe":
            return ring(x, y, r - self.thick / 2 + 15, shade(STEEL, 0.5), 4)
        if self.tread == "studs":
            points = [around(x, y, r + self.thick / 2 + 1, 360 * n / 40) for n in range(40)]
            return "".join(disc(px, py, 2.6, shade(STEEL, 0.4)) for px, py in points)
        if self.tread == "knobs":
            return ring(x, y, middle, shade(INK, 0.16), 7, extra='stroke-dasharray="6 13"')
        if self.tread == "fine":
            return ring(x, y, middle, shade(INK, 0.16), 6, extra='stroke-dasharray="2 5"')
        return ring(x, y, middle + 1, shade(INK, 0.16), 2)

    def _lettering(self, x: float, y: float, r: float) -> str:
        key = f"way{abs(hash_of(self.name))}"
        ink = self.accent
        return (
            f'<path id="{key}" d="M{x - r} {y}a{r} {r} 0 0 1 {2 * r} 0" fill="none"/>'
            f'<text font-family="system-ui,sans-serif" font-weight="800" font-size="12.5" letter-spacing="4"'
            f' fill="{ink}">'
            f'<textPath href="#{key}" startOffset="50%" text-anchor="middle">{self.name}</textPath></text>'
        )

    def _tube(self) -> str:
        coil = ring(222, 190, 92, INK, 26) + ring(222, 190, 92, shade(INK, 0.22), 3)
        inner = ring(236, 196, 54, shade(INK, 0.1), 24) + ring(236, 196, 54, shade(INK, 0.3), 3)
        valve = line("M222 84v-34", shade("#b08d3e", 0.1), 7) + line("M222 54v-14", shade("#b08d3e", -0.25), 5)
        carton = (
            box(300, 196, 118, 126, self.accent, round=8)
            + box(300, 196, 118, 34, shade(self.accent, -0.25), round=8)
            + ring(359, 272, 28, PALE, 8)
            + f'<text x="359" y="219" font-family="system-ui,sans-serif" font-weight="800" font-size="15"'
            f' letter-spacing="2" text-anchor="middle" fill="{PALE}">{self.name}</text>'
        )
        band = box(122, 172, 36, 34, self.accent, round=5)
        return valve + coil + inner + band + carton


def hash_of(text: str) -> int:
    """A small number that is the same in every process, for ids inside one drawing."""
    return sum(ord(sign) * (place + 7) for place, sign in enumerate(text))
