"""Erasing people from what imports keep: what became of their rows, and the rows themselves."""

import csv
import io
import tempfile
from collections.abc import Collection, Iterator
from typing import Any

from django.core.files import File
from django.db import transaction
from django.utils import timezone

from relacja.contacts.models import Identity
from relacja.imports import mending, outcomes, queries, reading
from relacja.imports.models import Block, Import, Refusal, State
from relacja.imports.reading import Fault, Format
from relacja.lib import emails

DIGITS = 9  # of a phone, without its prefix
ENDED = (State.DONE, State.STOPPED, State.UNDONE)


def forget(contact_ids: Collection[int]) -> None:
    """No import that has ended holds anything of these people any more. Safe to run twice.

    Taking such an import back works as before. Of its file only the refused rows of others stay. An import that goes on
    needs its file until it ends. Looks into every block that is kept: about 2 s for a million rows.
    """
    gone = set(contact_ids)
    names = _Names(gone)
    for one in Import.objects.exclude(file="").filter(state__in=ENDED):
        with transaction.atomic():
            touched = [_forget_rows(block, gone) for block in Block.objects.filter(of=one).order_by("place")]
            touched.append(_forget_refused(one, names))
            if any(touched):
                _forget_told(one, gone)
                _forget_file(one)


class _Names:
    """What names the people who go, to know it again in a cell."""

    def __init__(self, contact_ids: Collection[int]) -> None:
        found = Identity.objects.filter(contact__in=contact_ids).values_list("kind", "value")
        self._numbers = {value[-DIGITS:] for kind, value in found if kind == "phone"}
        self._texts = {value.rpartition(":")[2] if kind == "external" else value for kind, value in found}

    def are_in(self, cells: Collection[str]) -> bool:
        return any(self._is_one(cell) for cell in cells)

    def _is_one(self, cell: str) -> bool:
        digits = "".join(char for char in cell if char.isdigit())
        return emails.key(cell) in self._texts or (len(digits) >= DIGITS and digits[-DIGITS:] in self._numbers)


def _forget_refused(one: Import, names: _Names) -> bool:
    """Whether a row that waits to be mended named one of them; it is gone now."""
    waiting = Refusal.objects.filter(of=one).values_list("pk", "cells").iterator(chunk_size=500)
    theirs = [pk for pk, cells in waiting if names.are_in(cells)]
    for start in range(0, len(theirs), 500):
        Refusal.objects.filter(pk__in=theirs[start : start + 500]).delete()
    return bool(theirs)


def _forget_rows(block: Block, gone: Collection[int]) -> bool:
    """Whether one of them was in this block; what it says of them is empty now."""
    found = outcomes.unpacked(bytes(block.outcomes))
    is_theirs = [outcome.contact in gone for outcome in found]
    if not any(is_theirs):
        return False
    for outcome, theirs in zip(found, is_theirs, strict=True):
        if theirs:
            outcome.before, outcome.after = {}, {}
            outcome.faults = [Fault(fault.code, fault.heading) for fault in outcome.faults]
    Block.objects.filter(pk=block.pk).update(outcomes=outcomes.packed(found))
    return True


def _forget_told(one: Import, gone: Collection[int]) -> None:
    """The examples of the check go altogether: they name people without saying who they are."""
    if one.forecast:
        one.forecast = {**one.forecast, "new": [], "changed": [], "reasons": _bare(one.forecast["reasons"])}
    if values := one.kept.get("values"):
        one.kept = {**one.kept, "values": [value for value in values if value["contact"] not in gone]}
    one.save(update_fields=["forecast", "kept"])


def _bare(reasons: list[dict[str, Any]]) -> list[dict[str, Any]]:
    return [{**told, "value": ""} for told in reasons]


def _forget_file(one: Import) -> None:
    """The file becomes one of its refused rows, each on the line it stood on."""
    old = one.file.name or ""
    with tempfile.TemporaryFile() as made:
        for line in _lines(one):
            made.write(line.encode())
        made.seek(0)
        asked = Format("csv", delimiter=";", headed=False)
        one.format = asked.as_dict()
        one.file.save(f"{timezone.now():%Y%m%d-%H%M%S}-{queries.kind_of(asked)}", File(made), save=False)
    one.save(update_fields=["file", "format"])
    transaction.on_commit(lambda: one.file.storage.delete(old))


def _lines(one: Import) -> Iterator[str]:
    line = 1
    for row, _outcome in queries.refused(one):
        yield "\n" * (row.number - line)
        made = io.StringIO()
        csv.writer(made, delimiter=";", lineterminator="\n").writerow(
            [reading.harmless(mending.sound(cell)) for cell in row.cells]
        )
        yield made.getvalue()
        line = row.number + made.getvalue().count("\n")
    yield "\n"
