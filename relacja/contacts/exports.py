"""People or companies as a file: the columns of the list, a block at a time, nothing in it that a spreadsheet computes.

What is written is read back equal by the import: values in the normal form of their kind, an apostrophe before what
begins like a formula.
"""

import csv
import io
import tempfile
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any, BinaryIO

import xlsxwriter
from django.core.files import File
from django.core.files.storage import default_storage
from django.utils import timezone
from django.utils.crypto import get_random_string
from django.utils.text import capfirst
from pyroaring import BitMap64

from relacja.contacts import columns, deeds, fields, plain, reach
from relacja.contacts.columns import Column
from relacja.contacts.listing.firms import count_people
from relacja.contacts.models import Batch, Company, Contact, Progress, Record
from relacja.lib import live
from relacja.lib.text import harmless

BLOCK = 1_000
KEPT_FOR = timedelta(days=7)
NAMES = ("first_name", "last_name")
DELIMITERS = {"comma": ",", "semicolon": ";", "tab": "\t"}
Say = Callable[[int], None]
Write = Callable[[Sequence[str]], None]


def run(batch: Batch, *, now: datetime, say: Say) -> None:
    """Write the file from its beginning; `say` hears the percentage. When it is stopped, there is no file."""
    chosen = _columns(batch)
    suffix = batch.options.get("format", "csv")
    with tempfile.TemporaryFile() as file:
        with _sheet(file, batch.options) as write:
            write([str(column.label) for column in chosen])
            for position, rows in _blocks(batch, chosen, now=now):
                for row in rows:
                    write(row)
                if not _came_to(batch, position):
                    return
                say(batch.percent)
        file.seek(0)
        path = default_storage.save(f"exports/{batch.pk}-{get_random_string(12)}.{suffix}", File(file))
    running = Batch.objects.filter(pk=batch.pk, state=Progress.RUNNING)
    if not running.update(state=Progress.DONE, path=path, ended_at=now):
        default_storage.delete(path)
    live.publish(f"batch:{batch.pk}")


def forget_old(*, now: datetime) -> int:
    """Files older than a week are gone. Returns how many there were."""
    old = Batch.objects.filter(doing=deeds.EXPORT, ended_at__lt=now - KEPT_FOR).exclude(path="")
    for batch in old:
        default_storage.delete(batch.path)
        Batch.objects.filter(pk=batch.pk).update(path="")
    return len(old)


def text(contact: Contact | Company, column: Column, *, now: datetime) -> str:
    """A cell as the import reads it again."""
    value = columns.value(contact, column, now=now)
    if isinstance(value, datetime):
        return timezone.localtime(value).isoformat(sep=" ", timespec="seconds")
    if column.path in ("company", "parent"):
        return str(getattr(contact, column.path) or "")
    if column.path == "owner":
        return contact.owner.email if contact.owner else ""
    if column.lent is not None:
        return "" if plain.is_nothing(value) else column.lent.text(value)
    return column.known.text(value) if column.known else str("" if value is None else value)


def _columns(batch: Batch) -> list[Column]:
    """The columns of the file: what the records are called, then those of the list."""
    offered = columns.offered(Record(batch.of))
    asked = batch.options.get("columns", [])
    if batch.of == Record.CONTACT:
        return columns.chosen([*NAMES, *asked], offered)
    named = next(one for one in fields.built_in(Record.COMPANY) if one.path == "name")
    return [Column("name", capfirst(str(named.label)), named), *columns.chosen(asked, offered, columns.USUAL_OF_FIRMS)]


def _records(batch: Batch, ids: list[int]) -> Sequence[Contact | Company]:
    seen = reach.owners(batch.by)
    if batch.of == Record.COMPANY:
        wanted = Company.objects.select_related("owner", "parent").filter(pk__in=ids)
        firms = list(reach.among_firms(wanted, seen).order_by("pk"))
        above = {firm.parent_id for firm in firms if firm.parent_id}
        known = reach.seen_ids(above, Record.COMPANY, seen)
        for firm in firms:
            if firm.parent_id and firm.parent_id not in known:
                firm.parent = None
        count_people(firms, seen)
        return firms
    found = Contact.objects.select_related("company", "owner").defer("search_text").filter(pk__in=ids)
    return list(reach.among_people(found, seen).order_by("pk"))


def _blocks(batch: Batch, chosen: Sequence[Column], *, now: datetime) -> Iterator[tuple[int, list[list[str]]]]:
    people = BitMap64.deserialize(bytes(batch.people))
    for start in range(0, batch.total, BLOCK):
        ids = list(people[start : start + BLOCK])
        records = _records(batch, ids)
        columns.lend(records, chosen)
        rows = [[text(one, column, now=now) for column in chosen] for one in records]
        yield start + len(ids), rows


def _came_to(batch: Batch, position: int) -> bool:
    batch.position = position
    live.publish(f"batch:{batch.pk}")
    return bool(Batch.objects.filter(pk=batch.pk, state=Progress.RUNNING).update(position=position))


@contextmanager
def _sheet(file: BinaryIO, options: dict[str, Any]) -> Iterator[Write]:
    if options.get("format") == "xlsx":
        with tempfile.TemporaryDirectory() as folder:
            made = {"constant_memory": True, "strings_to_formulas": False, "strings_to_urls": False, "tmpdir": folder}
            name = Path(folder) / "people.xlsx"
            with xlsxwriter.Workbook(str(name), made) as book:
                sheet = book.add_worksheet()
                rows = iter(range(1_048_576))

                def fill(cells: Sequence[str]) -> None:
                    row = next(rows)
                    for place, cell in enumerate(cells):
                        sheet.write_string(row, place, harmless(cell)[:32_767])

                yield fill
            with name.open("rb") as made_file:
                while block := made_file.read(1 << 20):
                    file.write(block)
        return
    encoding = "utf-8-sig" if options.get("bom") else "utf-8"
    wrapper = io.TextIOWrapper(file, encoding=encoding, newline="")
    writer = csv.writer(wrapper, delimiter=DELIMITERS.get(options.get("delimiter", ""), ","))

    def line(cells: Sequence[str]) -> None:
        writer.writerow([harmless(cell) for cell in cells])

    yield line
    wrapper.flush()
    wrapper.detach()
