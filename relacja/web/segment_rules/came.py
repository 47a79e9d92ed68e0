"""A condition on how somebody came to us for the first time, or for the last."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Any, ClassVar

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, pgettext, pgettext_lazy

from relacja.segments import aggregates, comparisons
from relacja.segments.binder import Binder
from relacja.segments.blanks import Choice, Input
from relacja.segments.comparisons import Column, Comparison, Value
from relacja.segments.rules import Evidence, Leaf, Person, Start, leaf
from relacja.web import visits
from relacja.web.visits import KNOWN, OF_ARRIVALS

WHICH: dict[str, Any] = {
    "first": pgettext_lazy("how somebody came", "for the first time"),
    "last": pgettext_lazy("how somebody came", "for the last time"),
}


@dataclass(frozen=True, slots=True)
class Right(Value):
    """The value compared with; the media are suggested."""

    def inputs(self, typed: Mapping[str, str]) -> list[Input]:
        known = KNOWN.get(typed.get("what", ""))
        found = super(Right, self).inputs(typed)
        if known is None or not known.choices:
            return found
        return [replace(one, kind="suggested", options=list(known.choices.items())) for one in found]


@leaf("came")
@dataclass(frozen=True, slots=True)
class Came(Leaf):
    """Of who came nowhere from nothing is known. Direct visits count as the last only where there are no others."""

    which: str
    what: str
    op: str
    value: Any = None

    label = gettext_lazy("How they came")
    icon = "compass"
    folds: ClassVar[Mapping[str, Any]] = {}
    blanks = (
        Choice("which", gettext_lazy("which time"), lambda: list(WHICH.items())),
        Choice("what", gettext_lazy("what of it"), lambda: [(name, one.label) for name, one in OF_ARRIVALS.items()]),
        Choice(
            "op",
            gettext_lazy("how to compare"),
            lambda: [pair for pair in comparisons.operators() if pair[0] in comparisons.TEXTUAL],
        ),
        Right("value", gettext_lazy("value")),
    )

    @classmethod
    def starts(cls) -> list[Start]:
        begun = {"op": "is", "what": "source"}
        return [
            Start(gettext_lazy("First source"), {**begun, "which": "first"}),
            Start(gettext_lazy("Last source"), {**begun, "which": "last"}),
        ]

    def refuse_nonsense(self) -> None:
        self._test()

    @property
    def event_names(self) -> frozenset[str]:
        return frozenset(visits.PAGES)

    def sql(self, bind: Binder) -> str:
        rows, told = visits.arrival_sql(bind, self.which, KNOWN[self.what].sql(bind))
        return aggregates.compared(bind, rows, Column.of_text(told, bind), self._test())

    def words(self) -> str:
        known = KNOWN[self.what]
        return f"{WHICH[self.which]}: {self._test().words(str(known.label), known.choices)}"

    def check(self, person: Person) -> bool:
        return self._test().check(self._found(person), person.now)

    def evidence(self, person: Person) -> Evidence:
        arrival = visits.arrival_of(person.events, self.which)
        if arrival is None:
            return Evidence(_("nothing is known of how they came"))
        told = {name: text for name in OF_ARRIVALS if (text := KNOWN[name].of(arrival))}
        shown = [f"{KNOWN[name].label}: {(KNOWN[name].choices or {}).get(text, text)}" for name, text in told.items()]
        return Evidence(", ".join(shown) or pgettext("value", "none"), (arrival,))

    def _test(self) -> Comparison:
        return comparisons.read(self.op, self.value, allowed=comparisons.TEXTUAL)

    def _found(self, person: Person) -> str:
        arrival = visits.arrival_of(person.events, self.which)
        return KNOWN[self.what].of(arrival) if arrival else ""
