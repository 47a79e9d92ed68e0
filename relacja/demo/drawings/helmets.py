"""Helmets from the side, facing right."""

from dataclasses import dataclass
from typing import Literal

from relacja.demo.drawings.canvas import INK, area, box, disc, line, shade, sheet


@dataclass(frozen=True, slots=True)
class Helmet:
    colour: str
    paper: str
    kind: Literal["road", "urban", "trail", "child", "full", "aero"] = "road"
    trim: str = INK

    def svg(self) -> str:
        strap = line("M196 236C204 274 222 300 250 304M300 236C292 270 276 296 250 304", self.trim, 7) + box(
            236, 294, 28, 17, shade(self.trim, 0.25), round=5
        )
        back = (
            "" if self.kind == "full" else strap + line("M142 228q-10 26 20 30q34 2 52 -24", shade(self.trim, 0.12), 9)
        )
        return sheet(back + getattr(self, f"_{self.kind}")(), paper=self.paper, spread=110, sun=(250, 160))

    def _shell(self, path: str) -> str:
        """The bowl: body, a light from above, a darker rim."""
        return area(path, self.colour)

    def _road(self) -> str:
        shell = (
            "M112 222C104 150 152 82 244 80C330 80 378 138 384 214C386 226 372 230 362 228L140 238C124 240 114 236"
            " 112 222Z"
        )
        vents = [
            "M150 196C156 152 184 116 222 102C196 132 182 164 180 198Z",
            "M198 200C200 158 218 120 256 98C244 132 238 166 238 200Z",
            "M258 198C258 160 268 124 288 104C292 134 296 166 298 196Z",
            "M316 192C314 164 312 138 310 114C336 132 352 160 358 190Z",
        ]
        return (
            self._shell(shell)
            + "".join(area(vent, shade(self.colour, -0.62)) for vent in vents)
            + line("M134 172C150 124 192 94 246 92", shade(self.colour, 0.45), 7)
            + line("M128 224L366 214", shade(self.colour, -0.22), 9)
        )

    def _urban(self) -> str:
        shell = "M118 216C114 134 170 84 246 84C324 84 372 136 372 214Z"
        brim = "M340 204C374 204 404 210 414 224C396 232 360 232 334 228Z"
        return (
            area(brim, shade(self.colour, -0.4))
            + self._shell(shell)
            + line("M116 222H376", shade(self.colour, -0.35), 15)
            + line("M150 160C168 122 204 104 244 102", shade(self.colour, 0.45), 8)
            + "".join(line(f"M{x} 116v26", shade(self.colour, -0.45), 9) for x in (222, 252, 282))
            + disc(316, 178, 11, shade(self.colour, 0.7))
        )

    def _trail(self) -> str:
        shell = (
            "M106 232C94 158 148 84 246 84C332 84 378 142 380 210C380 222 366 226 352 226"
            "L206 230C186 234 176 256 150 258C124 258 110 250 106 232Z"
        )
        visor = "M322 118C362 116 408 128 430 150C432 158 424 162 416 160L346 156Z"
        vents = [
            "M172 196C180 158 204 134 244 124L236 152C214 160 202 176 200 200Z",
            "M226 198C228 178 240 164 262 158L262 196Z",
            "M284 194L286 156C310 158 330 172 338 190Z",
            "M268 146L272 122C290 122 306 128 318 138L312 148Z",
        ]
        return (
            self._shell(shell)
            + "".join(area(vent, shade(self.colour, -0.62)) for vent in vents)
            + area(visor, shade(self.trim, 0.1))
            + line("M128 180C142 128 188 98 246 96", shade(self.colour, 0.42), 7)
            + line("M120 238C140 250 160 240 184 222L366 216", shade(self.trim, 0.1), 8)
        )

    def _child(self) -> str:
        shell = (
            "M118 218C112 136 168 86 244 86C322 86 370 138 370 212C370 224 360 226 350 226L140 230C126 230 120 228"
            " 118 218Z"
        )
        dots = [(168, 188, 13), (206, 138, 16), (236, 194, 12), (270, 128, 13), (296, 184, 16), (334, 150, 11)]
        feather = "M236 88C226 64 240 44 262 40C256 54 266 60 262 88Z"
        return (
            area(feather, self.trim)
            + self._shell(shell)
            + "".join(disc(x, y, r, shade(self.colour, 0.72)) for x, y, r in dots)
            + disc(206, 138, 7, self.trim)
            + disc(296, 184, 7, self.trim)
            + line("M122 226L366 218", self.trim, 12)
        )

    def _full(self) -> str:
        shell = (
            "M106 220C98 136 156 76 246 76C330 76 380 132 386 196L396 250C398 284 372 302 334 304L300 306"
            "C284 306 280 292 268 278L216 296C176 304 150 300 140 278C120 262 110 244 106 220Z"
        )
        eye = "M266 174C300 166 352 166 374 172L378 212C350 222 304 236 282 238C262 224 258 196 266 174Z"
        visor = "M300 104C352 92 408 104 438 132C438 142 428 146 418 142L330 142Z"
        return (
            self._shell(shell)
            + area(eye, shade(self.colour, -0.72))
            + line("M280 182C310 176 346 176 366 180", shade(self.trim, 0.25), 5)
            + area(visor, self.trim)
            + "".join(line(f"M{x} {268 - n * 3}l20 -5", shade(self.colour, -0.6), 7) for n, x in enumerate((312, 342)))
            + line("M126 176C140 126 186 92 244 90", shade(self.colour, 0.42), 8)
            + line("M124 232C160 250 210 244 258 252", self.trim, 8)
        )

    def _aero(self) -> str:
        shell = (
            "M88 214C112 130 178 86 260 86C336 86 380 140 384 212C384 224 372 226 360 226L130 236C104 238 82 234"
            " 88 214Z"
        )
        glass = "M282 150C322 144 362 158 380 196L384 246C350 258 306 252 288 238C280 208 278 176 282 150Z"
        return (
            self._shell(shell)
            + line("M128 184C156 132 200 104 256 100", shade(self.colour, 0.5), 7)
            + "".join(
                line(f"M{150 + 40 * n} {200 - 14 * n}q20 -22 42 -32", shade(self.colour, -0.55), 9) for n in range(3)
            )
            + line("M110 226L300 218", shade(self.colour, -0.3), 9)
            + area(glass, shade(self.trim, 0.1), extra='opacity=".86"')
            + line("M300 166C330 160 352 172 362 192", "#ffffff", 5, extra='opacity=".55"')
        )
