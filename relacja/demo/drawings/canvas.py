"""The paper all product pictures are drawn on: one size, one backdrop, one light, a few strokes."""

from math import cos, radians, sin

WIDTH, HEIGHT = 480, 360
INK = "#1d2a33"
STEEL = "#b9c2c6"
PALE = "#f6f1e7"


def line(points: str, colour: str, width: float, *, extra: str = "") -> str:
    """A rounded stroke along the SVG path `points`."""
    return (
        f'<path d="{points}" fill="none" stroke="{colour}" stroke-width="{width}"'
        f' stroke-linecap="round" stroke-linejoin="round" {extra}/>'
    )


def area(points: str, colour: str, *, extra: str = "") -> str:
    """A filled shape with softened corners."""
    return f'<path d="{points}" fill="{colour}" stroke-linejoin="round" {extra}/>'


def disc(x: float, y: float, r: float, colour: str, *, extra: str = "") -> str:
    return f'<circle cx="{x:g}" cy="{y:g}" r="{r:g}" fill="{colour}" {extra}/>'


def ring(x: float, y: float, r: float, colour: str, width: float, *, extra: str = "") -> str:
    return f'<circle cx="{x:g}" cy="{y:g}" r="{r:g}" fill="none" stroke="{colour}" stroke-width="{width:g}" {extra}/>'


def box(x: float, y: float, w: float, h: float, colour: str, *, round: float = 6, extra: str = "") -> str:
    return f'<rect x="{x:g}" y="{y:g}" width="{w:g}" height="{h:g}" rx="{round:g}" fill="{colour}" {extra}/>'


def around(x: float, y: float, r: float, degrees: float) -> tuple[float, float]:
    """The point on a circle, 0 degrees to the right, growing clockwise."""
    return x + r * cos(radians(degrees)), y + r * sin(radians(degrees))


def spokes(x: float, y: float, inner: float, outer: float, count: int, colour: str, width: float) -> str:
    """Strokes from `inner` to `outer`, evenly around a hub."""
    parts = []
    for number in range(count):
        (x1, y1), (x2, y2) = (around(x, y, r, 360 * number / count) for r in (inner, outer))
        parts.append(f"M{x1:.1f} {y1:.1f}L{x2:.1f} {y2:.1f}")
    return line("".join(parts), colour, width)


def shade(colour: str, amount: float) -> str:
    """The colour, lighter (amount > 0, towards white) or darker (amount < 0, towards black)."""
    target = 255 if amount > 0 else 0
    parts = (int(colour[i : i + 2], 16) for i in (1, 3, 5))
    return "#" + "".join(f"{round(part + (target - part) * abs(amount)):02x}" for part in parts)


def sheet(
    subject: str, *, paper: str, ground: float = 318, spread: float = 170, sun: tuple[int, int] = (330, 150)
) -> str:
    """A whole SVG: paper, a sun, a line of ground with a shadow of half-width `spread`, and the subject on it."""
    sun_x, sun_y = sun
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {WIDTH} {HEIGHT}">'
        f'<rect width="{WIDTH}" height="{HEIGHT}" fill="{paper}"/>'
        f"{disc(sun_x, sun_y, 118, shade(paper, 0.45))}"
        f'<path d="M0 {ground - 22}Q120 {ground - 44} 250 {ground - 24}T480 {ground - 30}V360H0Z"'
        f' fill="{shade(paper, -0.06)}"/>'
        f'<ellipse cx="240" cy="{ground}" rx="{spread}" ry="9" fill="{shade(paper, -0.2)}" opacity=".75"/>'
        f"{subject}</svg>"
    )
