"""A condition on what the behaviour of somebody says about them."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, ClassVar

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from relacja.behaviour import attributes
from relacja.behaviour.attributes import Chosen, Derived
from relacja.segments import aggregates, comparisons
from relacja.segments.binder import Binder, Passing
from relacja.segments.blanks import Choice, Input
from relacja.segments.comparisons import Comparison, Value
from relacja.segments.rules import Evidence, Leaf, Person, Start, leaf
from relacja.segments.segment_rules.event import EVIDENCE


@dataclass(frozen=True, slots=True)
class How(Choice):
    """An operator: those that make sense for the attribute are offered."""

    def inputs(self, typed: Mapping[str, str]) -> list[Input]:
        known = attributes.registered().get(typed.get("what", ""))
        if known is None:
            return super(How, self).inputs(typed)
        fit = [pair for pair in self.choices() if pair[0] in known.kind.operators]
        return [self.input("select", typed, options=fit)]


@dataclass(frozen=True, slots=True)
class Right(Value):
    """The value compared with; one of the choices where the attribute has them."""

    def inputs(self, typed: Mapping[str, str]) -> list[Input]:
        known = attributes.registered().get(typed.get("what", ""))
        if known is None or not isinstance(known.kind, Chosen) or typed.get("op") not in ("is", "is_not"):
            return super(Right, self).inputs(typed)
        return [self.input("select", typed, options=[(str(code), name) for code, name in known.kind.choices.items()])]


@leaf("derived")
@dataclass(frozen=True, slots=True)
class OfBehaviour(Leaf):
    """What is not known, for want of evidence, is empty."""

    what: str
    op: str
    value: Any = None

    label = gettext_lazy("What their behaviour says")
    icon = "sparkles"
    folds: ClassVar[Mapping[str, Any]] = {}
    blanks = (
        Choice(
            "what",
            gettext_lazy("what of their behaviour"),
            lambda: [(key, one.label) for key, one in attributes.registered().items()],
        ),
        How("op", gettext_lazy("how to compare"), comparisons.operators),
        Right("value", gettext_lazy("value")),
    )

    @classmethod
    def starts(cls) -> list[Start]:
        return [Start(one.label, {"what": key, "op": one.kind.begins}) for key, one in attributes.registered().items()]

    def refuse_nonsense(self) -> None:
        self._test()

    @property
    def ages(self) -> bool:
        return self._derived.days is not None

    @property
    def ages_by_day(self) -> bool:
        return self._test().operator.ages_by_day

    @property
    def event_names(self) -> frozenset[str]:
        return self._derived.names

    def sql(self, bind: Binder) -> str:
        rows, told = self._derived.told_sql(bind)
        column = self._derived.kind.column("told.1", "told.2 > 0", bind)
        return aggregates.compared(bind, rows, column, self._test(), told)

    def passed(self, bind: Passing) -> bool:
        self._derived.passed(bind)
        return True

    def words(self) -> str:
        kind = self._derived.kind
        choices = {str(code): name for code, name in kind.choices.items()} if isinstance(kind, Chosen) else None
        return self._test().words(str(self._derived.label), choices)

    def check(self, person: Person) -> bool:
        found = self._derived.found(person)
        return self._test().check(self._derived.kind.read(found.value) if found else None, person.now)

    def evidence(self, person: Person) -> Evidence:
        derived = self._derived
        found = derived.found(person)
        if found is None:
            return Evidence(_("not known: too little has happened"))
        why = derived.why(found)
        said = _("{value} ({why})").format(value=derived.said(found), why=why) if why else derived.said(found)
        return Evidence(said, found.events[:EVIDENCE])

    @property
    def _derived(self) -> Derived:
        return attributes.registered()[self.what]

    def _test(self) -> Comparison:
        return comparisons.read(self.op, self.value, allowed=self._derived.kind.operators)
