"""Orders as the facts tell of them, in SQL and in plain Python: completed, not cancelled since, each once.

Orders that say no number cannot be cancelled.
Totals are in hundredths of one currency; one that says no currency is in ours.
"""

import math
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from relacja.segments import values
from relacja.segments.binder import Binder
from relacja.segments.tree import Happened

ORDER, CANCELLED = "Order Completed", "Order Cancelled"
NAMES = frozenset({ORDER, CANCELLED})
OURS = "PLN"
MOST = 100_000_000
# Where the facts keep what the lines of an order say: see `schema/0001_orders.sql`.
COLUMNS = {part: f"order_{part}" for part in ("category", "name", "product_id", "sku", "brand")}


def told_sql(bind: Binder, wanted: str, *fields: str) -> tuple[str, str]:
    """The orders of a contact in SQL: a condition on the rows of `event` that tell of them, and an aggregate of those
    rows that is an array of (id, number, *fields). `wanted` says which rows are orders that are meant.

    Ids and numbers are hashes: as texts they would cost a half more.
    """
    cancelled = f"name = {bind(CANCELLED, 'String')}"
    number = "cityHash64(order_number)"
    told = f"groupUniqArrayIf(({', '.join(['cityHash64(id)', number, *fields])}), {wanted})"
    gone = f"groupUniqArrayIf({number}, {cancelled} AND order_number != '')"
    return f"({wanted}) OR {cancelled}", f"arrayFilter(one -> NOT has({gone}, one.2), {told})"


def standing(events: Iterable[Happened], since: datetime) -> list[Happened]:
    """The same in plain Python, newest first."""
    once = {event.id: event for event in events if event.name in NAMES}.values()
    gone = {text(event, "order_id") for event in once if event.name == CANCELLED} - {""}
    found = [
        event for event in once if event.name == ORDER and event.at >= since and text(event, "order_id") not in gone
    ]
    return sorted(found, key=lambda event: (event.at, event.id.int), reverse=True)


def total_sql(bind: Binder, currencies: Iterable[str]) -> str:
    """What an order comes to, in SQL; NULL where it says nothing, or another currency. An empty one is none said."""
    return f"if(has({bind(sorted(currencies), 'Array(String)')}, order_currency), order_total, NULL)"


def total_of(event: Happened, currencies: Collection[str]) -> int | None:
    """What an order comes to; None where it says nothing, or another currency."""
    amount = values.as_number(event.properties.get("total"))
    if amount is None or abs(amount) >= MOST or text(event, "currency").upper() not in currencies:
        return None
    return math.floor(amount * 100 + 0.5)


def line_sql(bind: Binder, part: str, value: str) -> str:
    """Whether an order has a line whose `part` is `value`, in SQL. Numbers are compared as they are written."""
    return f"arrayExists(one -> lowerUTF8(one) = lowerUTF8({bind(value, 'String')}), {parts_sql(part)})"


def parts_sql(part: str) -> str:
    """What the lines of an order say, each once whatever its case, in SQL. Numbers stand as they are written."""
    return COLUMNS[part]


def parts_of(event: Happened, part: str) -> list[str]:
    """What the lines of an order say."""
    lines = event.properties.get("products")
    named = [line.get(part) for line in lines if isinstance(line, Mapping)] if isinstance(lines, list) else []
    return [values.as_text(one) for one in named if isinstance(one, str | int | float)]


def lines_of(event: Happened, part: str) -> set[str]:
    """What the lines of an order say, in small letters."""
    return {one.lower() for one in parts_of(event, part)}


@dataclass(frozen=True, slots=True)
class Kept:
    """Something that orders have in common, as the newest of them writes it, and these orders, newest first."""

    name: str
    orders: list[Happened]


def ranked(orders: Sequence[Happened], part: str) -> list[Kept]:
    """What the orders have in common, most often first, of two alike the one that was ordered last.

    The orders are given newest first.
    """
    found: dict[str, tuple[str, list[Happened]]] = {}
    for order in orders:
        for key, name in sorted((one.lower(), one) for one in parts_of(order, part) if one):
            last, inside = found.setdefault(key, (name, []))
            if not inside or inside[-1] is not order:
                inside.append(order)
            if inside[0].at == order.at:
                found[key] = (max(last, name), inside)
    ordered = sorted(found.values(), key=lambda one: (len(one[1]), one[1][0].at, one[0]), reverse=True)
    return [Kept(name, inside) for name, inside in ordered]


def most_sql(array: str) -> str:
    """How often the most frequent element of an array stands in it, in SQL; 0 of an empty one."""
    return f"arrayMax(arrayEnumerateUniq({array}))"


def text(event: Happened, name: str) -> str:
    """A property of an event as text; nothing when it has none."""
    return values.as_text(event.properties.get(name))
