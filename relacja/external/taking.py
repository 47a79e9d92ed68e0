"""Reading a table: whom each row is about, what it says of them, and which rows bring nothing.

Runs in a process of its own that opens the records and not the facts: what it finds lies in a file until the server
loads it. At a million rows of ten columns that is one pass of about 20 seconds; nothing but a bitmap of people grows.
"""

import hashlib
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from itertools import islice
from pathlib import Path
from typing import IO, Any

import msgspec
from django.conf import settings
from django.utils.translation import gettext as _
from pyroaring import BitMap64

from relacja.contacts.fields import Known
from relacja.external import matching, places, sources, values
from relacja.external.matching import By, Pair
from relacja.external.models import Column, Fault, Refresh, Source
from relacja.external.places.place import MOST_ROWS, Gone
from relacja.imports.reading import Row
from relacja.lib.errors import Refused
from relacja.lib.text import cleaned

AT_ONCE = 2_000
TOLD_EVERY = 20_000
MOST_FAULTS = 1_000
MOST_CHOICES = 200
EXAMPLES = 8
COUNTED = ("rows", "people", "strangers", "unnamed", "twice", "broken", "flawed")
DOUBTED = 20  # values of a column, from which on a half that cannot be read means that it holds something else by now

_encode = msgspec.json.encode


def spool(refresh_id: int) -> Path:
    """Where rows wait to be loaded."""
    return Path(settings.HOME) / "spool" / f"external-{refresh_id}.jsonl"


def take(refresh: Refresh) -> None:
    """Everything the refresh would bring lies in its file, and its numbers and faults are on record. Begins anew when
    it was interrupted. Raises `Refused` or `Unavailable` when there is nothing to be taken."""
    refresh.faults.all().delete()
    source = Source.objects.select_related("connection").get(pk=refresh.source_id)
    where = spool(refresh.pk)
    where.parent.mkdir(parents=True, exist_ok=True)
    with where.open("wb") as out:
        reading = _Reading(source, refresh, out)
        place = places.of(source)
        refresh.read_from = place.said[:300]
        for number, rows in enumerate(_some(place.rows(reading.headings)), start=1):
            reading.handle(rows)
            if not number % (TOLD_EVERY // AT_ONCE):
                Refresh.objects.filter(pk=refresh.pk).update(rows=reading.counts["rows"])
    reading.end()


@dataclass(slots=True)
class _Taken:
    """A column that is taken: how its cells are read, and what became of them."""

    column: Column
    known: Known
    read: Callable[[str], Any]
    filled: int = 0
    unreadable: int = 0
    example: str = ""
    choices: set[str] = field(default_factory=set)


class _Reading:
    """One pass over a table."""

    def __init__(self, source: Source, refresh: Refresh, out: IO[bytes]) -> None:
        self.source, self.refresh, self._out = source, refresh, out
        self.by = [By(**one) for one in source.identities]
        self.taken = [self._taken(column) for column in source.columns.all()]
        if not self.by:
            raise Refused(_("Say by which column people are known."))
        self.headings = [*(one.heading for one in self.by), *(one.column.heading for one in self.taken)]
        self.counts: Counter[str] = Counter()
        self._people = BitMap64()
        self._faults: list[Fault] = []
        self._noted: Counter[str] = Counter()
        self._examples: list[dict[str, Any]] = []

    def _taken(self, column: Column) -> _Taken:
        known = sources.known(self.source.key, column)
        return _Taken(column, known, values.reader(known))

    def handle(self, rows: Sequence[Row]) -> None:
        """Some rows, in order: of two about one person the first is taken."""
        self.counts["rows"] += len(rows)
        if self.counts["rows"] > MOST_ROWS:
            raise Refused(_("The table has more than {number} rows.").format(number=f"{MOST_ROWS:,}".replace(",", " ")))
        named = [(row, self._pairs(row)) for row in rows if not self._is_broken(row)]
        people = matching.found([pair for _row, pairs in named for pair in pairs])
        lines = [line for row, pairs in named if (line := self._line(row, pairs, people))]
        self._out.write(b"".join(lines))
        Fault.objects.bulk_create(self._faults)
        self._faults.clear()

    def end(self) -> None:
        """The numbers are on record. Raises `Gone` when the table is not what it was."""
        for name in COUNTED:
            setattr(self.refresh, name, self.counts[name])
        self.refresh.examples = self._examples
        self.refresh.save(update_fields=[*COUNTED, "examples", "read_from"])
        self._refuse_other_choices()
        if not self.refresh.is_trial:
            self._refuse_other_table()
        for one in self.taken:
            if one.column.kind == "choice":
                Column.objects.filter(pk=one.column.pk).update(choices=sorted(one.choices))

    def _is_broken(self, row: Row) -> bool:
        if row.fault is None:
            return False
        self._note(row.number, row.fault.code, value=row.fault.value)
        self.counts["broken"] += 1
        return True

    def _pairs(self, row: Row) -> list[Pair]:
        return [pair for by, cell in zip(self.by, row.cells, strict=False) if (pair := by.pair(cell))]

    def _line(self, row: Row, pairs: Sequence[Pair], people: dict[Pair, int]) -> bytes:
        """The row as it is loaded; nothing when it is about nobody, or about somebody of whom we have read."""
        if not pairs:
            self._leave(row, "unnamed", next((cell for cell in row.cells[: len(self.by)] if cell.strip()), ""))
            return b""
        by = next((pair for pair in pairs if pair in people), None)
        if by is None:
            self._leave(row, "strangers", pairs[0][1])
            return b""
        contact = people[by]
        if contact in self._people:
            self._leave(row, "twice", by[1], contact)
            return b""
        self._people.add(contact)
        self.counts["people"] += 1
        data = self._values(row, contact)
        if len(self._examples) < EXAMPLES:
            self._examples.append({"row": row.number, "contact": contact, "by": by[0], "data": data})
        whole = _encode(data)
        digest = int.from_bytes(hashlib.blake2b(whole, digest_size=8).digest(), "big")
        head = b'{"generation":%d,"contact_id":%d,"row":%d,"digest":%d,"data":'
        return head % (self.refresh.pk, contact, row.number, digest) + whole + b"}\n"

    def _values(self, row: Row, contact: int) -> dict[str, Any]:
        """What the row says, by key. A cell that is no value of its kind says nothing, and is noted."""
        found: dict[str, Any] = {}
        flaws = 0
        for one, cell in zip(self.taken, row.cells[len(self.by) :], strict=True):
            if not cell:
                continue
            try:
                value = one.read(cell)
            except Refused:
                flaws += 1
                one.filled, one.unreadable, one.example = one.filled + 1, one.unreadable + 1, one.example or cell
                self._note(row.number, "value", one.column.heading, cell, contact)
                continue
            if value is None:
                continue
            one.filled += 1
            if one.column.kind == "choice" and len(one.choices) <= MOST_CHOICES:
                one.choices.add(value)
            found[one.column.key] = value
        self.counts["flawed"] += bool(flaws)
        return found

    def _leave(self, row: Row, code: str, value: str, contact: int | None = None) -> None:
        self.counts[code] += 1
        self._note(row.number, code, value=value, contact=contact)

    def _note(self, row: int, code: str, heading: str = "", value: str = "", contact: int | None = None) -> None:
        """The first of each sort are kept to be looked at; the numbers are of all."""
        self._noted[code] += 1
        if self._noted[code] <= MOST_FAULTS:
            said = cleaned(value)[:600]
            self._faults.append(
                Fault(refresh=self.refresh, row=row, code=code, heading=heading[:200], value=said, contact=contact)
            )

    def _refuse_other_choices(self) -> None:
        for one in self.taken:
            if len(one.choices) > MOST_CHOICES:
                raise Gone(
                    _("The column “{column}” holds more than {number} different values. Take it as text.").format(
                        column=one.column, number=MOST_CHOICES
                    )
                )

    def _refuse_other_table(self) -> None:
        """What was good stays, when a table is suddenly empty or its columns hold something else."""
        if self.source.people and not self.counts["people"]:
            raise Gone(_("The table holds nobody we know any more. Its last good values stay in use."))
        for one in self.taken:
            if one.filled >= DOUBTED and one.unreadable * 2 > one.filled:
                raise Gone(
                    _("Most values of the column “{column}” are not of its kind any more, such as “{value}”.").format(
                        column=one.column, value=cleaned(one.example)[:60]
                    )
                )


def _some(rows: Iterator[Row]) -> Iterator[list[Row]]:
    while some := list(islice(rows, AT_ONCE)):
        yield some
