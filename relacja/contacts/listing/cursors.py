"""Places in a list: which row was last seen, and how the order goes on from there."""

import base64
import binascii
import json
from dataclasses import dataclass
from datetime import datetime
from math import isfinite
from typing import Any, TypeVar

from django.db.models import Model, Q, QuerySet
from django.utils.dateparse import parse_datetime
from django.utils.translation import gettext as _

from relacja.contacts.narrowing import Value
from relacja.lib.errors import Refused

FIELDS = {"created": "created_at", "changed": "changed_at", "name": "name_key", "id": "id"}
MOMENTS = frozenset({"created", "changed"})
Row = TypeVar("Row", bound=Model)


class BrokenCursor(Refused):
    """The place in the list that was asked for cannot be read."""


@dataclass(frozen=True, slots=True)
class Cursor:
    """A row of a list: the order it stands in, what it is sorted by, its id.

    An order named with a colon, like `facts:city`, is somebody's own: its values are plain. The others are columns of
    the records that have an index (`FIELDS`).
    """

    sort: str
    value: Any
    id: int

    def __str__(self) -> str:
        value = self.value.isoformat() if isinstance(self.value, datetime) else self.value
        text = json.dumps([self.sort, value, self.id], ensure_ascii=False, separators=(",", ":"))
        return base64.urlsafe_b64encode(text.encode()).decode().rstrip("=")


def of(sort: str, record: Any) -> Cursor:
    """Where a record stands in an order of `FIELDS`."""
    return Cursor(sort, getattr(record, FIELDS[sort.removeprefix("-")]), record.pk)


def at(text: str, sort: str) -> Cursor | None:
    """The cursor that was written as `text`, if it is one of this order. Raises `BrokenCursor`."""
    found = read(text) if text else None
    return found if found is not None and found.sort == sort else None


def read(text: str) -> Cursor:
    """The cursor that was written as `text`. Raises `BrokenCursor`."""
    try:
        sort, value, pk = json.loads(base64.urlsafe_b64decode(text + "=" * (-len(text) % 4)))
        if not isinstance(pk, int) or not 0 <= pk < 1 << 63:
            raise ValueError(text)
        return Cursor(sort, _value(sort, value), pk)
    except (ValueError, TypeError, AttributeError, binascii.Error) as error:
        raise BrokenCursor(_("This place in the list cannot be found. Start from the first page.")) from error


def ordered(records: QuerySet[Row], sort: str, cursor: Cursor | None, *, backwards: bool) -> QuerySet[Row]:
    """In an order of `FIELDS`, from the cursor on. Written so that an index on (column, id) is entered right there."""
    descending = sort.startswith("-") != backwards
    column = FIELDS[sort.removeprefix("-")]
    if cursor is not None:
        than = "lt" if descending else "gt"
        beyond = Q(**{f"{column}__{than}": cursor.value}) | Q(**{f"id__{than}": cursor.id})
        records = records.filter(Q(**{f"{column}__{than}e": cursor.value}), beyond)
    sign = "-" if descending else ""
    return records.order_by(f"{sign}{column}", f"{sign}id")


def _value(sort: str, value: Any) -> Any:
    if ":" in sort:
        return _plain(value)
    name = sort.removeprefix("-")
    if name not in FIELDS:
        raise ValueError(sort)
    if name in MOMENTS:
        value = parse_datetime(value)
        if value is None or value.tzinfo is None:
            raise ValueError(sort)
    elif name == "name" and not isinstance(value, str):
        raise ValueError(sort)
    return value


def _plain(value: Any) -> Value:
    if value is not None and (isinstance(value, bool) or not isinstance(value, str | int | float)):
        raise ValueError(value)
    if (isinstance(value, int) and abs(value) >= 1 << 63) or (isinstance(value, float) and not isfinite(value)):
        raise ValueError(value)
    if isinstance(value, str):
        value.encode()
    return value
