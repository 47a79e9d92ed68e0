"""A condition on what people keep buying: lovers of a category, of a brand, of a product."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, ClassVar

from django.utils.translation import gettext_lazy, ngettext, pgettext, pgettext_lazy

from relacja.segments import purchases
from relacja.segments.binder import Binder
from relacja.segments.blanks import Choice, Number, Optional
from relacja.segments.rules import Evidence, Happened, Person, Start, leaf
from relacja.segments.segment_rules.bought import PARTS
from relacja.segments.segment_rules.event import EVIDENCE
from relacja.segments.segment_rules.orders import MOST_ORDERS, OfOrders, within_blank


@leaf("devoted")
@dataclass(frozen=True, slots=True)
class Devoted(OfOrders):
    """One and the same `by` is in so large a share of the orders, and in so many of them. Without a value: any one."""

    by: str
    percent: int
    orders: int
    value: str = ""
    within: int | None = None

    label = gettext_lazy("Lovers of a category")
    icon = "heart"
    blanks = (
        Choice("by", gettext_lazy("what of the product"), lambda: list(PARTS.items())),
        Optional("value", gettext_lazy("value"), before=gettext_lazy("of the name"), fold="value"),
        Number(
            "percent",
            gettext_lazy("share of the orders"),
            1,
            100,
            before=gettext_lazy("is in at least"),
            after=gettext_lazy("% of the orders"),
        ),
        Number(
            "orders",
            gettext_lazy("number of orders"),
            1,
            MOST_ORDERS,
            before=gettext_lazy("and in at least"),
            after=gettext_lazy("of them"),
        ),
        within_blank(),
    )
    folds: ClassVar[Mapping[str, Any]] = {
        "value": pgettext_lazy("fold", "a certain one…"),
        "within": pgettext_lazy("fold", "in the last…"),
    }

    @classmethod
    def starts(cls) -> list[Start]:
        return [Start(cls.label, {"by": "category", "percent": "50", "orders": "3"})]

    def sql(self, bind: Binder) -> str:
        told = f"arrayMap(one -> lowerUTF8(one), {purchases.parts_sql(self.by)})"
        rows, orders = purchases.told_sql(bind, self._window.sql(bind), told)
        if self.value:
            number = f"arrayCount(one -> has(one.3, lowerUTF8({bind(self.value, 'String')})), {orders})"
        else:
            number = purchases.most_sql(f"arrayFlatten(arrayMap(one -> one.3, {orders}))")
        enough = f"{number} * 100 >= length({orders}) * {bind(self.percent, 'UInt32')}"
        return bind.happened(rows, f"{number} >= {bind(self.orders, 'UInt32')} AND {enough}")

    def words(self) -> str:
        if self.value:
            pattern = ngettext(
                "{part} “{value}” in {percent}% of the orders, at least once",
                "{part} “{value}” in {percent}% of the orders, at least {number} times",
                self.orders,
            )
        else:
            pattern = ngettext(
                "one and the same {part} in {percent}% of the orders, at least once",
                "one and the same {part} in {percent}% of the orders, at least {number} times",
                self.orders,
            )
        said = pattern.format(percent=self.percent, number=self.orders, part=PARTS[self.by], value=self.value)
        return said + self._window.words()

    def check(self, person: Person) -> bool:
        orders = purchases.standing(person.events, self._window.since(person))
        number = len(self._best(orders)[1])
        return number >= self.orders and number * 100 >= len(orders) * self.percent

    def evidence(self, person: Person) -> Evidence:
        orders = purchases.standing(person.events, self._window.since(person))
        name, found = self._best(orders)
        if not found:
            return Evidence(pgettext("value", "none"))
        said = ngettext("{value}: {number} of {of} order", "{value}: {number} of {of} orders", len(orders))
        return Evidence(said.format(value=name, number=len(found), of=len(orders)), tuple(found[:EVIDENCE]))

    def _best(self, orders: Sequence[Happened]) -> tuple[str, list[Happened]]:
        """What is in most of the orders, or what is asked for, and these orders."""
        if self.value:
            return self.value, [one for one in orders if self.value.lower() in purchases.lines_of(one, self.by)]
        found = purchases.ranked(orders, self.by)
        return (found[0].name, found[0].orders) if found else ("", [])
