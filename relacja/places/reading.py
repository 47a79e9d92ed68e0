"""Files of GeoNames: postcodes of a country (download.geonames.org/export/zip), and the towns we carry."""

import zipfile
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import IO

from django.utils.translation import gettext as _

from relacja.lib.errors import Refused
from relacja.lib.globe import Point
from relacja.lib.text import cleaned, folded
from relacja.places.spelling import postcode

COLUMNS = 12
LEAST_COLUMNS = 11
LONGEST_NAME = 120
MOST_BYTES = 300_000_000


class NotPlaces(Refused):
    """The file holds no postcodes as GeoNames writes them."""


@dataclass(frozen=True, slots=True)
class Line:
    """A postcode in one of its places."""

    country: str
    code: str
    town: str
    region: str
    region_name: str
    at: Point


@dataclass(frozen=True, slots=True)
class Broken:
    """A line that cannot be read: its number from 1, how it begins, and why."""

    number: int
    text: str
    reason: str


def unpacked(file: IO[bytes]) -> IO[bytes]:
    """The text in the file: its own, or that of the list in a ZIP as GeoNames offers it. Raises `NotPlaces`."""
    if not zipfile.is_zipfile(file):
        file.seek(0)
        return file
    archive = zipfile.ZipFile(file)
    for one in archive.infolist():
        if one.filename.lower().endswith(".txt") and "readme" not in one.filename.lower():
            if one.file_size > MOST_BYTES:
                raise NotPlaces(_("The list is larger than {size} MB.").format(size=MOST_BYTES // 1_000_000))
            return archive.open(one)
    raise NotPlaces(_("There is no list of postcodes in this ZIP file."))


def lines(file: Iterable[bytes]) -> Iterator[Line | Broken]:
    """What each line says; empty ones are passed over."""
    for number, raw in enumerate(file, 1):
        text = raw.decode("utf-8", "replace").rstrip("\r\n").removeprefix("\N{BYTE ORDER MARK}")
        if text.strip():
            yield _read(number, text)


def _read(number: int, text: str) -> Line | Broken:
    cells = [cleaned(cell) for cell in text.split("\t")]
    if len(cells) not in (LEAST_COLUMNS, COLUMNS):
        return Broken(number, text[:120], _("This line has {number} columns, not 12.").format(number=len(cells)))
    country, code, town, name, region = cells[:5]
    if "�" in text:
        return Broken(number, text[:120], _("This line is not written in UTF-8."))
    if len(country) != 2 or not country.isalpha() or not country.isascii():
        return Broken(number, text[:120], _("“{text}” is not the code of a country.").format(text=country[:20]))
    if not (plain := postcode(code)) or len(plain) > 20:
        return Broken(number, text[:120], _("“{text}” is not a postcode.").format(text=code[:20]))
    if not folded(town) or len(town) > LONGEST_NAME:
        return Broken(number, text[:120], _("The name of the place is missing or too long."))
    try:
        at = Point(float(cells[9]), float(cells[10]))
    except ValueError:
        return Broken(number, text[:120], _("The line does not say where the place is."))
    known = f"{country.upper()}.{region or folded(name)}"[:24] if region or name else ""
    return Line(country.upper(), plain, town, known, name[:LONGEST_NAME] or region, at)


@dataclass(frozen=True, slots=True)
class Listed:
    """A town of the world with its other names."""

    country: str
    name: str
    at: Point
    people: int
    names: tuple[str, ...]


def towns(file: Iterable[bytes]) -> Iterator[Listed]:
    """The towns that the program carries. The file is ours: nothing in it is broken."""
    for raw in file:
        country, name, lat, lon, people, names = raw.decode().rstrip("\n").split("\t")
        yield Listed(
            country,
            name,
            Point(float(lat), float(lon)),
            int(people),
            tuple(one for one in names.split("|") if 0 < len(one) <= LONGEST_NAME),
        )
