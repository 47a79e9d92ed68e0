"""What orders say about people."""

import math
from collections.abc import Sequence
from itertools import pairwise
from typing import Any

from django.utils.translation import gettext_lazy, ngettext

from relacja.behaviour.attributes import Derived, Found, Kind, Moment, Money, Whole, milliseconds
from relacja.segments import purchases
from relacja.segments.aggregates import let
from relacja.segments.binder import Binder
from relacja.segments.purchases import ORDER, OURS
from relacja.segments.rules import Happened, Person
from relacja.segments.segment_rules.event import EPOCH

DAY = 86_400_000
LEAST_ORDERS = 2
LEAST_GAPS = 2


def of_orders(found: Found) -> str:
    """So many of so many orders."""
    said = ngettext("{number} of {of} order", "{number} of {of} orders", found.of)
    return said.format(number=found.number, of=found.of)


class OfOrders(Derived):
    """Attributes of orders that were not cancelled, whenever they were."""

    names = purchases.NAMES

    def orders(self, person: Person) -> list[Happened]:
        """Newest first."""
        return purchases.standing(person.events, EPOCH)

    def orders_sql(self, bind: Binder, *fields: str) -> tuple[str, str]:
        return purchases.told_sql(bind, f"name = {bind(ORDER, 'String')}", *fields)


class Favourite(OfOrders):
    """What is in most of the orders, of two alike the one ordered last."""

    icon = "heart"

    def __init__(self, key: str, part: str, label: Any) -> None:
        self.key, self.part, self.label = key, part, label
        self.how = gettext_lazy("What is in most of the orders, if it is in two or more; of two alike, the last one.")

    def told_sql(self, bind: Binder) -> tuple[str, str]:
        """Each text with its place among those like it, in the order of time: the last of the most frequent ends it."""
        rows, orders = self.orders_sql(bind, "toUnixTimestamp64Milli(at)", purchases.parts_sql(self.part))
        said = "arraySort(arrayFlatten(arrayMap(one -> arrayMap(text -> (one.3, text), one.4), orders)))"
        places = "arrayEnumerateUniq(arrayMap(one -> lowerUTF8(one.2), said))"
        best = f"arraySort(arrayMap((one, place) -> (place, one.1, one.2), said, {places}))[-1]"
        number = f"if(best.1 >= {LEAST_ORDERS}, toInt64(best.1), 0)"
        told = let("said", said, let("best", best, f"(best.3, {number}, length(orders))"))
        return rows, let("orders", orders, told)

    def found(self, person: Person) -> Found | None:
        orders = self.orders(person)
        ranked = purchases.ranked(orders, self.part)
        if not ranked or len(ranked[0].orders) < LEAST_ORDERS:
            return None
        return Found(ranked[0].name, len(ranked[0].orders), len(orders), tuple(ranked[0].orders))

    def why(self, found: Found) -> str:
        return of_orders(found)


class AverageOrder(OfOrders):
    """What an order comes to, on average."""

    key = "average_order"
    label = gettext_lazy("Average basket")
    how = gettext_lazy("The mean of what the orders came to, of those that say so.")
    icon = "shopping-basket"
    kind = Money()

    def told_sql(self, bind: Binder) -> tuple[str, str]:
        rows, orders = self.orders_sql(bind, purchases.total_sql(bind, ("", OURS)))
        totals = "arrayMap(one -> assumeNotNull(one.3), arrayFilter(one -> isNotNull(one.3), orders))"
        mean = "toInt64(floor(arraySum(totals) / greatest(length(totals), 1) + 0.5))"
        told = let("totals", totals, f"({mean}, length(totals), length(orders))")
        return rows, let("orders", orders, told)

    def found(self, person: Person) -> Found | None:
        orders = self.orders(person)
        told = [(one, total) for one in orders if (total := purchases.total_of(one, ("", OURS))) is not None]
        if not told:
            return None
        mean = math.floor(sum(total for _one, total in told) / len(told) + 0.5)
        return Found(mean, len(told), len(orders), tuple(one for one, _total in told))

    def why(self, found: Found) -> str:
        return ngettext("of {number} order", "of {number} orders", found.number).format(number=found.number)


class OfTimes(OfOrders):
    """Attributes of when somebody ordered. `value` is made of the times, in SQL and in plain Python."""

    least = 1

    def told_sql(self, bind: Binder) -> tuple[str, str]:
        rows, orders = self.orders_sql(bind, "toUnixTimestamp64Milli(at)")
        known = f"if(length(times) >= {self.least}, length(times), 0)"
        told = f"({self.value_sql('times')}, {known}, length(times))"
        return rows, let("times", f"arraySort(arrayMap(one -> one.3, {orders}))", told)

    def found(self, person: Person) -> Found | None:
        orders = self.orders(person)
        if len(orders) < self.least:
            return None
        value = self.value([milliseconds(one.at) for one in reversed(orders)])
        return Found(value, len(orders), len(orders), tuple(orders))

    def why(self, found: Found) -> str:
        return ngettext("of {number} order", "of {number} orders", found.number).format(number=found.number)

    def value_sql(self, times: str) -> str:
        """Of an array of milliseconds, the first first."""
        raise NotImplementedError

    def value(self, times: Sequence[int]) -> int:
        raise NotImplementedError


def usual_gap_sql(times: str) -> str:
    """The median of what lies between the times."""
    gaps = f"arraySort(arraySlice(arrayDifference({times}), 2))"
    middle = "gaps[intDiv(length(gaps) + 1, 2)] + gaps[intDiv(length(gaps), 2) + 1]"
    return let("gaps", gaps, f"intDiv({middle}, 2)")


def usual_gap(times: Sequence[int]) -> int:
    gaps = sorted(later - earlier for earlier, later in pairwise(times))
    return (gaps[(len(gaps) + 1) // 2 - 1] + gaps[len(gaps) // 2]) // 2


class Rhythm(OfTimes):
    """How many days usually lie between two orders."""

    key = "days_between_orders"
    label = gettext_lazy("Days between orders")
    how = gettext_lazy("The median of the days from one order to the next, if there are three orders or more.")
    icon = "repeat"
    kind: Kind = Whole()
    least = LEAST_GAPS + 1

    def value_sql(self, times: str) -> str:
        return f"intDiv({usual_gap_sql(times)} + {DAY // 2}, {DAY})"

    def value(self, times: Sequence[int]) -> int:
        return (usual_gap(times) + DAY // 2) // DAY

    def said(self, found: Found) -> str:
        return ngettext("{number} day", "{number} days", found.value).format(number=self.kind.said(found.value))


class NextOrder(Rhythm):
    """When the next order is to be expected."""

    key = "next_order"
    label = gettext_lazy("Next order expected")
    how = gettext_lazy("The last order and the usual days between orders; who is later than that stays away.")
    icon = "calendar-clock"
    kind = Moment()

    def value_sql(self, times: str) -> str:
        return f"{times}[-1] + {usual_gap_sql(times)}"

    def value(self, times: Sequence[int]) -> int:
        return times[-1] + usual_gap(times)

    def said(self, found: Found) -> str:
        return self.kind.said(found.value)


class FirstOrder(OfTimes):
    """When somebody ordered first."""

    key = "first_order"
    label = gettext_lazy("First order")
    how = gettext_lazy("The day of the first order that was not cancelled.")
    icon = "package"
    kind = Moment()

    def why(self, found: Found) -> str:
        return ""

    def value_sql(self, times: str) -> str:
        return f"{times}[1]"

    def value(self, times: Sequence[int]) -> int:
        return times[0]


class LastOrder(FirstOrder):
    """When somebody ordered last."""

    key = "last_order"
    label = gettext_lazy("Last order")
    how = gettext_lazy("The day of the last order that was not cancelled.")
    icon = "package-check"

    def value_sql(self, times: str) -> str:
        return f"{times}[-1]"

    def value(self, times: Sequence[int]) -> int:
        return times[-1]


ALL = (
    Favourite("favourite_category", "category", gettext_lazy("Favourite category")),
    Favourite("favourite_brand", "brand", gettext_lazy("Favourite brand")),
    Favourite("favourite_product", "name", gettext_lazy("Favourite product")),
    AverageOrder(),
    Rhythm(),
    NextOrder(),
    FirstOrder(),
    LastOrder(),
)
