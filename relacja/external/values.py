"""Reading cells as values of a column's kind: the normal forms that conditions compare."""

import re
from collections.abc import Callable
from typing import Any

from relacja.contacts import field_kinds
from relacja.contacts.fields import Known
from relacja.lib.errors import Refused

REMEMBERED = 100_000
_MOMENT = re.compile(r"(\d{4}-\d{2}-\d{2})[ T]\d{2}:\d{2}.*")

Reader = Callable[[str], Any]


def reader(column: Known) -> Reader:
    """A function that reads a cell, or raises `Refused`. What was read before is remembered: columns repeat values."""
    kind, options = column.kind, column.options
    if kind.code == "choice":
        kind = field_kinds.of("text")
    seen: dict[str, Any] = {}

    def read(cell: str) -> Any:
        if cell in seen:
            return seen[cell]
        value = kind.parse(_day(cell) if kind.code == "date" else cell, options)
        if len(seen) < REMEMBERED:
            seen[cell] = value
        return value

    return read


def fits(code: str, cells: list[str]) -> bool:
    """Whether all of the cells can be read as that kind, and are likely meant so."""
    filled = [cell for cell in cells if cell.strip()]
    if code == "yes_no" and not any(cell.strip().lower() in {"true", "false", "tak", "nie", "yes"} for cell in filled):
        return False
    if code == "number" and any(
        len(cell.strip()) > 1 and cell.strip().startswith("0") and "." not in cell and "," not in cell
        for cell in filled
    ):
        return False
    kind, options = field_kinds.of(code), field_kinds.Options("")
    try:
        for cell in filled:
            kind.parse(_day(cell) if code == "date" else cell, options)
    except Refused:
        return False
    return bool(filled)


def _day(cell: str) -> str:
    """The day of a moment, as databases write one."""
    found = _MOMENT.fullmatch(cell.strip())
    return found[1] if found else cell
