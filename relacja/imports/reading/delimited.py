"""Files of delimited text, read a line at a time: a broken row costs only itself, whatever is wrong with it."""

import codecs
import csv
import io
from collections import Counter, deque
from collections.abc import Generator, Iterator
from typing import BinaryIO

from relacja.imports.reading.rows import LONGEST_CELL, Fault, Format, Row, plain

DELIMITERS = (";", ",", "\t", "|")
LONGEST_LINE = 500_000
MOST_LINES = 200  # of one row: a quotation mark that nobody closed does not swallow the file
_SAMPLE_LINES = 50

csv.field_size_limit(LONGEST_CELL)


def _mark(error: UnicodeError) -> tuple[str, int]:
    """What cannot be read stays visible as a sign that no text has."""
    return "\udcff", error.end if isinstance(error, UnicodeDecodeError) else 0


codecs.register_error("relacja.mark", _mark)


def delimiter_of(text: str) -> str:
    """The sign that parts the beginning of a file into the most even table."""
    return max(DELIMITERS, key=lambda sign: _evenness(text, sign))


def rows(file: BinaryIO, asked: Format) -> Generator[Row]:
    """Every row that is not empty. A row that cannot be read has a fault and its text; the next one is read anew."""
    text = io.TextIOWrapper(file, encoding=_codec(asked.encoding), errors=_errors(asked.encoding), newline="")
    try:
        yield from _Reader(text, asked.delimiter).rows()
    finally:
        text.detach()


class _Unclosed(Exception):
    """A quotation mark was opened long ago."""


class _Reader:
    """Logical rows out of physical lines. Lines of a row that went wrong are given out again, but for the first."""

    def __init__(self, text: io.TextIOBase, delimiter: str) -> None:
        self._text, self._delimiter = text, delimiter
        self._line = 0  # lines given out so far, counted from the beginning of the file
        self._given: list[str] = []  # since the row began
        self._again: deque[str] = deque()
        self._too_long = False

    def rows(self) -> Iterator[Row]:
        reader = self._reader()
        while True:
            self._given.clear()
            began = self._line + 1
            try:
                cells = next(reader)
            except StopIteration:
                return
            except (csv.Error, _Unclosed):
                yield self._refused(began)
                reader = self._reader()
                continue
            if self._too_long:
                self._too_long = False
                yield Row(began, [self._given[0][:LONGEST_CELL]], Fault("long_line"))
            elif cells and (len(cells) > 1 or cells[0].strip()):
                yield _checked(began, cells)

    def _reader(self) -> Iterator[list[str]]:
        return csv.reader(self._lines(), delimiter=self._delimiter, strict=True)

    def _lines(self) -> Iterator[str]:
        while True:
            if len(self._given) >= MOST_LINES:
                raise _Unclosed
            line = self._again.popleft() if self._again else self._next()
            if not line:
                return
            self._line += 1
            self._given.append(line)
            yield "" if self._too_long else line

    def _next(self) -> str:
        line = self._text.readline(LONGEST_LINE)
        if len(line) == LONGEST_LINE and line[-1] not in "\r\n":
            self._too_long = True
            while (rest := self._text.readline(LONGEST_LINE)) and rest[-1] not in "\r\n":
                pass
        return line

    def _refused(self, began: int) -> Row:
        first, *others = self._given
        self._again.extendleft(reversed(others))
        self._line = began
        self._too_long = False
        first = first.rstrip("\r\n")[:LONGEST_CELL]
        return Row(began, first.split(self._delimiter), Fault("quotes"))


def _checked(number: int, cells: list[str]) -> Row:
    whole = "".join(cells)
    if "\x00" in whole:
        return Row(number, cells, Fault("nul"))
    if not whole.isascii() and not _was_decoded(whole):
        return Row(number, cells, Fault("encoding"))
    if "'" in whole:
        cells = [plain(cell) for cell in cells]
    return Row(number, cells)


def _was_decoded(text: str) -> bool:
    try:
        text.encode("utf-8")
    except UnicodeEncodeError:
        return False
    return True


def _codec(encoding: str) -> str:
    return "utf-8-sig" if encoding == "utf-8" else encoding


def _errors(encoding: str) -> str:
    return "relacja.mark" if encoding.startswith("utf-16") else "surrogateescape"


def _evenness(text: str, sign: str) -> tuple[float, int]:
    """How large a part of the rows has the same number of cells, and how many cells that is."""
    lines = text.splitlines(keepends=True)[:_SAMPLE_LINES]
    try:
        widths = [len(cells) for cells in csv.reader(lines, delimiter=sign) if cells]
    except csv.Error:
        return 0.0, 0
    if not widths or max(widths) == 1:
        return 0.0, 0
    width, times = Counter(widths).most_common(1)[0]
    return (times / len(widths) if width > 1 else 0.0), width
