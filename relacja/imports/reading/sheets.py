"""Workbooks. How large one may become is looked at first: what calamine can hold at once it reads, a larger one is
read a row at a time, eight times as slowly.
"""

import struct
import zlib
from collections.abc import Generator, Iterator
from datetime import date, datetime, time, timedelta
from itertools import chain
from typing import Any, BinaryIO
from zipfile import ZIP_DEFLATED, ZIP_STORED, BadZipFile, ZipFile, ZipInfo

from django.utils.translation import gettext as _
from python_calamine import CalamineError, CalamineWorkbook

from relacja.imports.reading.rows import LONGEST_CELL, MOST_COLUMNS, Fault, Format, Row, Unreadable, plain
from relacja.imports.reading.workbooks import Book, Broken, TooWide

LARGEST = 2_000_000_000  # bytes of unpacked XML: a million rows of forty columns
HELD = 60_000_000  # bytes of unpacked XML that are read at once: about 100,000 rows of ten columns
MOST_PARTS = 2_000
TIGHTEST, NEVER_TIGHT = (
    200,
    20_000_000,
)  # times smaller than unpacked; people's data pack ten times, a bomb thousand
_HEADER = struct.Struct("<4s5H3L2H")
_CHUNK = 65_536


def refuse_bombs(file: BinaryIO) -> None:
    """Refuse a workbook that unpacks to more than anybody fills in, or to other than it says."""
    try:
        with ZipFile(file) as archive:
            parts = archive.infolist()
            left = LARGEST - sum(part.file_size for part in parts)
            if left < 0 or len(parts) > MOST_PARTS:
                raise _too_large()
            for part in parts:
                if _unpacked(file, part, most=part.file_size) != part.file_size:
                    raise _too_large()
    except (BadZipFile, struct.error, zlib.error, OSError) as error:
        raise _broken() from error


def names(file: BinaryIO) -> list[str]:
    """The sheets of a workbook."""
    if _is_large(file):
        return _large(file).names
    return list(_book(file).sheet_names)


def rows(file: BinaryIO, asked: Format) -> Generator[Row]:
    """Every row that is not empty, values as text: a date as 2026-11-22, a number without a needless point."""
    for number, cells in _rows_of_large(file, asked) if _is_large(file) else _rows(file, asked):
        if any(cells):
            yield _checked(number, cells)


def _rows(file: BinaryIO, asked: Format) -> Iterator[tuple[int, list[str]]]:
    book = _book(file)
    sheet = asked.sheet if asked.sheet in book.sheet_names else book.sheet_names[0]
    try:
        found = book.get_sheet_by_name(sheet)
        if found.width > MOST_COLUMNS:
            raise _too_wide(found.width)
        first = found.start[0] if found.start else 0
        for number, values in enumerate(found.to_python(skip_empty_area=True), start=first + 1):
            yield number, [_text(value) for value in values]
    except CalamineError as error:
        raise _broken() from error


def _rows_of_large(file: BinaryIO, asked: Format) -> Iterator[tuple[int, list[str]]]:
    """The rows, each at least as wide as the first."""
    book = _large(file)
    found = book.rows(asked.sheet if asked.sheet in book.names else book.names[0])
    try:
        first = next(found, (0, []))
        for number, cells in chain([first], found):
            yield number, cells + [""] * (len(first[1]) - len(cells))
    except TooWide as error:
        raise _too_wide(MOST_COLUMNS + 1) from error
    except (Broken, BadZipFile, zlib.error, EOFError) as error:
        raise _broken() from error


def _is_large(file: BinaryIO) -> bool:
    """Whether a workbook is too large to be held; others than XLSX are held, or not read."""
    file.seek(0)
    try:
        with ZipFile(file) as archive:
            size = sum(part.file_size for part in archive.infolist())
            is_xlsx = "xl/workbook.xml" in archive.namelist()
    except (BadZipFile, OSError) as error:
        raise _broken() from error
    if size > HELD and not is_xlsx:
        raise _too_large()
    return size > HELD


def _large(file: BinaryIO) -> Book:
    try:
        return Book(file)
    except (Broken, BadZipFile, zlib.error, OSError) as error:
        raise _broken() from error


def _book(file: BinaryIO) -> CalamineWorkbook:
    file.seek(0)
    try:
        book = CalamineWorkbook.from_filelike(file)
    except CalamineError as error:
        raise _broken() from error
    if not book.sheet_names:
        raise _broken()
    return book


def _checked(number: int, cells: list[str]) -> Row:
    whole = "".join(cells)
    if "\x00" in whole:
        return Row(number, cells, Fault("nul"))
    if any(len(cell) > LONGEST_CELL for cell in cells):
        return Row(number, [cell[:LONGEST_CELL] for cell in cells], Fault("long_line"))
    return Row(number, [plain(cell) for cell in cells] if "'" in whole else cells)


def _text(value: Any) -> str:
    if isinstance(value, str):
        return value
    if isinstance(value, bool):
        return "1" if value else "0"
    if isinstance(value, float):
        return str(int(value)) if value.is_integer() and abs(value) < 1e15 else repr(value)
    if isinstance(value, datetime):
        return value.date().isoformat() if value.time() == time() else value.isoformat(sep=" ", timespec="seconds")
    if isinstance(value, date | time):
        return value.isoformat()
    if isinstance(value, timedelta):
        return str(value)
    return "" if value is None else str(value)


def _unpacked(file: BinaryIO, entry: ZipInfo, *, most: int) -> int:
    """How many bytes an entry really unpacks to; stops soon after `most`."""
    file.seek(entry.header_offset)
    header = _HEADER.unpack(file.read(_HEADER.size))
    file.seek(header[-2] + header[-1], 1)
    if entry.compress_type == ZIP_STORED:
        return entry.compress_size
    if entry.compress_type != ZIP_DEFLATED:
        raise BadZipFile
    unpacker, left, size = zlib.decompressobj(-zlib.MAX_WBITS), entry.compress_size, 0
    while left > 0 and size <= most and not unpacker.eof:
        packed = file.read(min(_CHUNK, left))
        if not packed:
            raise BadZipFile
        left -= len(packed)
        while packed and size <= most:
            size += len(unpacker.decompress(packed, 4 * _CHUNK))
            packed = unpacker.unconsumed_tail
            if size > NEVER_TIGHT and size > TIGHTEST * (entry.compress_size - left):
                raise _too_large()
    return size


def _too_large() -> Unreadable:
    return Unreadable(_("This workbook is too large to be read. Save the sheet as CSV and load that."))


def _too_wide(columns: int) -> Unreadable:
    return Unreadable(_("This sheet has {n} columns. Keep it under 300.").format(n=columns))


def _broken() -> Unreadable:
    return Unreadable(_("This workbook cannot be read. Save it again as XLSX or CSV and load that."))
