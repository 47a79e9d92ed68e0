"""Parquet, read in batches: only the wanted columns, as text.

pyarrow is 80 MB of memory once it is imported, so that happens where a file is read and nowhere else.
"""

from collections.abc import Iterator, Sequence
from functools import partial
from importlib import import_module
from pathlib import Path
from typing import Any, BinaryIO

from django.utils.translation import gettext as _

from relacja.external.places.place import SHOWN, Seen, places_of
from relacja.imports.reading import Row, Unreadable

MAGIC = b"PAR1"
AT_ONCE = 10_000


def is_one(file: BinaryIO) -> bool:
    """Whether the file begins as Parquet does."""
    file.seek(0)
    return file.read(len(MAGIC)) == MAGIC


class Parquet:
    """One file. Lists and structures inside of it are no values, and are left out."""

    def __init__(self, path: Path, said: str) -> None:
        self._path, self.said = path, said

    def seen(self, count: int = SHOWN) -> Seen:
        file = self._open()
        headings = self._flat(file)
        first: list[list[str | None]] = next(self._batches(file, headings, count), [[] for _heading in headings])
        return Seen(headings, [list(row) for row in zip(*(column[:count] for column in first), strict=True)])

    def rows(self, headings: Sequence[str]) -> Iterator[Row]:
        file = self._open()
        places_of(headings, self._flat(file))
        number = 0
        for columns in self._batches(file, headings, AT_ONCE):
            for cells in zip(*columns, strict=True):
                number += 1
                yield Row(number, [cell or "" for cell in cells])

    def _open(self) -> Any:
        try:
            return import_module("pyarrow.parquet").ParquetFile(self._path)
        except (OSError, ValueError) as error:  # what pyarrow raises for a file that is none is a ValueError
            raise Unreadable(_("This Parquet file is damaged or incomplete: it cannot be read.")) from error

    def _flat(self, file: Any) -> list[str]:
        is_nested = import_module("pyarrow.types").is_nested
        headings = [field.name for field in file.schema_arrow if not is_nested(field.type)]
        if len(set(headings)) < len(headings):
            raise Unreadable(_("Two columns of this file have the same name."))
        return headings

    def _batches(self, file: Any, headings: Sequence[str], size: int) -> Iterator[list[list[str | None]]]:
        """Some rows at a time, column by column. A name with a dot would be taken for a way into a structure."""
        chosen = None if any("." in heading for heading in headings) else list(dict.fromkeys(headings))
        as_text = partial(_as_text, import_module("pyarrow"))
        try:
            for batch in file.iter_batches(batch_size=size, columns=chosen):
                yield [as_text(batch.column(batch.schema.get_field_index(heading))) for heading in headings]
        except (OSError, ValueError) as error:
            raise Unreadable(_("This Parquet file is damaged or incomplete: it cannot be read.")) from error


def _as_text(arrow: Any, column: Any) -> list[str | None]:
    if arrow.types.is_binary(column.type) or arrow.types.is_large_binary(column.type):
        return [None if one is None else one.decode("utf-8", "replace") for one in column.to_pylist()]
    try:
        return list(column.cast(arrow.string()).to_pylist())
    except (arrow.ArrowNotImplementedError, arrow.ArrowInvalid):
        return [None if one is None else str(one) for one in column.to_pylist()]
