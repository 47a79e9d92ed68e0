"""The shop's front: the waterfront of Gdańsk, the old harbour crane, a crane and a bicycle."""

from relacja.demo.drawings.bicycles import Bicycle
from relacja.demo.drawings.canvas import INK, PALE, area, box, disc, line, shade

WIDTH, HEIGHT = 1200, 620
SKY, SUN, WATER, QUAY = "#f4e4cd", "#f3b562", "#5f9aa0", "#d8c3a0"
HOUSES = (
    (20, 92, 214, "#c9694a", "gable"),
    (112, 78, 250, "#e0b45e", "steps"),
    (190, 96, 226, "#7f9b83", "gable"),
    (286, 84, 262, "#d9c9a8", "round"),
    (370, 90, 218, "#b4513f", "steps"),
    (460, 78, 246, "#8fb0b3", "gable"),
    (538, 94, 228, "#e3a477", "round"),
    (632, 80, 256, "#c2b280", "steps"),
    (880, 86, 224, "#7f9b83", "gable"),
    (966, 80, 250, "#c9694a", "round"),
    (1046, 92, 220, "#e0b45e", "steps"),
    (1138, 84, 244, "#8fb0b3", "gable"),
)


def svg() -> str:
    """The whole scene, 1200 by 620."""
    bicycle = Bicycle(
        "#d8432e", SKY, frame="step", bar="swept", mudguards=True, rack=True, basket=True, saddle="#7a4a2a", tyre=8
    ).strokes()
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {WIDTH} {HEIGHT}">'
        f'<rect width="{WIDTH}" height="{HEIGHT}" fill="{SKY}"/>'
        f"{disc(880, 210, 150, shade(SKY, 0.4))}{disc(880, 210, 108, SUN)}"
        f"{_clouds()}{''.join(_house(*house) for house in HOUSES)}{_port_crane()}"
        f'<rect width="{WIDTH}" height="436" fill="{SKY}" opacity=".34"/>'
        f"{_water()}{_quay()}"
        f'<g transform="translate(646 156) scale(1.22)">{bicycle}</g>'
        f'<g transform="translate(520 288) scale(.98)">{bird()}</g>'
        "</svg>"
    )


def _clouds() -> str:
    white = shade(SKY, 0.55)
    return "".join(
        line(f"M{x} {y}h{w}M{x + w * 0.2:g} {y - 16}h{w * 0.5:g}", white, 20)
        for x, y, w in ((120, 96, 130), (520, 66, 110), (1010, 104, 120))
    )


def _house(x: float, w: float, h: float, colour: str, roof: str) -> str:
    base, top = 436, 436 - h
    tops = {
        "gable": f"M{x} {top}L{x + w / 2} {top - 52}L{x + w} {top}Z",
        "steps": (f"M{x} {top}v-16h{w * 0.18:g}v-16h{w * 0.17:g}v-18h{w * 0.3:g}v18h{w * 0.17:g}v16h{w * 0.18:g}v16Z"),
        "round": (
            f"M{x} {top}Q{x + w * 0.1} {top - 22} {x + w * 0.28} {top - 24}"
            f"Q{x + w / 2} {top - 74} {x + w * 0.72} {top - 24}"
            f"Q{x + w * 0.9} {top - 22} {x + w} {top}Z"
        ),
    }
    columns = 3
    panes = "".join(
        box(x + w * (0.14 + 0.27 * column), top + 20 + 46 * floor, w * 0.17, 26, _pane(x, column, floor), round=2)
        for floor in range(int((h - 40) // 46))
        for column in range(columns)
    )
    return (
        box(x, top, w, base - top, colour, round=0)
        + area(tops[roof], shade(colour, -0.08))
        + box(x, top - 2, w, 5, shade(colour, 0.4), round=0)
        + disc(x + w / 2, top - 20, 6, shade(colour, -0.4))
        + panes
    )


def _pane(x: float, column: int, floor: int) -> str:
    return "#ffdf9b" if (int(x) + column * 5 + floor * 3) % 4 == 0 else "#3d5560"


def _port_crane() -> str:
    """The medieval port crane: two brick towers and a wooden body that leans over the water."""
    brick, wood = "#a65a41", "#4b3a2f"
    return (
        box(716, 250, 50, 190, brick, round=0)
        + box(832, 250, 50, 190, shade(brick, -0.1), round=0)
        + area("M708 252L741 190L774 252Z", shade(brick, -0.45))
        + area("M824 252L857 190L890 252Z", shade(brick, -0.45))
        + "".join(box(x, y, 10, 22, "#3d2b25", round=5) for x in (728, 746, 844, 862) for y in (276, 326, 376))
        + area("M758 436V160L790 84H812L846 160V436Z", wood)
        + area("M748 168L790 70H816L854 168Z", shade(wood, -0.25))
        + "".join(line(f"M764 {y}H840", shade(wood, 0.16), 3) for y in range(190, 430, 24))
        + box(780, 210, 42, 54, shade(wood, -0.45), round=3)
        + line("M801 236V446", INK, 3)
        + box(786, 402, 30, 26, "#b98a4e", round=3)
    )


def _water() -> str:
    ripples = "".join(
        line(f"M{x} {y}h{w}", shade(WATER, 0.3), 4)
        for x, y, w in (
            (40, 462, 70), (190, 478, 110), (350, 458, 60), (470, 484, 90), (640, 464, 60),
            (760, 482, 120), (930, 460, 70), (1060, 480, 90), (90, 496, 60), (560, 500, 50), (1000, 500, 60),
        )
    )  # fmt: skip
    return box(0, 436, WIDTH, 90, WATER, round=0) + box(0, 436, WIDTH, 7, shade(WATER, -0.25), round=0) + ripples


def _quay() -> str:
    stones = "".join(
        line(f"M{x} {y}h{w}", shade(QUAY, -0.12), 3)
        for x, y, w in ((60, 568, 120), (260, 590, 160), (520, 574, 90), (1010, 582, 130), (960, 560, 60))
    )
    return (
        box(0, 518, WIDTH, 102, QUAY, round=0)
        + box(0, 514, WIDTH, 12, shade(QUAY, -0.2), round=0)
        + "".join(box(x, 486, 20, 36, shade(INK, 0.12), round=7) for x in (40, 360, 1120))
        + stones
        + f'<ellipse cx="939" cy="546" rx="214" ry="11" fill="{shade(QUAY, -0.28)}"/>'
        + f'<ellipse cx="586" cy="568" rx="58" ry="8" fill="{shade(QUAY, -0.28)}"/>'
    )


def bird() -> str:
    """A crane standing, 140 wide and 290 high, looking right."""
    grey, dark = "#e9ecea", "#3b4a54"
    return (
        line("M58 176L54 282M54 282l-12 2M54 282l14 2", dark, 5)
        + line("M74 176L80 282M80 282l-12 2M80 282l14 2", dark, 5)
        + area("M6 190Q-6 214 2 236Q22 214 44 200L30 158Q14 170 6 190Z", dark)
        + area("M18 178Q16 130 62 124Q100 120 104 140Q108 172 76 184Q40 194 18 178Z", grey)
        + area("M18 178Q20 150 52 144Q84 142 88 160Q66 186 18 178Z", shade(grey, -0.14))
        + line("M92 142Q124 116 108 84Q94 56 108 34", grey, 17)
        + line("M104 70Q97 52 108 34", dark, 15)
        + line("M110 40Q104 58 112 78", PALE, 6)
        + area("M98 34Q98 16 114 16Q128 18 128 32Q124 44 110 44Q98 44 98 34Z", dark)
        + area("M126 25L164 34L126 38Z", "#c9a24b")
        + area("M103 20Q112 10 124 20Q116 26 103 20Z", "#d8432e")
        + disc(118, 28, 2.8, PALE)
    )
