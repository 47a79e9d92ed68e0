"""The refused rows of an import as a file to mend and load again."""

import csv
from collections.abc import Iterator

from django.utils.translation import gettext as _

from relacja.imports import queries, reading, words
from relacja.imports.models import Import
from relacja.imports.outcomes import Outcome


class _Echo:
    """A file that gives back what is written to it."""

    def write(self, text: str) -> str:
        return text


def as_csv(one: Import) -> Iterator[str]:
    """The refused rows as they were, with why; no cell of it is ever computed by a spreadsheet."""
    writer = csv.writer(_Echo(), delimiter=";")
    yield "\ufeff"
    yield writer.writerow([*map(reading.harmless, one.headings), _("Why it was refused"), _("Row in the file")])
    width = len(one.headings)
    for row, outcome in queries.refused(one):
        cells = [reading.harmless(sound(cell)) for cell in [*row.cells, *[""] * width][:width]]
        yield writer.writerow([*cells, reading.harmless(sound(why(outcome))), row.number])


def why(outcome: Outcome) -> str:
    """Why a row was refused, in sentences that name the columns."""
    return " ".join(f"{fault.heading}: {words.reason(fault)}".removeprefix(": ") for fault in outcome.faults)


def sound(text: str) -> str:
    """Without the signs that no file can hold."""
    return text.replace("\x00", "").encode("utf-8", "replace").decode()
