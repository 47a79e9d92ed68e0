"""The sources in use and their columns, as fields like any other: what conditions, letters and pages ask for.

    for source in sources.remembered().values():
        source.columns["points"]     a `Known`: kind, operators, how a value is shown
        source.generation            the refresh whose rows are true

Remembered for two seconds, and forgotten at once in the process that changes one. A generation that was true stays in
the facts until the next but one, so that whoever remembers it reads it whole.
"""

import time
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.utils.functional import lazy

from relacja.contacts import field_kinds
from relacja.contacts.field_kinds import Options
from relacja.contacts.fields import Known
from relacja.contacts.models import Record
from relacja.external.models import Column, Source, spoken

PREFIX = "external."
KINDS = ("text", "number", "money", "date", "yes_no", "choice")
FRESH = 2.0

_remembered: tuple[float, dict[str, "Live"]] | None = None
_spoken = lazy(spoken, str)


@dataclass(frozen=True, slots=True)
class Live:
    """A source in use."""

    pk: int
    key: str
    label: Any
    generation: int
    taken_at: datetime | None
    columns: Mapping[str, Known]

    @property
    def path(self) -> str:
        """How rules call it."""
        return PREFIX + self.key


def remembered() -> dict[str, Live]:
    """The sources in use by key, in the order in which they were made. Two queries, seldom."""
    global _remembered
    if _remembered is None or time.monotonic() > _remembered[0]:
        _remembered = (time.monotonic() + FRESH, {one.key: live(one) for one in _all()})
    return _remembered[1]


def forget_remembered() -> None:
    """A source was changed: this process sees it at once, the others within `FRESH`."""
    global _remembered
    _remembered = None


def of_path(path: str) -> tuple[Live, Known] | None:
    """The source and the column that a path of a rule names, if they are in use."""
    parts = path.removeprefix(PREFIX).split(".")
    if not path.startswith(PREFIX) or len(parts) != 2:
        return None
    source = remembered().get(parts[0])
    column = source.columns.get(parts[1]) if source else None
    return (source, column) if source and column else None


def live(source: Source) -> Live:
    """A row as what is asked for."""
    columns = {one.key: known(source.key, one) for one in source.columns.all()}
    return Live(source.pk, source.key, _spoken(source.names), source.generation, source.taken_at, columns)


def known(source_key: str, column: Column) -> Known:
    """A column as a field like any other."""
    label = _spoken(column.labels or {"pl": column.heading})
    choices = tuple((one, one) for one in column.choices)
    options = Options(label, column.key, choices, column.currency)
    return Known(f"{PREFIX}{source_key}.{column.key}", Record.CONTACT, field_kinds.of(column.kind), options)


def _all() -> Iterable[Source]:
    return Source.objects.live().prefetch_related("columns").order_by("pk")
