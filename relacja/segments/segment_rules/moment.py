"""A condition on when somebody did something for the first time, or for the last."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any, ClassVar

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, pgettext, pgettext_lazy

from relacja.contacts.by_day import YEARLY
from relacja.events import vocabulary
from relacja.segments import by_day, comparisons
from relacja.segments.binder import Binder, Passing
from relacja.segments.blanks import Choice
from relacja.segments.comparisons import Column, Comparison, Value
from relacja.segments.rules import Evidence, Happened, Leaf, Person, Start, leaf
from relacja.segments.segment_rules.event import EventName, Filter, Filters, event_names
from relacja.ui import written

WHICH: dict[str, Any] = {"first": pgettext_lazy("time", "the first"), "last": pgettext_lazy("time", "the last")}
EDGES = {"first": "min", "last": "max"}
OPERATORS = comparisons.TEMPORAL | by_day.CODES


def operators() -> list[tuple[str, Any]]:
    """How a moment can be compared."""
    return [(code, label) for code, label in comparisons.operators() if code in OPERATORS]


@leaf("moment")
@dataclass(frozen=True, slots=True)
class Moment(Leaf):
    """Who never did it did it neither long ago nor lately. Of what was told before it happened, the time counts."""

    which: str
    name: str
    op: str
    value: Any = None
    where: tuple[Filter, ...] = ()

    label = gettext_lazy("First or last time")
    icon = "calendar-clock"
    also = pgettext_lazy("found by", "for the first time, since, long ago")
    blanks = (
        Choice("which", gettext_lazy("which time"), lambda: list(WHICH.items())),
        EventName("name", gettext_lazy("event"), event_names, open=True),
        Filters("where", gettext_lazy("where"), fold="where"),
        Choice("op", gettext_lazy("how to compare"), operators),
        Value("value", gettext_lazy("value")),
    )
    folds: ClassVar[Mapping[str, Any]] = {"where": pgettext_lazy("fold", "where…")}

    @classmethod
    def starts(cls) -> list[Start]:
        named = {"first": gettext_lazy("First time that…"), "last": gettext_lazy("Last time that…")}
        return [Start(label, {"which": which, "op": "in_last", "value": "30"}) for which, label in named.items()]

    def refuse_nonsense(self) -> None:
        self._test()

    @property
    def ages(self) -> bool:
        return self._test().operator.ages or any(one.test.operator.ages for one in self.where)

    @property
    def ages_by_day(self) -> bool:
        return any(test.operator.ages_by_day for test in (self._test(), *(one.test for one in self.where)))

    @property
    def event_names(self) -> frozenset[str]:
        return frozenset({self.name})

    def sql(self, bind: Binder) -> str:
        rows = " AND ".join([self._named(bind), *(f"({one.sql(bind)})" for one in self.where)])
        at = f"{EDGES[self.which]}OrNullIf(at, {rows})"
        return bind.happened(rows, self._test().sql(_column(at), bind))

    def passed(self, bind: Passing) -> bool:
        """Who has an event at the edge; whether it is their first or last is asked anew."""
        moved = [changed for one in self.where if (changed := one.passed(bind))]
        if at_edge := self._test().passed(_column("at"), bind):
            moved.append(at_edge)
        for changed in moved:
            bind.events(f"{self._named(bind)} AND ({changed})")
        return True

    def words(self) -> str:
        label = vocabulary.of(self.name).label
        template = _("first time of “{event}”") if self.which == "first" else _("last time of “{event}”")
        if self.op in YEARLY:  # its words put the subject into quotation marks
            template = _("first time of {event}") if self.which == "first" else _("last time of {event}")
        said = self._test().words(template.format(event=label))
        if not self.where:
            return said
        filters = ", ".join(one.words(self.name) for one in self.where)
        return f"{said}, {_('where {filters}').format(filters=filters)}"

    def check(self, person: Person) -> bool:
        found = self._found(person)
        return found is not None and self._test().check(found.at, person.now)

    def evidence(self, person: Person) -> Evidence:
        found = self._found(person)
        if found is None:
            return Evidence(pgettext("time", "never"))
        return Evidence(_moment(found.at), (found,))

    def _test(self) -> Comparison:
        return comparisons.read(self.op, self.value, allowed=OPERATORS)

    def _named(self, bind: Binder) -> str:
        return f"name = {bind(self.name, 'String')}"

    def _found(self, person: Person) -> Happened | None:
        meant = (one for one in person.events if one.name == self.name)
        fit = [one for one in meant if all(test.check(one, person.now) for test in self.where)]
        edge = min if self.which == "first" else max
        return edge(fit, key=lambda one: (one.at, one.id.int), default=None)


def _column(at: str) -> Column:
    return Column(f"toString({at})", "NULL", at, is_written=False)


def _moment(at: datetime) -> str:
    return f"{written.day(at)}, {written.hour(at)}"
