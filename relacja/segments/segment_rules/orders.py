"""Conditions on what somebody ordered: how many orders, for how much, and which products."""

import math
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import timedelta
from typing import Any, ClassVar

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext, pgettext, pgettext_lazy

from relacja.segments import comparisons
from relacja.segments.binder import Binder, Passing, distinct_events
from relacja.segments.blanks import Blank, Choice, Number, Text, Unfit
from relacja.segments.comparisons import Column
from relacja.segments.rules import Evidence, Happened, Leaf, Person, Start, leaf
from relacja.segments.segment_rules.event import EPOCH, EVIDENCE, window_words

ORDER = "Order Completed"
MOST_DAYS = 3650
MOST = 1_000_000
MOST_ORDERS = 1_000
MEASURES: dict[str, Any] = {
    "number": pgettext_lazy("orders", "number of orders"),
    "total": pgettext_lazy("orders", "value of all orders"),
    "average": pgettext_lazy("orders", "average order"),
    "largest": pgettext_lazy("orders", "largest order"),
}
LIMITS: dict[str, Any] = {
    "at_least": pgettext_lazy("count", "at least"),
    "at_most": pgettext_lazy("count", "at most"),
}
# What a line of an order says about a product.
PARTS: dict[str, Any] = {
    "category": gettext_lazy("category"),
    "name": pgettext_lazy("product", "name"),
    "product_id": gettext_lazy("product id"),
    "sku": "SKU",
    "brand": gettext_lazy("brand"),
}
# Read as text: lists of objects that stand in one block with lists of anything else lose their subcolumns.
LINES = "JSONExtractArrayRaw(ifNull(toJSONString(properties.products), ''))"
BOUGHT: dict[str, Any] = {
    "bought": pgettext_lazy("product", "bought"),
    "not_bought": pgettext_lazy("product", "did not buy"),
}


@dataclass(frozen=True, slots=True)
class _Window:
    """The orders of the last so many days, or of all time."""

    days: int | None

    def sql(self, bind: Binder) -> str:
        named = f"name = {bind(ORDER, 'String')}"
        if self.days is None:
            return named
        return f"{named} AND at >= {bind.now} - toIntervalDay({bind(self.days, 'UInt32')})"

    def passed(self, bind: Passing) -> bool:
        if self.days is not None:
            ago = f"toIntervalDay({bind(self.days, 'UInt32')})"
            bind.events(f"name = {bind(ORDER, 'String')} AND {bind.within('at', ago)}")
        return True

    def orders(self, person: Person) -> list[Happened]:
        """Each once, newest first."""
        since = person.now - timedelta(days=self.days) if self.days is not None else EPOCH
        once = {event.id: event for event in person.events if event.name == ORDER and event.at >= since}
        return sorted(once.values(), key=lambda event: (event.at, event.id.int), reverse=True)

    def words(self) -> str:
        return "" if self.days is None else f" {window_words(self.days, 'days')}"


def _within() -> Blank:
    return Number(
        "within",
        gettext_lazy("in the last"),
        1,
        MOST_DAYS,
        needed=False,
        before=gettext_lazy("in the last"),
        after=pgettext_lazy("unit", "days"),
        fold="within",
    )


class _OfOrders(Leaf):
    """What conditions on orders have in common."""

    __slots__ = ()

    within: int | None
    folds: ClassVar[Mapping[str, Any]] = {"within": pgettext_lazy("fold", "in the last…")}

    @property
    def ages(self) -> bool:
        return self.within is not None

    @property
    def event_names(self) -> frozenset[str]:
        return frozenset({ORDER})

    def passed(self, bind: Passing) -> bool:
        return self._window.passed(bind)

    @property
    def _window(self) -> _Window:
        return _Window(self.within)


@leaf("orders")
@dataclass(frozen=True, slots=True)
class Ordered(_OfOrders):
    """Of who ordered nothing the number and the value are 0; there is no average and no largest order."""

    what: str
    op: str
    amount: int
    within: int | None = None

    label = gettext_lazy("Orders")
    icon = "receipt"
    blanks = (
        Choice("what", gettext_lazy("what of the orders"), lambda: list(MEASURES.items())),
        Choice("op", gettext_lazy("how to compare"), lambda: list(LIMITS.items())),
        Number("amount", gettext_lazy("amount"), 0, MOST),
        _within(),
    )

    @classmethod
    def starts(cls) -> list[Start]:
        return [Start(label, {"what": what, "op": "at_least"}) for what, label in MEASURES.items()]

    def refuse_nonsense(self) -> None:
        if self.op == "at_least" and self.amount == 0 and self.what in ("number", "total"):
            raise Unfit(_("Everybody has at least 0. Ask for at least 1."), field="amount")
        if self.what == "number" and self.amount > MOST_ORDERS:
            sentence = _("“{field}” must be a whole number from {least} to {most}.")
            raise Unfit(sentence.format(field="amount", least=0, most=MOST_ORDERS), field="amount")

    def sql(self, bind: Binder) -> str:
        rows = self._window.sql(bind)
        if self.what == "number":
            least = self.amount if self.op == "at_least" else self.amount + 1
            found = bind.happened(rows, f"{distinct_events(rows, least)} >= {bind(least, 'UInt32')}")
            return found if self.op == "at_least" else f"NOT ({found})"
        amount = Column.of_json("properties", "total", bind).number
        cents = f"toInt64(floor({amount} * 100 + 0.5))"
        paid = f"groupUniqArrayIf((id, assumeNotNull({cents})), {rows} AND isNotNull({amount}))"
        wanted, total = bind(self.amount * 100, "Int64"), f"arraySum(one -> one.2, {paid})"
        if self.what == "total":
            least = self.op == "at_least"
            found = bind.happened(rows, f"{total} {'>=' if least else '>'} {wanted}")
            return found if least else f"NOT ({found})"
        sign = ">=" if self.op == "at_least" else "<="
        if self.what == "largest":
            return bind.happened(rows, f"notEmpty({paid}) AND arrayMax(one -> one.2, {paid}) {sign} {wanted}")
        return bind.happened(rows, f"notEmpty({paid}) AND {total} {sign} {wanted} * toInt64(length({paid}))")

    def words(self) -> str:
        if self.what == "number":
            patterns = {
                "at_least": ngettext("ordered at least once", "ordered at least {number} times", self.amount),
                "at_most": ngettext("ordered at most once", "ordered at most {number} times", self.amount),
            }
        else:
            patterns = {"at_least": _("{measure} is {number} or more"), "at_most": _("{measure} is {number} or less")}
        return patterns[self.op].format(measure=MEASURES[self.what], number=self.amount) + self._window.words()

    def check(self, person: Person) -> bool:
        found = self._value(person)
        if found is None:
            return False
        value, weight = found
        wanted = self.amount * weight
        return value >= wanted if self.op == "at_least" else value <= wanted

    def evidence(self, person: Person) -> Evidence:
        orders, found = self._window.orders(person), self._value(person)
        if found is None:
            return Evidence(_("Nothing ordered"), ())
        value, weight = found
        shown = f"{value}" if self.what == "number" else f"{value / weight:.2f}"
        return Evidence(f"{MEASURES[self.what]}: {shown}", tuple(orders[:EVIDENCE]))

    def _value(self, person: Person) -> tuple[int, int] | None:
        """What is measured, and how many of it make one unit of `amount`; None where there is nothing to measure."""
        orders = self._window.orders(person)
        if self.what == "number":
            return len(orders), 1
        amounts = [comparisons.as_number(event.properties.get("total")) for event in orders]
        cents = [math.floor(amount * 100 + 0.5) for amount in amounts if amount is not None]
        if self.what == "total":
            return sum(cents), 100
        if not cents:
            return None
        return (max(cents), 100) if self.what == "largest" else (sum(cents), 100 * len(cents))


@leaf("bought")
@dataclass(frozen=True, slots=True)
class Bought(_OfOrders):
    op: str
    by: str
    value: str
    within: int | None = None

    label = gettext_lazy("Product bought")
    icon = "shopping-bag"
    blanks = (
        Choice("op", gettext_lazy("whether"), lambda: list(BOUGHT.items())),
        Choice("by", gettext_lazy("what of the product"), lambda: list(PARTS.items())),
        Text("value", gettext_lazy("value")),
        _within(),
    )

    @classmethod
    def starts(cls) -> list[Start]:
        return [Start(cls.label, {"op": "bought", "by": "category"})]

    def sql(self, bind: Binder) -> str:
        part, value = bind(self.by, "String"), bind(self.value, "String")
        named = f"arrayExists(one -> lowerUTF8(JSONExtractString(one, {part})) = lowerUTF8({value}), {LINES})"
        found = bind.happened(f"{self._window.sql(bind)} AND {named}")
        return found if self.op == "bought" else f"NOT ({found})"

    def words(self) -> str:
        sentence = _("bought: {part} “{value}”") if self.op == "bought" else _("did not buy: {part} “{value}”")
        return sentence.format(part=PARTS[self.by], value=self.value) + self._window.words()

    def denied(self) -> str:
        return Bought("not_bought" if self.op == "bought" else "bought", self.by, self.value, self.within).words()

    def check(self, person: Person) -> bool:
        return bool(self._found(person)) == (self.op == "bought")

    def evidence(self, person: Person) -> Evidence:
        found = self._found(person)
        number = ngettext("In {number} order", "In {number} orders", len(found)).format(number=len(found))
        return Evidence(number if found else pgettext("value", "none"), tuple(found[:EVIDENCE]))

    def _found(self, person: Person) -> list[Happened]:
        return [event for event in self._window.orders(person) if self._holds(event)]

    def _holds(self, event: Happened) -> bool:
        lines = event.properties.get("products")
        named = [line.get(self.by) for line in lines if isinstance(line, Mapping)] if isinstance(lines, list) else []
        return self.value.lower() in {one.lower() for one in named if isinstance(one, str)}
