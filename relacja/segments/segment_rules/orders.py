"""Conditions on what somebody ordered: how many orders, for how much, how long ago, and which products.

Orders are those completed and not cancelled since; each counts once, however often it was told. Amounts are in
hundredths of one currency, as the totals were told.
"""

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from operator import eq, ge, le
from typing import Any, ClassVar

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext, pgettext_lazy

from relacja.segments import blanks, purchases
from relacja.segments.binder import Binder, Passing
from relacja.segments.blanks import Blank, Choice, Input, Number, Optional, Unfit
from relacja.segments.purchases import MOST, NAMES, ORDER, OURS, line_sql, lines_of, text
from relacja.segments.rules import Evidence, Happened, Leaf, Person, Start, leaf
from relacja.segments.segment_rules.event import COUNTS, EPOCH, EVIDENCE, window_words
from relacja.ui import written

MOST_DAYS = 3650
MOST_ORDERS = 1_000
MEASURES: dict[str, Any] = {
    "number": pgettext_lazy("orders", "number of orders"),
    "total": pgettext_lazy("orders", "value of all orders"),
    "average": pgettext_lazy("orders", "average order"),
    "largest": pgettext_lazy("orders", "largest order"),
    "days": pgettext_lazy("orders", "days since the last order"),
}
MONEY = frozenset({"total", "average", "largest"})
SIGNS = {"at_least": ">=", "at_most": "<=", "exactly": "="}
COMPARED: dict[str, Callable[[float, float], bool]] = {"at_least": ge, "at_most": le, "exactly": eq}
CURRENCIES = (OURS, "EUR", "CZK", "GBP", "USD", "CHF", "NOK", "SEK", "DKK", "HUF", "RON", "UAH")


@dataclass(frozen=True, slots=True)
class _Window:
    """The orders of the last so many days, or of all time; as they were `before` so many days."""

    days: int | None
    before: int = 0

    def sql(self, bind: Binder) -> str:
        parts = [f"name = {bind(ORDER, 'String')}"]
        if self.days is not None:
            parts.append(f"at >= {bind.now} - toIntervalDay({bind(self.days + self.before, 'UInt32')})")
        if self.before:
            parts.append(f"at <= {bind.now} - toIntervalDay({bind(self.before, 'UInt32')})")
        return " AND ".join(parts)

    def passed(self, bind: Passing) -> bool:
        edges = ([self.days + self.before] if self.days is not None else []) + ([self.before] if self.before else [])
        for days in edges:
            ago = f"toIntervalDay({bind(days, 'UInt32')})"
            bind.events(f"name = {bind(ORDER, 'String')} AND {bind.within('at', ago)}")
        return True

    def orders(self, person: Person) -> list[Happened]:
        """Each once, cancelled or not, newest first."""
        once = {event.id: event for event in person.events if event.name == ORDER and self.holds(event, person)}
        return sorted(once.values(), key=lambda event: (event.at, event.id.int), reverse=True)

    def standing(self, person: Person) -> list[Happened]:
        """Each once, without those that were cancelled since, newest first."""
        return [one for one in purchases.standing(person.events, self.since(person)) if self.holds(one, person)]

    def holds(self, event: Happened, person: Person) -> bool:
        return self.since(person) <= event.at and (not self.before or event.at <= self.until(person))

    def since(self, person: Person) -> datetime:
        return self.until(person) - timedelta(days=self.days) if self.days is not None else EPOCH

    def until(self, person: Person) -> datetime:
        return person.now - timedelta(days=self.before)

    def words(self) -> str:
        said = "" if self.days is None else f" {window_words(self.days, 'days')}"
        if not self.before:
            return said
        as_it_was = ngettext("as it was {number} day ago", "as it was {number} days ago", self.before)
        return f"{said} ({as_it_was.format(number=written.number(self.before))})"


def within_blank() -> Blank:
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


def before_blank(name: str = "before") -> Blank:
    return Number(
        name,
        gettext_lazy("as it was"),
        1,
        MOST_DAYS // 2,
        needed=False,
        before=gettext_lazy("as it was"),
        after=gettext_lazy("days ago"),
        fold=name,
    )


class OfOrders(Leaf):
    """What conditions on orders have in common."""

    __slots__ = ()

    within: int | None
    folds: ClassVar[Mapping[str, Any]] = {"within": pgettext_lazy("fold", "in the last…")}

    @property
    def ages(self) -> bool:
        return self.within is not None

    @property
    def event_names(self) -> frozenset[str]:
        return NAMES

    def passed(self, bind: Passing) -> bool:
        return self._window.passed(bind)

    @property
    def _window(self) -> _Window:
        return _Window(self.within)


@dataclass(frozen=True, slots=True)
class Amount(Blank):
    """How much, with up to two decimals: of orders, of money or of days, as the measure says."""

    def read(self, value: Any) -> float | int:
        number = blanks.number(value, self.name)
        if not 0 <= number <= MOST or round(number, 2) != number:
            raise Unfit(
                _("“{field}” must be a number from 0 to {most}, with two decimals at most.").format(
                    field=self.name, most=MOST
                )
            )
        return int(number) if number == int(number) else number

    def parse(self, typed: Mapping[str, str]) -> Any:
        digits = "".join(typed.get(self.name, "").split()).replace(",", ".")
        return float(digits) if re.fullmatch(r"[0-9]{1,12}(\.[0-9]+)?", digits) else digits or None

    def fill(self, value: Any) -> dict[str, str]:
        return {} if value is None else {self.name: f"{value:.2f}".removesuffix(".00")}

    def inputs(self, typed: Mapping[str, str]) -> list[Input]:
        what, currency = typed.get("what", ""), typed.get("currency") or CURRENCIES[0]
        after = currency if what in MONEY else pgettext_lazy("unit", "days") if what == "days" else ""
        return [self.input("number", typed) if not after else replace(self.input("number", typed), after=after)]


@dataclass(frozen=True, slots=True)
class Paid:
    """An order as a rule sees it; the total is in hundredths, None where it says none."""

    event: Happened
    total: int | None
    currency: str


@leaf("orders")
@dataclass(frozen=True, slots=True)
class Ordered(OfOrders):
    """Of who ordered nothing the number and the value are 0; there is no average, no largest and no last order."""

    what: str
    op: str
    amount: float | int
    within: int | None = None
    category: str = ""
    product: str = ""
    currency: str = ""
    before: int | None = None

    label = gettext_lazy("Orders")
    icon = "receipt"
    also = pgettext_lazy("found by", "purchase, bought, revenue, turnover, spent, basket")
    blanks = (
        Choice("what", gettext_lazy("what of the orders"), lambda: list(MEASURES.items())),
        Choice("op", gettext_lazy("how to compare"), lambda: list(COUNTS.items())),
        Amount("amount", gettext_lazy("amount")),
        within_blank(),
        Optional("category", gettext_lazy("category"), before=gettext_lazy("of the category"), fold="category"),
        Optional("product", gettext_lazy("product"), before=gettext_lazy("with the product"), fold="product"),
        Choice(
            "currency",
            gettext_lazy("currency"),
            lambda: [(code, code) for code in CURRENCIES],
            needed=False,
            before=gettext_lazy("in the currency"),
            fold="currency",
        ),
        before_blank(),
    )
    folds: ClassVar[Mapping[str, Any]] = {
        "within": pgettext_lazy("fold", "in the last…"),
        "category": pgettext_lazy("fold", "of a category…"),
        "product": pgettext_lazy("fold", "with a product…"),
        "currency": pgettext_lazy("fold", "another currency…"),
        "before": pgettext_lazy("fold", "as it was…"),
    }

    @classmethod
    def starts(cls) -> list[Start]:
        begun = {"number": "1", "days": "30"}
        return [
            Start(label, {"what": what, "op": "at_least"} | ({"amount": begun[what]} if what in begun else {}))
            for what, label in MEASURES.items()
        ]

    def refuse_nonsense(self) -> None:
        if self.op == "at_least" and self.amount == 0 and self.what in ("number", "total"):
            raise Unfit(_("Everybody has at least 0. Ask for at least 1."), field="amount")
        if self.what == "days" and self.op == "exactly":
            raise Unfit(_("Ask for at least or at most so many days."), field="op")
        least, most = {"number": (0, MOST_ORDERS), "days": (1, MOST_DAYS)}.get(self.what, (0, MOST))
        if self.what in ("number", "days") and not (least <= self.amount <= most and self.amount == int(self.amount)):
            sentence = _("“{field}” must be a whole number from {least} to {most}.")
            raise Unfit(sentence.format(field="amount", least=least, most=most), field="amount")

    @property
    def ages(self) -> bool:
        return self.within is not None or self.before is not None or self.what == "days"

    def passed(self, bind: Passing) -> bool:
        if self.what == "days":
            _Window(self._far).passed(bind)
        return self._window.passed(bind)

    def sql(self, bind: Binder) -> str:
        rows, orders, total = self.told_sql(bind)
        if self.what == "number":
            return self._limited(bind, rows, f"length({orders})", int(self.amount))
        if self.what == "total":
            return self._limited(bind, rows, total, self._cents)
        if self.what == "days":
            edge = f"{bind.now} - toIntervalDay({bind(self._far, 'UInt32')})"
            last = f"arrayMax(one -> one.4, {orders})"
            return bind.happened(
                rows, f"notEmpty({orders}) AND {last} {'<=' if self.op == 'at_least' else '>='} {edge}"
            )
        paid, sign = f"arrayFilter(one -> isNotNull(one.3), {orders})", SIGNS[self.op]
        wanted = bind(self._cents, "Int64")
        if self.what == "largest":
            largest = f"arrayMax(one -> assumeNotNull(one.3), {paid})"
            return bind.happened(rows, f"notEmpty({paid}) AND {largest} {sign} {wanted}")
        return bind.happened(rows, f"notEmpty({paid}) AND {total} {sign} {wanted} * toInt64(length({paid}))")

    def told_sql(self, bind: Binder) -> tuple[str, str, str]:
        """The orders of a contact in SQL: a condition on the rows of `event` that tell of them, an aggregate of those
        rows that is an array of (id, number, hundredths or NULL, at), and what these come to.
        """
        wanted = " AND ".join([self._window.sql(bind), *self._lines_sql(bind)])
        rows, orders = purchases.told_sql(bind, wanted, purchases.total_sql(bind, self._currencies), "at")
        return rows, orders, f"arraySum(one -> ifNull(one.3, 0), {orders})"

    def words(self) -> str:
        parts = [self._measured_words()]
        if self.category:
            parts.append(_("of the category “{category}”").format(category=self.category))
        if self.product:
            parts.append(_("with the product “{product}”").format(product=self.product))
        return " ".join(parts) + self._window.words()

    def check(self, person: Person) -> bool:
        found = self._found(person)
        if self.what == "number":
            return COMPARED[self.op](len(found), self.amount)
        if self.what == "days":
            edge = person.now - timedelta(days=self._far)
            last = max((one.event.at for one in found), default=None)
            return last is not None and (last <= edge if self.op == "at_least" else last >= edge)
        totals = [one.total for one in found if one.total is not None]
        if self.what == "total":
            return COMPARED[self.op](sum(totals), self._cents)
        if not totals:
            return False
        value, wanted = (
            (max(totals), self._cents) if self.what == "largest" else (sum(totals), self._cents * len(totals))
        )
        return COMPARED[self.op](value, wanted)

    def evidence(self, person: Person) -> Evidence:
        found = self._found(person)
        if not found:
            return Evidence(_("Nothing ordered"), ())
        said = ngettext("{number} order", "{number} orders", len(found)).format(number=written.number(len(found)))
        worth = sum(one.total for one in found if one.total is not None) / 100
        said = _("{orders} worth {sum}, the last on {day}").format(
            orders=said,
            sum=written.money(worth, self.currency or CURRENCIES[0]),
            day=written.day(found[0].event.at),
        )
        return Evidence(said, tuple(one.event for one in found[:EVIDENCE]))

    @property
    def _window(self) -> _Window:
        return _Window(self.within, self.before or 0)

    @property
    def _far(self) -> int:
        """How many days ago the last order lies at the edge, where days are asked for."""
        return int(self.amount) + (self.before or 0)

    @property
    def _cents(self) -> int:
        return round(self.amount * 100)

    def _limited(self, bind: Binder, rows: str, measured: str, wanted: int) -> str:
        """Whether what is measured, 0 for whoever ordered nothing, is within the limit."""
        if self.op == "at_least" or (self.op == "exactly" and wanted):
            return bind.happened(rows, f"{measured} {SIGNS[self.op]} {bind(wanted, 'Int64')}")
        more = bind.happened(rows, f"{measured} > {bind(wanted, 'Int64')}")
        if self.op == "at_most":
            return f"NOT ({more})"
        return f"NOT ({bind.happened(rows, f'{measured} != 0')})"

    def _lines_sql(self, bind: Binder) -> list[str]:
        asked = (("category", self.category), ("name", self.product))
        return [line_sql(bind, part, value) for part, value in asked if value]

    @property
    def _currencies(self) -> set[str]:
        return {self.currency} if self.currency else {"", OURS}

    def _found(self, person: Person) -> list[Paid]:
        """The orders that count, newest first."""
        asked = [(part, value) for part, value in (("category", self.category), ("name", self.product)) if value]
        return [
            self._paid(event)
            for event in self._window.standing(person)
            if all(value.lower() in lines_of(event, part) for part, value in asked)
        ]

    def _paid(self, event: Happened) -> Paid:
        return Paid(event, purchases.total_of(event, self._currencies), text(event, "currency").upper())

    def _measured_words(self) -> str:
        how, number = COUNTS[self.op], written.number(self.amount)
        if self.what in MONEY:
            patterns = {
                "total": _("orders worth {how} {amount}"),
                "average": _("average order {how} {amount}"),
                "largest": _("largest order {how} {amount}"),
            }
            return patterns[self.what].format(
                how=how, amount=written.money(self.amount, self.currency or CURRENCIES[0])
            )
        if self.what == "days":
            said = ngettext("last order {how} {number} day ago", "last order {how} {number} days ago", int(self.amount))
            return said.format(how=how, number=number)
        if not self.amount:
            return _("no orders")
        return ngettext("{how} {number} order", "{how} {number} orders", int(self.amount)).format(
            how=how, number=number
        )
