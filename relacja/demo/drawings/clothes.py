"""Clothes, laid flat."""

from dataclasses import dataclass
from typing import Literal

from relacja.demo.drawings.canvas import PALE, area, box, disc, line, shade, sheet


@dataclass(frozen=True, slots=True)
class Garment:
    colour: str
    paper: str
    kind: Literal["jersey", "jacket", "shorts", "gloves", "socks", "cap", "vest"] = "jersey"
    accent: str = PALE

    def svg(self) -> str:
        return sheet(getattr(self, f"_{self.kind}")(), paper=self.paper, ground=330, spread=130, sun=(240, 165))

    def _jersey(self) -> str:
        body = (
            "M180 62L120 84L70 172L126 200L150 160L154 312Q240 330 326 312L330 160L354 200L410 172L360 84L300"
            " 62Q240 92 180 62Z"
        )
        return (
            area(body, self.colour)
            + area("M153 214L327 214L326 258Q240 268 154 258Z", self.accent)
            + area("M153 226L327 226L326.5 240Q240 248 153.5 240Z", shade(self.colour, -0.25))
            + line("M70 172L126 200M410 172L354 200", self.accent, 12)
            + line("M240 82V318", shade(self.colour, -0.28), 4)
            + line("M180 62Q240 94 300 62", shade(self.colour, -0.35), 12)
            + line("M150 160Q152 130 142 108M330 160Q328 130 338 108", shade(self.colour, -0.2), 4)
            + disc(290, 138, 11, self.accent)
        )

    def _jacket(self) -> str:
        body = "M178 74L120 96L66 268L112 284L150 182L148 318H332L330 182L368 284L414 268L360 96L302 74Z"
        return (
            area("M176 80Q172 26 240 26Q308 26 304 80Q240 116 176 80Z", shade(self.colour, -0.22))
            + area("M200 82Q198 52 240 50Q282 52 280 82Q240 106 200 82Z", shade(self.colour, -0.5))
            + area(body, self.colour)
            + area("M151 176L329 176L330 146Q240 162 150 146Z", self.accent, extra='opacity=".85"')
            + line("M240 96V318", shade(self.colour, -0.4), 6)
            + line("M178 236l32 -14M302 236l-32 -14", shade(self.colour, -0.35), 6)
            + line("M70 258l44 15M410 258l-44 15", self.accent, 8)
            + line("M148 312H332", shade(self.colour, -0.3), 7)
            + box(235, 110, 10, 22, "#d8432e", round=4)
        )

    def _shorts(self) -> str:
        return (
            line("M186 110Q188 52 218 30M294 110Q292 52 262 30M218 30Q240 66 262 30", shade(self.colour, 0.2), 15)
            + area("M164 108H316L340 306L262 316L242 204H238L218 316L140 306Z", self.colour)
            + area("M206 112h68l-22 92h-24Z", shade(self.colour, 0.16))
            + line("M142 292l76 11M338 292l-76 11", self.accent, 13)
            + line("M164 116H316", shade(self.colour, 0.28), 10)
            + line("M172 140L158 270M308 140L322 270", shade(self.colour, 0.28), 4)
            + disc(180, 252, 10, self.accent)
        )

    def _gloves(self) -> str:
        hand = (
            "M0 158V70Q0 52 13 52Q26 52 26 70V36Q26 20 40 20Q53 20 53 36V28Q53 12 67 12Q81 12 81 28V40Q82 26"
            " 95 27Q107 28 107 44"
            "V128Q126 92 140 98Q152 106 142 124L106 190V234H10V190Q0 178 0 158Z"
        )
        one = (
            area(hand, self.colour)
            + line("M26 74V106M53 66V102M81 70V106", shade(self.colour, -0.3), 4)
            + box(8, 196, 100, 40, shade(self.colour, -0.3), round=8)
            + box(56, 204, 46, 22, self.accent, round=6)
            + line("M24 138h58M24 152h58", self.accent, 5)
        )
        return (
            f'<g transform="translate(262 72) rotate(7 54 120)">{one}</g>'
            f'<g transform="translate(220 72) scale(-1 1) rotate(7 54 120)">{one}</g>'
        )

    def _socks(self) -> str:
        sock = "M0 0H74V136Q74 150 86 160L132 196Q152 214 138 234Q126 250 104 240L20 204Q0 194 0 170Z"
        stripes = "".join(area(f"M0 {y}H74V{y + 13}H0Z", self.accent) for y in (26, 50))
        one = (
            area(sock, self.colour)
            + area("M0 0H74V16H0Z", shade(self.colour, -0.3))
            + stripes
            + area("M0 168Q22 160 34 178Q42 198 30 208L20 204Q0 194 0 170Z", shade(self.colour, -0.25))
            + area("M116 184L132 196Q152 214 138 234Q126 250 106 240Q98 210 116 184Z", shade(self.colour, -0.25))
        )
        back = f'<g transform="translate(222 58) rotate(-5)">{one}</g>'
        return back + f'<g transform="translate(112 72) rotate(4)">{one}</g>'

    def _cap(self) -> str:
        return (
            area("M106 232C100 138 166 88 244 88C322 88 366 142 362 226Z", self.colour)
            + area("M204 92Q240 84 282 94Q300 150 292 228H196Q186 150 204 92Z", self.accent)
            + area("M226 89Q244 86 262 90Q268 150 266 228H222Q218 150 226 89Z", "#d8432e")
            + line("M108 232Q236 214 362 226", shade(self.colour, -0.3), 14)
            + area(
                "M300 214Q396 212 436 262Q440 276 424 274Q360 244 286 248Q276 220 300 214Z", shade(self.colour, -0.16)
            )
            + line("M306 228Q380 226 420 262", shade(self.colour, 0.3), 4)
            + disc(246, 86, 8, shade(self.colour, -0.3))
            + line("M140 172C152 134 176 114 204 106", shade(self.colour, 0.35), 6)
        )

    def _vest(self) -> str:
        body = (
            "M176 58L138 72Q158 130 132 186L134 314H346L348 186Q322 130 342 72L304 58Q288 128 240 150Q192 128 176 58Z"
        )
        tape = "".join(
            area(f"M133 {y}H347V{y + 26}H133Z", "#d7dde0")
            + line(f"M136 {y + 13}H344", "#ffffff", 4, extra='stroke-dasharray="3 6"')
            for y in (206, 264)
        )
        return (
            area(body, self.colour)
            + tape
            + area("M170 60L190 56Q204 110 214 132L204 206H178Q190 130 170 60Z", "#d7dde0")
            + area("M310 60L290 56Q276 110 266 132L276 206H302Q290 130 310 60Z", "#d7dde0")
            + line("M240 150V314", shade(self.colour, -0.4), 5)
            + line("M176 58Q192 128 240 150Q288 128 304 58", shade(self.colour, -0.35), 7)
        )
