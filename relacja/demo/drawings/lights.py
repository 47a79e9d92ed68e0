"""Lights, switched on."""

from dataclasses import dataclass
from typing import Literal

from relacja.demo.drawings.canvas import INK, PALE, STEEL, area, box, disc, line, ring, shade, sheet, spokes

GLOW = "#ffe08a"
RED = "#e0402f"


@dataclass(frozen=True, slots=True)
class Light:
    paper: str
    kind: Literal["torch", "tail", "pair", "retro", "helmet", "wheel"] = "torch"
    colour: str = INK

    def svg(self) -> str:
        return sheet(getattr(self, f"_{self.kind}")(), paper=self.paper, spread=120, sun=(250, 150))

    def _beam(self, x: float, y: float, reach: float, spread: float) -> str:
        return area(
            f"M{x} {y - 26}L{x + reach} {y - spread}V{y + spread}L{x} {y + 26}Z", GLOW, extra='opacity=".5"'
        ) + area(
            f"M{x} {y - 18}L{x + reach} {y - spread * 0.45}V{y + spread * 0.45}L{x} {y + 18}Z",
            "#fff3c4",
            extra='opacity=".7"',
        )

    def _mount(self, x: float, y: float) -> str:
        return box(x - 17, y, 34, 34, shade(self.colour, -0.3), round=5) + ring(x, y + 62, 34, shade(INK, 0.1), 14)

    def _torch(self) -> str:
        x, y = 160, 176
        return (
            self._beam(x + 112, y, 200, 112)
            + self._mount(x + 44, y + 30)
            + area(f"M{x - 62} {y - 30}h118l44 -14h14v88h-14l-44 -14h-118q-14 0 -14 -14v-32q0 -14 14 -14Z", self.colour)
            + box(x + 98, y - 44, 20, 88, shade(self.colour, 0.2), round=7)
            + box(x + 112, y - 34, 10, 68, "#fff6d8", round=5)
            + "".join(line(f"M{x - 40 + 15 * n} {y - 20}v40", shade(self.colour, 0.22), 4) for n in range(4))
            + box(x + 26, y - 38, 34, 10, "#d8432e", round=5)
            + line(f"M{x - 56} {y - 22}h88", "#ffffff", 3, extra='opacity=".25"')
        )

    def _tail(self) -> str:
        halo = "".join(
            disc(246, 172, r, RED, extra=f'opacity="{o}"') for r, o in ((140, ".12"), (108, ".16"), (78, ".2"))
        )
        lamps = "".join(
            disc(246, 116 + 38 * n, 14, "#ff8c7a") + disc(246, 116 + 38 * n, 6, "#fff1ec") for n in range(4)
        )
        return (
            halo
            + box(282, 150, 36, 50, shade(INK, 0.2), round=6)
            + line("M318 96v214", shade(STEEL, -0.2), 16)
            + box(204, 76, 84, 194, self.colour, round=30)
            + box(216, 88, 60, 170, RED, round=24)
            + lamps
            + line("M226 106v128", "#ffffff", 4, extra='opacity=".35"')
        )

    def _pair(self) -> str:
        halo = disc(352, 214, 92, RED, extra='opacity=".16"') + disc(352, 214, 68, RED, extra='opacity=".2"')
        beam = disc(164, 180, 128, GLOW, extra='opacity=".3"') + disc(164, 180, 96, GLOW, extra='opacity=".45"')
        return (
            beam
            + halo
            + line("M108 256q56 36 112 0", shade(self.colour, -0.2), 18)
            + disc(164, 180, 78, self.colour)
            + disc(164, 180, 60, shade(STEEL, 0.35))
            + spokes(164, 180, 20, 56, 12, shade(STEEL, -0.05), 3)
            + disc(164, 180, 26, "#fff8df")
            + line("M120 148q14 -26 44 -30", "#ffffff", 5, extra='opacity=".6"')
            + line("M318 268q34 24 68 0", shade(self.colour, -0.2), 14)
            + disc(352, 214, 50, self.colour)
            + disc(352, 214, 38, RED)
            + disc(352, 214, 16, "#ffd8d0")
        )

    def _retro(self) -> str:
        return (
            self._beam(286, 164, 194, 110)
            + line("M206 208C190 250 196 288 214 316", shade(INK, 0.15), 14)
            + area("M284 92C206 88 146 118 128 164C146 212 206 240 284 236Z", self.colour)
            + area("M284 92C206 88 146 118 128 164C180 150 230 148 284 150Z", shade(self.colour, 0.4))
            + area("M214 96C220 78 244 72 262 90Z", shade(self.colour, -0.2))
            + box(276, 84, 20, 160, shade(self.colour, -0.25), round=9)
            + box(290, 98, 12, 132, "#fff6d8", round=6)
            + disc(140, 164, 9, shade(self.colour, -0.4))
        )

    def _helmet(self) -> str:
        bowl = "M60 322C58 236 116 178 196 178C276 178 330 236 332 318Z"
        return (
            self._beam(302, 148, 180, 92)
            + area(bowl, "#5b7f95")
            + "".join(
                line(f"M{130 + 54 * n} 300C{132 + 52 * n} 262 {150 + 42 * n} 230 {170 + 34 * n} 210", "#33495a", 13)
                for n in range(3)
            )
            + line("M88 264C106 222 146 196 196 194", shade("#5b7f95", 0.4), 7)
            + line("M176 182q30 -16 84 4", INK, 10)
            + box(184, 112, 108, 66, self.colour, round=22)
            + box(282, 118, 22, 58, shade(self.colour, 0.25), round=9)
            + box(298, 126, 8, 42, "#fff6d8", round=4)
            + box(204, 124, 44, 12, "#d8432e", round=6)
        )

    def _wheel(self) -> str:
        x, y = 240, 182
        glow = "".join(ring(x, y, 104, self.colour, w, extra=f'opacity="{o}"') for w, o in ((44, ".14"), (28, ".22")))
        lamp = box(x - 4, y - 112, 8, 40, shade(self.colour, 0.55), round=4)
        lamps = "".join(f'<g transform="rotate({30 * n} {x} {y})">{lamp}</g>' for n in range(12))
        return (
            ring(x, y, 126, INK, 16)
            + ring(x, y, 115, STEEL, 6)
            + glow
            + spokes(x, y, 6, 112, 24, shade(STEEL, -0.25), 1.4)
            + lamps
            + disc(x, y, 15, shade(STEEL, -0.4))
            + disc(x, y, 6, PALE)
        )
