"""Workbooks too large to be held (ECMA-376), read a row at a time. A million rows cost as little memory as a thousand.

Who made a file is not trusted: what would need much memory (names without end, tags within tags, texts of gigabytes) is
refused or cut while it is read.
"""

import os
import re
import tempfile
from array import array
from collections.abc import Callable, Iterator
from datetime import datetime, timedelta
from functools import lru_cache
from typing import Any, BinaryIO
from xml.parsers import expat
from zipfile import ZipFile

from relacja.imports.reading.rows import LONGEST_CELL, MOST_COLUMNS

CHUNK = 1 << 16
LONGEST_TAG = 8 << 20
DEEPEST = 64
MOST_STRINGS = 16_000_000
HELD = 100_000  # strings of a workbook that are held in memory; the others wait on the disk
_WINDOW = 1 << 18
_BUILT_IN_DATES = frozenset({*range(14, 23), *range(27, 37), *range(45, 48), *range(50, 59)})
_NOT_A_PATTERN = re.compile(r'"[^"]*"|\\.|_.|\*.|\[(?!h+\]|m+\]|s+\])[^\]]*\]', re.IGNORECASE)
_LASTS = re.compile(r"\[(h+|m+|s+)\]", re.IGNORECASE)
Parser = Any  # the type of expat's parsers has no name of its own before Python 3.12


class Broken(Exception):
    """This is no workbook, or none that anybody would make."""


class TooWide(Exception):
    """A row has more columns than any table of people."""


class Book:
    """One workbook: its sheets by name, and their rows."""

    def __init__(self, file: BinaryIO) -> None:
        self._archive = ZipFile(file)
        self._names = {name.lstrip("/").lower(): name for name in self._archive.namelist()}
        self._sheets, self._start = _sheets(self)
        self.names = list(self._sheets)

    def rows(self, sheet: str) -> Iterator[tuple[int, list[str]]]:
        """The rows of a sheet that hold something, with their numbers; values as text."""
        dates = _dates(self)
        with _Strings(self) as strings:
            reader = _Rows(strings, dates, self._start)
            for _chunk in self.parsed(self._sheets[sheet], reader.begin):
                yield from reader.taken()

    def has(self, path: str) -> bool:
        return path.lower() in self._names

    def parsed(self, path: str, begin: Callable[[Parser], None]) -> Iterator[None]:
        """Feed a part of the workbook to the handlers that `begin` sets; yields after every piece."""
        if not self.has(path):
            raise Broken(path)
        parser: Parser = expat.ParserCreate()
        parser.buffer_text = True
        parser.StartDoctypeDeclHandler = _refuse
        begin(parser)
        fed = 0
        try:
            with self._archive.open(self._names[path.lower()]) as part:
                while piece := part.read(CHUNK):
                    parser.Parse(piece, False)
                    fed += len(piece)
                    if fed - parser.CurrentByteIndex > LONGEST_TAG:
                        raise Broken(path)
                    yield
                parser.Parse(b"", True)
                yield
        except expat.ExpatError as error:
            raise Broken(path) from error

    def read(self, path: str, start: Callable[[str, dict[str, str]], None]) -> None:
        """Every tag of a small part, by its name without a prefix."""

        def begin(parser: Parser) -> None:
            parser.StartElementHandler = lambda name, given: start(name.rpartition(":")[2], given)

        for _piece in self.parsed(path, begin):
            pass


class _Rows:
    """The rows of a sheet, as far as it was read."""

    def __init__(self, strings: "_Strings", dates: dict[str, str], start: datetime) -> None:
        self._strings, self._dates, self._start = strings, dates, start
        self._done: list[tuple[int, list[str]]] = []
        self._number = self._column = self._depth = self._length = 0
        self._cells: list[str] = []
        self._kind = self._style = ""
        self._text: list[str] = []
        self._takes = self._is_phonetic = False

    def begin(self, parser: Parser) -> None:
        parser.StartElementHandler, parser.EndElementHandler = self._open, self._close
        parser.CharacterDataHandler = self._characters

    def taken(self) -> list[tuple[int, list[str]]]:
        """What was read since the last time."""
        done, self._done = self._done, []
        return done

    def _open(self, name: str, given: dict[str, str]) -> None:
        self._depth += 1
        if self._depth > DEEPEST:
            raise Broken(name)
        if ":" in name:
            name = name.rpartition(":")[2]
        if name == "v":
            self._takes = True
        elif name == "c":
            self._column = _column(given["r"]) if "r" in given else self._column + 1
            if self._column > MOST_COLUMNS:
                raise TooWide
            self._kind, self._style = given.get("t", "n"), given.get("s", "")
            self._text, self._length = [], 0
        elif name == "t":
            self._takes = not self._is_phonetic
        elif name == "rPh":
            self._is_phonetic = True
        elif name == "row":
            number = given.get("r", "")
            self._number = int(number) if number.isdecimal() and len(number) < 10 else self._number + 1
            self._cells, self._column = [], 0

    def _characters(self, text: str) -> None:
        if self._takes and self._length <= LONGEST_CELL:
            self._length += len(text)
            self._text.append(text)

    def _close(self, name: str) -> None:
        self._depth -= 1
        if ":" in name:
            name = name.rpartition(":")[2]
        if name in {"v", "t"}:
            self._takes = False
        elif name == "c":
            if self._text and (value := self._value("".join(self._text))):
                self._put(value)
        elif name == "rPh":
            self._is_phonetic = False
        elif name == "row" and self._cells:
            self._done.append((self._number, self._cells))

    def _put(self, value: str) -> None:
        missing = self._column - len(self._cells)
        if missing == 1:
            self._cells.append(value)
            return
        self._cells += [""] * missing
        self._cells[self._column - 1] = value

    def _value(self, text: str) -> str:
        kind = self._kind
        if kind == "s":
            return self._strings.at(int(text)) if text.isdecimal() and len(text) < 10 else ""
        if kind == "n":
            pattern = self._dates.get(self._style)
            return _moment(text, pattern, self._start) if pattern else _number(text)
        if kind == "d":
            return text.removesuffix("T00:00:00").replace("T", " ")
        return text


class _Strings:
    """The texts that cells share, read no further than was asked for: the first in memory, the rest on the disk."""

    def __init__(self, book: Book) -> None:
        path = "xl/sharedStrings.xml"
        self._pieces = book.parsed(path, self._begin) if book.has(path) else iter(())
        self._held: list[str] = []
        self._ends = array("Q", [0])
        self._file = tempfile.TemporaryFile()  # noqa: SIM115 - closed on leaving
        self._pending: list[bytes] = []
        self._window, self._from = b"", 0
        self._text: list[str] = []
        self._takes = self._is_phonetic = False
        self._depth = self._length = 0

    def __enter__(self) -> "_Strings":
        return self

    def __exit__(self, *_raised: object) -> None:
        self._file.close()

    def at(self, number: int) -> str:
        while number >= self._count():
            if next(self._pieces, self) is self:
                raise Broken(f"string {number}")
            self._keep()
        if number < HELD:
            return self._held[number]
        start, end = self._ends[number - HELD], self._ends[number - HELD + 1]
        if start < self._from or end > self._from + len(self._window):
            self._from, self._window = start, os.pread(self._file.fileno(), max(_WINDOW, end - start), start)
        return self._window[start - self._from : end - self._from].decode("utf-8", "surrogatepass")

    def _count(self) -> int:
        return len(self._held) + len(self._ends) - 1

    def _keep(self) -> None:
        if self._pending:
            self._file.write(b"".join(self._pending))
            self._file.flush()
            self._pending = []

    def _begin(self, parser: Parser) -> None:
        parser.StartElementHandler, parser.EndElementHandler = self._open, self._close
        parser.CharacterDataHandler = self._characters

    def _open(self, name: str, _given: dict[str, str]) -> None:
        self._depth += 1
        if self._depth > DEEPEST:
            raise Broken(name)
        name = name.rpartition(":")[2]
        if name == "si":
            self._text, self._length = [], 0
        elif name == "t":
            self._takes = not self._is_phonetic
        elif name == "rPh":
            self._is_phonetic = True

    def _characters(self, text: str) -> None:
        if self._takes and self._length <= LONGEST_CELL:
            self._length += len(text)
            self._text.append(text)

    def _close(self, name: str) -> None:
        self._depth -= 1
        name = name.rpartition(":")[2]
        if name == "t":
            self._takes = False
        elif name == "rPh":
            self._is_phonetic = False
        elif name == "si":
            self._add("".join(self._text))

    def _add(self, text: str) -> None:
        if len(self._held) < HELD:
            self._held.append(text)
            return
        if len(self._ends) > MOST_STRINGS:
            raise Broken("strings")
        raw = text.encode("utf-8", "surrogatepass")
        self._pending.append(raw)
        self._ends.append(self._ends[-1] + len(raw))


def _sheets(book: Book) -> tuple[dict[str, str], datetime]:
    """The parts in which the sheets stand, by what they are called, and the day from which days are counted."""
    found: list[tuple[str, str]] = []
    start = datetime(1899, 12, 30)  # noqa: DTZ001 - a day of a calendar, in no zone
    targets: dict[str, str] = {}

    def in_book(name: str, given: dict[str, str]) -> None:
        nonlocal start
        if name == "workbookPr" and given.get("date1904", "0").lower() in {"1", "true"}:
            start = datetime(1904, 1, 1)  # noqa: DTZ001
        elif name == "sheet" and len(found) < 1_000:
            found.append((given.get("name", ""), next((v for k, v in given.items() if k.endswith(":id")), "")))

    def in_relations(name: str, given: dict[str, str]) -> None:
        if name == "Relationship" and "worksheet" in given.get("Type", "") and len(targets) < 1_000:
            targets[given.get("Id", "")] = given.get("Target", "")

    book.read("xl/workbook.xml", in_book)
    book.read("xl/_rels/workbook.xml.rels", in_relations)
    paths = {name: _path(targets[key]) for name, key in found if name and key in targets}
    sheets = {name: path for name, path in paths.items() if book.has(path)}
    if not sheets:
        raise Broken("sheets")
    return sheets, start


def _path(target: str) -> str:
    return target.lstrip("/") if target.startswith("/") else f"xl/{target}"


def _dates(book: Book) -> dict[str, str]:
    """The styles that show a number as a moment, with their patterns."""
    patterns: dict[str, str] = {}
    found: dict[str, str] = {}
    number = -1
    is_within = False

    def tag(name: str, given: dict[str, str]) -> None:
        nonlocal number, is_within
        if name == "numFmt" and len(patterns) < 10_000:
            patterns[given.get("numFmtId", "")] = given.get("formatCode", "")[:200]
        elif name in {"cellXfs", "cellStyleXfs", "cellStyles", "dxfs"}:
            is_within = name == "cellXfs"
        elif name == "xf" and is_within:
            number += 1
            code = given.get("numFmtId", "0")
            if number < 100_000 and (pattern := _pattern(code, patterns)):
                found[str(number)] = pattern

    if book.has("xl/styles.xml"):
        book.read("xl/styles.xml", tag)
    return found


def _pattern(code: str, patterns: dict[str, str]) -> str:
    """The pattern of a moment, or nothing where the style shows a number."""
    if code not in patterns:
        return "[h]" if code == "46" else "y" if code.isdecimal() and int(code) in _BUILT_IN_DATES else ""
    bare = _NOT_A_PATTERN.sub("", patterns[code].partition(";")[0]).lower()
    return bare if any(sign in bare for sign in "ymdhs") and "general" not in bare else ""


@lru_cache(10_000)
def _moment(text: str, pattern: str, start: datetime) -> str:
    """A number of days as the moment it stands for; a time of day or a length of time where it is none."""
    try:
        days = float(text)
        if _LASTS.search(pattern):
            return str(timedelta(seconds=round(days * 86_400)))
        at = start + timedelta(days=int(days), seconds=round((days - int(days)) * 86_400))
    except (ValueError, OverflowError):
        return text
    if 0 <= days < 1:
        return at.time().isoformat()
    return at.date().isoformat() if not (at.hour or at.minute or at.second) else at.isoformat(sep=" ")


def _number(text: str) -> str:
    if text.isdecimal() and (text[0] != "0" or text == "0"):
        return text
    try:
        value = float(text)
    except ValueError:
        return text
    return str(int(value)) if value.is_integer() and abs(value) < 1e15 else repr(value)


def _column(reference: str) -> int:
    """The number of the column of a cell: 28 for AB7."""
    if not "A" <= reference[1:2] <= "Z":
        return max(1, ord(reference[:1] or "A") - 64)
    number = 0
    for sign in reference[:4]:
        if not "A" <= sign <= "Z":
            break
        number = number * 26 + ord(sign) - 64
    return max(1, number)


def _refuse(*_given: Any) -> None:
    raise Broken("a declaration")
