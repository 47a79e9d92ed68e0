"""Files: delimited text and workbooks as imports read them, and Parquet."""

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import BinaryIO

from django.utils.translation import gettext as _

from relacja.external.models import Source
from relacja.external.places import parquet
from relacja.external.places.place import SHOWN, Gone, Place, Seen, places_of
from relacja.imports import reading
from relacja.imports.reading import Fault, Row, Unreadable


def uploaded(source: Source) -> Place:
    """The file that somebody brought."""
    if not source.file:
        raise Gone(_("The file is not kept any more. Load it again."))
    return at(Path(source.file.path), said=source.file_name)


def at(path: Path, *, said: str = "") -> Place:
    """The file there, by what it is and not by how it is called."""
    with _opened(path) as file:
        is_parquet = parquet.is_one(file)
    return parquet.Parquet(path, said or path.name) if is_parquet else Delimited(path, said or path.name)


class Delimited:
    """CSV or a workbook."""

    def __init__(self, path: Path, said: str) -> None:
        self._path, self.said = path, said
        with _opened(path) as file:
            self._format, self._is_doubtful = reading.found_out(file)
        if self._format.kind == "vcard":
            raise Unreadable(_("Address cards are no table. Load CSV, XLSX or Parquet."))

    def seen(self, count: int = SHOWN) -> Seen:
        with _opened(self._path) as file:
            start = reading.beginning(file, self._format, count=count)
        width = len(start.headings)
        whole = [[*row.cells, *[""] * width][:width] for row in start.rows if row.fault is None]
        return Seen(start.headings, [[reading_plain(cell) for cell in cells] for cells in whole])

    def rows(self, headings: Sequence[str]) -> Iterator[Row]:
        with _opened(self._path) as file:
            known = reading.beginning(file, self._format).headings
            places, width = places_of(headings, known), len(known)
            for row in reading.rows(file, self._format):
                yield _picked(row, places, width)


def reading_plain(cell: str) -> str:
    """A cell for a page."""
    return cell.encode("utf-8", "replace").decode()


def _picked(row: Row, places: Sequence[int], width: int) -> Row:
    """The wanted cells. Empty ones at the end may be missing, or be too many."""
    cells = row.cells
    if row.fault is not None:
        return Row(row.number, [], row.fault._replace(value=reading_plain(cells[0][:500]) if cells else ""))
    if len(cells) != width:
        if len(cells) > width and any(cell.strip() for cell in cells[width:]):
            return Row(row.number, [], Fault("long", value=cells[0][:500]))
        if len(cells) < width:
            if len(cells) <= max(places):
                return Row(row.number, [], Fault("short", value=cells[0][:500]))
            cells = [*cells, *[""] * (width - len(cells))]
    return Row(row.number, [cells[place] for place in places])


@contextmanager
def _opened(path: Path) -> Iterator[BinaryIO]:
    try:
        file = path.open("rb")
    except OSError as error:
        raise Gone(
            _("The file {name} cannot be read: {reason}.").format(name=path.name, reason=error.strerror)
        ) from error
    with file:
        yield file
