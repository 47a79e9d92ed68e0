"""Files of people, read as rows: what kind they are, how they are written, and what stands in them.

Nothing here knows the database, and nothing holds a file in memory but a sheet of a workbook.
"""

from collections import Counter
from collections.abc import Generator
from dataclasses import dataclass, replace
from itertools import islice
from typing import BinaryIO

from django.utils.translation import gettext as _

from relacja.imports.reading import cards, delimited, encodings, sheets
from relacja.imports.reading.rows import MOST_COLUMNS, Fault, Format, Row, Unreadable, plain
from relacja.lib.text import harmless

__all__ = ["Beginning", "Fault", "Format", "Row", "Unreadable", "beginning", "found_out", "harmless", "plain", "rows"]

SHOWN = 8
_READERS = {"csv": delimited.rows, "xlsx": sheets.rows, "vcard": cards.rows}
_OLD_WORKBOOK = b"\xd0\xcf\x11\xe0"


@dataclass(frozen=True, slots=True)
class Beginning:
    """How a file begins: its headings, made up where it has none, its first rows, and the sheets of a workbook."""

    headings: list[str]
    rows: list[Row]
    sheets: list[str]


def found_out(file: BinaryIO) -> tuple[Format, bool]:
    """How a file is to be read, and whether that is in doubt. Raises `Unreadable` for what is no file of people."""
    file.seek(0)
    start = file.read(encodings.LOOKED_AT)
    if not start.strip(b"\x00 \t\r\n"):
        raise Unreadable(_("This file is empty."))
    if start.startswith(b"PK\x03\x04"):
        sheets.refuse_bombs(file)
        return Format("xlsx", sheet=sheets.names(file)[0]), False
    if start.startswith(_OLD_WORKBOOK):
        raise Unreadable(_("This is a workbook of an old kind. Save it as XLSX or CSV and load that."))
    guess = encodings.guess(start)
    text = start.decode(guess.encoding, errors="replace").lstrip("\ufeff")
    if text.lstrip()[:11].upper() == "BEGIN:VCARD":
        return Format("vcard", encoding=guess.encoding), False
    if _is_no_text(text):
        raise Unreadable(_("This is neither a table nor a list of address cards. Load CSV, XLSX or vCard."))
    asked = Format("csv", encoding=guess.encoding, delimiter=delimited.delimiter_of(text))
    return replace(asked, headed=_has_headings(file, asked)), guess.doubtful


def rows(file: BinaryIO, asked: Format) -> Generator[Row]:
    """Every row below the headings, in order. Reading the same file again gives the same rows."""
    found = _all(file, asked)
    if asked.headed and asked.kind != "vcard":
        next(found, None)
    return found


def beginning(file: BinaryIO, asked: Format, *, count: int = SHOWN) -> Beginning:
    """The headings and the first rows."""
    first = list(islice(_all(file, asked), count + 1))
    names = sheets.names(file) if asked.kind == "xlsx" else []
    if asked.kind == "vcard":
        return Beginning(cards.HEADINGS, first[:count], names)
    widths = Counter(len(row.cells) for row in first if row.fault is None)
    width = max(widths, key=lambda cells: (widths[cells], cells), default=0)
    if width > MOST_COLUMNS:
        raise Unreadable(_("This table has {n} columns. Keep it under 300.").format(n=width))
    if asked.headed and first:
        given = [" ".join(cell.split())[:200] for cell in first[0].cells]
        return Beginning(_named([*given, *[""] * (width - len(given))]), first[1:], names)
    return Beginning(_named([""] * width), first[:count], names)


def _all(file: BinaryIO, asked: Format) -> Generator[Row]:
    file.seek(0)
    return _READERS[asked.kind](file, asked)


def _named(headings: list[str]) -> list[str]:
    """Every column has a name, and no two the same."""
    named: list[str] = []
    for number, heading in enumerate(headings, start=1):
        name, times = heading or _("Column {number}").format(number=number), 2
        while name in named:
            name, times = f"{heading or name} {times}", times + 1
        named.append(name)
    return named


def _has_headings(file: BinaryIO, asked: Format) -> bool:
    """Whether the first row names the columns: it holds no address and no number, unlike those below."""
    first = next(_all(file, asked), None)
    return first is None or not any(_is_value(cell) for cell in first.cells)


def _is_value(cell: str) -> bool:
    digits = sum(char.isdigit() for char in cell)
    return ("@" in cell and "." in cell) or digits >= 5


def _is_no_text(text: str) -> bool:
    strange = sum(char < " " and char not in "\t\r\n\x0b\x0c\x1a" for char in text[:20_000])
    return strange > len(text[:20_000]) * 0.1
