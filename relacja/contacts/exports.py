"""People as a file: the columns of the list, a block of people at a time, nothing in it that a spreadsheet computes.

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
from pyroaring import BitMap64

from relacja.contacts import columns
from relacja.contacts.columns import Column
from relacja.contacts.models import Batch, Contact, Doing, Progress
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
    offered = columns.offered()
    chosen = columns.chosen([*NAMES, *batch.options.get("columns", [])], offered)
    suffix = batch.options.get("format", "csv")
    with tempfile.TemporaryFile() as file:
        with _sheet(file, batch.options) as write:
            write([str(column.label) for column in chosen])
            for position, rows in _blocks(batch, chosen):
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
    old = Batch.objects.filter(doing=Doing.EXPORT, ended_at__lt=now - KEPT_FOR).exclude(path="")
    for batch in old:
        default_storage.delete(batch.path)
        Batch.objects.filter(pk=batch.pk).update(path="")
    return len(old)


def text(contact: Contact, column: Column) -> str:
    """A cell as the import reads it again."""
    value = columns.value(contact, column)
    if isinstance(value, datetime):
        return timezone.localtime(value).isoformat(sep=" ", timespec="seconds")
    if column.path == "company":
        return contact.company.name if contact.company else ""
    if column.path == "owner":
        return contact.owner.email if contact.owner else ""
    return column.known.text(value) if column.known else str(value or "")


def _blocks(batch: Batch, chosen: Sequence[Column]) -> Iterator[tuple[int, list[list[str]]]]:
    people = BitMap64.deserialize(bytes(batch.people))
    for start in range(0, batch.total, BLOCK):
        ids = list(people[start : start + BLOCK])
        found = Contact.objects.select_related("company", "owner").defer("search_text").filter(pk__in=ids)
        rows = [[text(contact, column) for column in chosen] for contact in found.order_by("pk")]
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
