"""What every place has: headings, first rows, all rows."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Protocol

from django.utils.translation import gettext as _

from relacja.imports.reading import Row
from relacja.lib.errors import Unavailable

SHOWN = 8
MOST_ROWS = 5_000_000
SECONDS = 600
CONNECTING_SECONDS = 8


@dataclass(frozen=True, slots=True)
class Seen:
    """How a table begins: its headings and its first rows, as text; None is no value."""

    headings: list[str]
    rows: list[list[str | None]]


@dataclass(frozen=True, slots=True)
class Table:
    """A table that a database offers, views among them."""

    schema: str
    name: str

    def __str__(self) -> str:
        return f"{self.schema}.{self.name}"


class Place(Protocol):
    """A table that can be read. Cells are text, "" for no value; every reading begins anew."""

    @property
    def said(self) -> str:
        """What is read, for people: a file, a table."""

    def seen(self, count: int = SHOWN) -> Seen:
        """How it begins."""

    def rows(self, headings: Sequence[str]) -> Iterator[Row]:
        """Every row, with the cells under these headings, in their order. Raises `Gone` when one is not there."""


class Database(Protocol):
    """A database that offers tables."""

    def tables(self) -> list[Table]:
        """Those that its user may read, by name."""

    def table(self, schema: str, name: str) -> Place:
        """One of them."""


class Gone(Unavailable):
    """What was chosen is not there any more."""

    def __init__(self, message: str) -> None:
        super().__init__(message, permanent=True)


def places_of(wanted: Sequence[str], headings: Sequence[str]) -> list[int]:
    """Where each of the wanted headings stands. Raises `Gone` naming those that do not."""
    missing = [heading for heading in dict.fromkeys(wanted) if heading not in headings]
    if missing:
        names = ", ".join(f"“{heading[:80]}”" for heading in missing[:5])
        raise Gone(_("The table has no column {names} any more. Choose its columns anew.").format(names=names))
    return [headings.index(heading) for heading in wanted]


def too_slow(seconds: int = SECONDS) -> Unavailable:
    """Reading took longer than it may."""
    return Unavailable(
        _("The table did not come within {seconds} seconds. Ask for a smaller table or a faster view.").format(
            seconds=seconds
        ),
        permanent=True,
    )
