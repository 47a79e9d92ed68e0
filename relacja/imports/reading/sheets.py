"""Workbooks. Read by calamine, which unpacks a whole sheet: how large that may become is looked at first."""

import struct
import zlib
from collections.abc import Generator
from datetime import date, datetime, time, timedelta
from typing import Any, BinaryIO
from zipfile import ZIP_DEFLATED, ZIP_STORED, BadZipFile, ZipFile, ZipInfo

from django.utils.translation import gettext as _
from python_calamine import CalamineError, CalamineWorkbook

from relacja.imports.reading.rows import LONGEST_CELL, MOST_COLUMNS, Fault, Format, Row, Unreadable, plain

LARGEST = 300_000_000  # bytes of unpacked XML: about 400,000 rows of ten columns, and as many megabytes of memory
_HEADER = struct.Struct("<4s5H3L2H")
_CHUNK = 65_536


def refuse_bombs(file: BinaryIO) -> None:
    """Refuse a workbook that unpacks to more than we can hold. What its directory says is not believed."""
    try:
        with ZipFile(file) as archive:
            left = LARGEST
            for entry in archive.infolist():
                left -= _unpacked(file, entry, most=left)
                if left < 0:
                    raise Unreadable(
                        _("This workbook is too large to be read at once. Save the sheet as CSV and load that.")
                    )
    except (BadZipFile, struct.error, zlib.error, OSError) as error:
        raise _broken() from error


def names(file: BinaryIO) -> list[str]:
    """The sheets of a workbook."""
    return list(_book(file).sheet_names)


def rows(file: BinaryIO, asked: Format) -> Generator[Row]:
    """Every row that is not empty, values as text: a date as 2026-11-22, a number without a needless point."""
    book = _book(file)
    sheet = asked.sheet if asked.sheet in book.sheet_names else book.sheet_names[0]
    try:
        found = book.get_sheet_by_name(sheet)
        if found.width > MOST_COLUMNS:
            raise Unreadable(_("This sheet has {n} columns. Keep it under 300.").format(n=found.width))
        first = found.start[0] if found.start else 0
        for number, values in enumerate(found.to_python(skip_empty_area=True), start=first + 1):
            cells = [_text(value) for value in values]
            if any(cells):
                yield _checked(number, cells)
    except CalamineError as error:
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
    return size


def _broken() -> Unreadable:
    return Unreadable(_("This workbook cannot be read. Save it again as XLSX or CSV and load that."))
