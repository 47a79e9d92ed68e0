"""Bags and baskets."""

from dataclasses import dataclass
from typing import Literal

from relacja.demo.drawings.canvas import INK, PALE, STEEL, area, box, disc, line, shade, sheet


@dataclass(frozen=True, slots=True)
class Bag:
    colour: str
    paper: str
    kind: Literal["pannier", "bar", "frame", "seat", "backpack", "basket"] = "pannier"
    strap: str = INK

    def svg(self) -> str:
        return sheet(getattr(self, f"_{self.kind}")(), paper=self.paper, spread=130, sun=(250, 150))

    def _sign(self, x: float, y: float) -> str:
        """The shop's sign: a crane's neck and crown."""
        return (
            disc(x, y, 15, PALE)
            + line(f"M{x - 5} {y + 9}C{x - 9} {y - 2} {x + 7} {y - 1} {x + 1} {y - 8}h7", INK, 2.6)
            + disc(x + 1, y - 9, 2.6, "#d8432e")
        )

    def _pannier(self) -> str:
        return (
            line("M128 92h236", STEEL, 9)
            + line("M178 90v22M306 90v22", INK, 11)
            + area("M150 104h190q12 0 14 12l18 176q2 26 -24 26h-206q-26 0 -24 -26l18 -176q2 -12 14 -12Z", self.colour)
            + area("M150 104h190q12 0 14 12l5 46h-228l5 -46q2 -12 14 -12Z", shade(self.colour, -0.16))
            + line("M142 140h206", shade(self.colour, 0.3), 4, extra='stroke-dasharray="7 7"')
            + line("M190 104v104M300 104v104", self.strap, 11)
            + box(178, 200, 24, 20, shade(self.strap, 0.35), round=4)
            + box(288, 200, 24, 20, shade(self.strap, 0.35), round=4)
            + line("M130 284h230", shade(self.colour, 0.75), 8)
            + self._sign(245, 246)
        )

    def _bar(self) -> str:
        return (
            line("M60 108h362", INK, 13)
            + line("M60 108h52M370 108h52", shade(INK, 0.25), 17)
            + line("M184 108v36M298 108v36", self.strap, 14)
            + box(96, 128, 290, 158, self.colour, round=70)
            + area("M96 198q0 -70 70 -70h150q70 0 70 70Z", shade(self.colour, 0.14))
            + area("M96 198a70 79 0 0 1 60 -70v158a70 79 0 0 1 -60 -88Z", shade(self.colour, -0.2))
            + area("M386 198a70 79 0 0 0 -60 -70v158a70 79 0 0 0 60 -88Z", shade(self.colour, -0.2))
            + line("M184 132v150M298 132v150", self.strap, 9)
            + line("M208 168h66", shade(self.colour, 0.55), 5)
            + self._sign(241, 222)
        )

    def _frame(self) -> str:
        frame = "#d9a13b"
        return (
            line("M66 100L414 84", frame, 18)
            + line("M404 92L236 322", frame, 20)
            + line("M66 58L150 326", frame, 18)
            + area(
                "M100 114L372 102q10 0 4 9L238 298q-8 10 -24 6l-50 -10q-10 -2 -14 -14L94 124q-2 -10 6 -10Z", self.colour
            )
            + line("M112 140L342 128", shade(self.colour, 0.4), 5)
            + box(322, 122, 24, 12, "#d8432e", round=5)
            + line("M152 116l-4 -22M262 110l-3 -22M124 204l-22 6M320 184l22 14", self.strap, 14)
            + line("M150 184L300 176", shade(self.colour, -0.3), 4)
            + self._sign(212, 226)
        )

    def _seat(self) -> str:
        return (
            line("M250 138L276 322", STEEL, 16)
            + area("M148 96Q190 78 262 92L392 112Q404 120 388 126L262 132Q208 150 160 134Q136 118 148 96Z", "#3b2a20")
            + line("M172 134q10 22 70 14l96 -18", shade(STEEL, -0.3), 6)
            + area("M70 176Q76 148 112 150L244 158q14 2 12 18l-8 58q-2 14 -18 14L132 254Q82 254 70 214Z", self.colour)
            + area("M70 176Q76 148 112 150L160 153l-14 101h-14Q82 254 70 214Z", shade(self.colour, -0.18))
            + line("M178 154l-12 98M216 156l-10 92", self.strap, 9)
            + line("M248 182l22 -4M244 222l30 -2", self.strap, 12)
            + box(86, 188, 34, 17, "#d8432e", round=6)
        )

    def _backpack(self) -> str:
        return (
            line("M204 76q36 -36 72 0", self.strap, 10)
            + line("M146 150q-34 70 -8 140M334 150q34 70 8 140", self.strap, 14)
            + area("M170 96h140q34 4 38 48l10 140q2 36 -34 36H156q-36 0 -34 -36l10 -140q4 -44 38 -48Z", self.colour)
            + area("M166 74h148q12 0 12 12v52H154V86q0 -12 12 -12Z", shade(self.colour, -0.2))
            + line("M154 112h172", shade(self.colour, 0.35), 5)
            + line("M240 112v70", self.strap, 11)
            + box(228, 172, 24, 22, shade(self.strap, 0.35), round=4)
            + box(158, 210, 164, 84, shade(self.colour, 0.12), round=16)
            + line("M172 230h136", shade(self.colour, -0.25), 4)
            + box(150, 298, 180, 8, "#f4efe4", round=4)
            + self._sign(240, 262)
        )

    def _basket(self) -> str:
        wicker, dark = self.colour, shade(self.colour, -0.22)
        rows = "".join(line(f"M{112 + 4 * n} {168 + 24 * n}H{372 - 4 * n}", dark, 5) for n in range(6))
        ribs = "".join(line(f"M{130 + 28 * n} 150L{148 + 23.5 * n:.0f} 308", dark, 4) for n in range(9))
        flowers = "".join(
            line(f"M{x} 150q{bend} -30 {bend * 2} -58", "#5d8a57", 5)
            + disc(x + bend * 2, 88, r, tint)
            + disc(x + bend * 2, 88, r * 0.35, "#fff3c4")
            for x, bend, r, tint in ((170, -8, 20, "#e07a8b"), (214, -2, 25, "#f0b429"), (262, 4, 21, "#d8432e"))
        )
        loaf = area("M292 150C300 106 330 66 352 62C372 64 368 112 344 152Z", "#d79a55") + line(
            "M322 116l22 4M330 92l20 6", "#f3d3a2", 5
        )
        return (
            flowers
            + loaf
            + area("M104 146h276l-26 158q-2 14 -18 14H148q-16 0 -18 -14Z", wicker)
            + ribs
            + rows
            + line("M100 148h284", shade(wicker, 0.22), 15)
            + line("M190 156v52M294 156v52", self.strap, 12)
            + box(180, 196, 20, 18, STEEL, round=4)
            + box(284, 196, 20, 18, STEEL, round=4)
        )
