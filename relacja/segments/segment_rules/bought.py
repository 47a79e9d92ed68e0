"""A condition on the products of orders: bought, or never bought."""

from dataclasses import dataclass
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext, pgettext, pgettext_lazy

from relacja.segments.binder import Binder
from relacja.segments.blanks import Choice, Text
from relacja.segments.purchases import line_sql, lines_of
from relacja.segments.rules import Evidence, Happened, Person, Start, leaf
from relacja.segments.segment_rules.event import EVIDENCE
from relacja.segments.segment_rules.orders import OfOrders, within_blank

# What a line of an order says about a product.
PARTS: dict[str, Any] = {
    "category": gettext_lazy("category"),
    "name": pgettext_lazy("product", "name"),
    "product_id": gettext_lazy("product id"),
    "sku": "SKU",
    "brand": gettext_lazy("brand"),
}
BOUGHT: dict[str, Any] = {
    "bought": pgettext_lazy("product", "bought"),
    "not_bought": pgettext_lazy("product", "did not buy"),
}


@leaf("bought")
@dataclass(frozen=True, slots=True)
class Bought(OfOrders):
    op: str
    by: str
    value: str
    within: int | None = None

    label = gettext_lazy("Product bought")
    icon = "shopping-bag"
    also = pgettext_lazy("found by", "purchase, order, category, brand")
    blanks = (
        Choice("op", gettext_lazy("whether"), lambda: list(BOUGHT.items())),
        Choice("by", gettext_lazy("what of the product"), lambda: list(PARTS.items())),
        Text("value", gettext_lazy("value")),
        within_blank(),
    )

    @classmethod
    def starts(cls) -> list[Start]:
        return [Start(cls.label, {"op": "bought", "by": "category"})]

    def sql(self, bind: Binder) -> str:
        found = bind.happened(f"{self._window.sql(bind)} AND {line_sql(bind, self.by, self.value)}")
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
        return [event for event in self._window.orders(person) if self.value.lower() in lines_of(event, self.by)]
