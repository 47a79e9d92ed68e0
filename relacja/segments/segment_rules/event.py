"""A condition on what somebody did, or did not do: how often, within what time, and after what."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta
from typing import Any, ClassVar

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext, pgettext_lazy

from relacja.events import vocabulary
from relacja.segments import blanks, comparisons
from relacja.segments.binder import Binder, Passing, distinct_events
from relacja.segments.blanks import Blank, Choice, Input, Number, Unfit
from relacja.segments.comparisons import Column, Comparison
from relacja.segments.rules import Evidence, Happened, Leaf, Person, Start, leaf
from relacja.segments.segment_rules.attribute import at_path

MOST_TIMES = 1000
MOST_FILTERS = 5
EVIDENCE = 5
OWN = "own_name"
_PROPERTY = gettext_lazy("property")
EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
COUNTS: dict[str, Any] = {
    "at_least": pgettext_lazy("count", "at least"),
    "at_most": pgettext_lazy("count", "at most"),
    "exactly": pgettext_lazy("count", "exactly"),
}
UNITS: dict[str, Any] = {
    "minutes": pgettext_lazy("unit", "minutes"),
    "hours": pgettext_lazy("unit", "hours"),
    "days": pgettext_lazy("unit", "days"),
}
LONGEST = {"minutes": 525_600, "hours": 87_600, "days": 3_650}


@dataclass(frozen=True, slots=True)
class Filter:
    """Only events with a property that compares so."""

    name: str
    op: str
    value: Any = None

    @classmethod
    def from_json(cls, data: Any) -> "Filter":
        """The filter that plain data describes. Raises `Unfit` naming the field."""
        if not isinstance(data, dict):
            raise Unfit(_("Each of “{field}” is an object with “property”, “op” and “value”.").format(field="where"))
        for key in data:
            if key not in ("property", "op", "value"):
                raise Unfit(_("“{field}” is not a field of this condition.").format(field=str(key)[:80]))
        value = data.get("value")
        made = cls(
            blanks.path(data.get("property"), "property"),
            data.get("op", ""),
            tuple(value) if isinstance(value, list) else value,
        )
        comparisons.read(made.op, made.value)
        return made

    def to_json(self) -> dict[str, Any]:
        value = list(self.value) if isinstance(self.value, tuple) else self.value
        return {"property": self.name, "op": self.op} | ({} if value is None else {"value": value})

    @property
    def test(self) -> Comparison:
        return comparisons.read(self.op, self.value)

    def sql(self, bind: Binder) -> str:
        return self.test.sql(Column.of_json("properties", self.name, bind), bind)

    def passed(self, bind: Passing) -> str:
        return self.test.passed(Column.of_json("properties", self.name, bind), bind)

    def check(self, event: Happened, now: datetime) -> bool:
        return self.test.check(at_path(event.properties, self.name), now)

    def words(self, event_name: str) -> str:
        label = vocabulary.of(event_name).properties.get(self.name, self.name)
        return self.test.words(str(label))


@dataclass(frozen=True, slots=True)
class Filters(Blank):
    """Comparisons of properties; all of them must hold."""

    def read(self, value: Any) -> tuple[Filter, ...]:
        if value is None:
            return ()
        if not isinstance(value, list) or len(value) > MOST_FILTERS:
            raise Unfit(
                _("“{field}” must be a list of at most {number} properties.").format(
                    field=self.name, number=MOST_FILTERS
                )
            )
        return tuple(Filter.from_json(one) for one in value)

    def write(self, value: tuple[Filter, ...]) -> list[dict[str, Any]] | None:
        return [one.to_json() for one in value] or None

    def parse(self, typed: Mapping[str, str]) -> Any:
        found = []
        for index in range(MOST_FILTERS):
            name, op, value = (
                typed.get(f"{self.name}-{index}-{part}", "").strip() for part in ("property", "op", "value")
            )
            if name:
                right = comparisons.parsed(op, value)
                found.append({"property": name, "op": op} | ({} if right is None else {"value": right}))
        return found or None

    def fill(self, value: Any) -> dict[str, str]:
        typed = {}
        for index, one in enumerate(value or []):
            typed[f"{self.name}-{index}-property"] = one["property"]
            typed[f"{self.name}-{index}-op"] = one["op"]
            typed[f"{self.name}-{index}-value"] = comparisons.shown(one.get("value"))
        return typed

    def inputs(self, typed: Mapping[str, str]) -> list[Input]:
        used = [index for index in range(MOST_FILTERS) if typed.get(f"{self.name}-{index}-property")]
        rows = range(min(max(used, default=-1) + 2, MOST_FILTERS))
        return [one for index in rows for one in self._row(f"{self.name}-{index}", index, typed)]

    def _row(self, name: str, index: int, typed: Mapping[str, str]) -> list[Input]:
        words = pgettext_lazy("between conditions", "and") if index else self.label
        prop, op, value = (f"{name}-{part}" for part in ("property", "op", "value"))
        named = self._named(
            Input(prop, _PROPERTY, "suggested", typed.get(prop, ""), optional=True, before=words), typed
        )
        if not named.typed:
            return [named]
        operators = self._operators(named.typed)
        operator = comparisons.OPERATORS.get(typed.get(op, ""))
        compared = Input(op, gettext_lazy("how to compare"), "select", typed.get(op, ""), operators)
        if operator is not None and not operator.needs_value:
            return [named, compared]
        hint = operator.hint if operator else ""
        right = Input(value, gettext_lazy("value"), "text", typed.get(value, ""), hint=hint)
        return [named, compared, self._right(right, named.typed)]

    def _named(self, asked: Input, typed: Mapping[str, str]) -> Input:
        """The input for the name of a property, with what is known of the event."""
        known = sorted(vocabulary.of(typed.get("name", "")).properties.items())
        return replace(asked, options=known, hint=_PROPERTY)

    def _operators(self, name: str) -> list[tuple[str, Any]]:
        """How a property of this name can be compared."""
        return comparisons.operators()

    def _right(self, asked: Input, name: str) -> Input:
        """The input for the value that a property of this name is compared with."""
        return asked


@dataclass(frozen=True, slots=True)
class EventName(Choice):
    """The name of an event: a declared one, or one of the company's own."""

    def parse(self, typed: Mapping[str, str]) -> Any:
        return typed.get(OWN, "").strip() or super(EventName, self).parse(typed)

    def inputs(self, typed: Mapping[str, str]) -> list[Input]:
        words = gettext_lazy("or of another name")
        own = Input(OWN, words, "text", typed.get(OWN, ""), before=words, optional=not self.needed)
        chosen = super(EventName, self).inputs(typed)
        return chosen if typed.get(self.name) else [*chosen, own]


@dataclass(frozen=True, slots=True)
class Times(Number):
    """How often: the word behind the number goes with it."""

    words: Callable[[int], str] = field(default=lambda times: ngettext("time", "times", times), kw_only=True)

    def inputs(self, typed: Mapping[str, str]) -> list[Input]:
        times = self.parse(typed)
        words = self.words(times if isinstance(times, int) else 2)
        return [replace(one, after=words) for one in super(Times, self).inputs(typed)]


@dataclass(frozen=True, slots=True)
class Unit(Choice):
    """The unit of a window, days unless said otherwise; nothing where there is no window."""

    def parse(self, typed: Mapping[str, str]) -> Any:
        return super(Unit, self).parse({"unit": "days", **typed}) if typed.get("within", "").strip() else None

    def inputs(self, typed: Mapping[str, str]) -> list[Input]:
        return super(Unit, self).inputs({"unit": "days", **typed})


def event_names() -> list[tuple[str, Any]]:
    """The declared events that people may ask about, by label."""
    shown = [(name.name, name.label) for name in vocabulary.names() if not name.quiet]
    return sorted(shown, key=lambda pair: str(pair[1]))


@leaf("event")
@dataclass(frozen=True, slots=True)
class Did(Leaf):
    name: str
    op: str
    times: int
    within: int | None = None
    unit: str = ""
    where: tuple[Filter, ...] = ()
    after_last: str = ""

    label = gettext_lazy("What the person did")
    icon = "activity"
    blanks = (
        EventName("name", gettext_lazy("event"), event_names, open=True),
        Choice("op", gettext_lazy("how often"), lambda: list(COUNTS.items())),
        Times("times", gettext_lazy("times"), 0, MOST_TIMES),
        Number(
            "within",
            gettext_lazy("in the last"),
            1,
            max(LONGEST.values()),
            needed=False,
            before=gettext_lazy("in the last"),
            fold="within",
        ),
        Unit("unit", gettext_lazy("unit"), lambda: list(UNITS.items()), needed=False, fold="within"),
        Filters("where", gettext_lazy("where"), fold="where"),
        Choice(
            "after_last",
            gettext_lazy("only after the last"),
            event_names,
            open=True,
            needed=False,
            before=gettext_lazy("only after the last"),
            fold="after_last",
        ),
    )
    folds: ClassVar[Mapping[str, Any]] = {
        "within": pgettext_lazy("fold", "in the last…"),
        "where": pgettext_lazy("fold", "where…"),
        "after_last": pgettext_lazy("fold", "only after…"),
    }

    @classmethod
    def starts(cls) -> list[Start]:
        once = {"op": "at_least", "times": "1"}
        named = [Start(label, {"name": name, **once}) for name, label in event_names()]
        return [*named, Start(gettext_lazy("Another event"), once)]

    def refuse_nonsense(self) -> None:
        if self.op == "at_least" and self.times == 0:
            raise Unfit(_("Everybody did it at least 0 times. Ask for at least once, or for at most 0 times."))
        if (self.within is None) != (not self.unit):
            raise Unfit(_("“{field}” needs both a number and a unit.").format(field="within"))
        if self.within is not None and self.within > LONGEST[self.unit]:
            raise Unfit(
                _("“{field}” must be a whole number from {least} to {most}.").format(
                    field="within", least=1, most=LONGEST[self.unit]
                )
            )

    @property
    def ages(self) -> bool:
        return self.within is not None or any(one.test.operator.ages for one in self.where)

    @property
    def ages_by_day(self) -> bool:
        return any(one.test.operator.ages_by_day for one in self.where)

    @property
    def event_names(self) -> frozenset[str]:
        return frozenset({self.name, self.after_last} - {""})

    def sql(self, bind: Binder) -> str:
        return counted_sql(self.op, self.times, lambda sign, times: self._counted(bind, sign, times))

    def passed(self, bind: Passing) -> bool:
        named = f"name = {bind(self.name, 'String')}"
        if self.within is not None:
            bind.events(f"{named} AND {bind.within('at', self._window(bind))}")
        for one in self.where:
            if changed := one.passed(bind):
                bind.events(f"{named} AND ({changed})")
        return True

    def words(self) -> str:
        parts = [self._counted_words()]
        if self.within is not None:
            parts.append(window_words(self.within, self.unit))
        if self.where:
            filters = ", ".join(one.words(self.name) for one in self.where)
            parts.append(_("where {filters}").format(filters=filters))
        if self.after_last:
            parts.append(_("after the last “{event}”").format(event=vocabulary.of(self.after_last).label))
        return " ".join(parts)

    def denied(self) -> str:
        if (self.op, self.times) == ("at_least", 1):
            return replace(self, op="at_most", times=0).words()
        return super(Did, self).denied()

    def check(self, person: Person) -> bool:
        return counted(self.op, self.times, len(self._found(person)))

    def evidence(self, person: Person) -> Evidence:
        found = self._found(person)
        value = ngettext("“{event}”: {number} time", "“{event}”: {number} times", len(found))
        return Evidence(value.format(event=vocabulary.of(self.name).label, number=len(found)), tuple(found[:EVIDENCE]))

    def _counted(self, bind: Binder, sign: str, times: int) -> str:
        """Whether the events that count are `sign` `times` in number; `times` is 1 or more."""
        rows = " AND ".join([self._named(bind, self.name), *(f"({one.sql(bind)})" for one in self.where)])
        if self.after_last:
            return self._counted_after(bind, rows, sign, times)
        if sign == ">=" and times == 1:
            return bind.happened(rows)
        return bind.happened(rows, f"{distinct_events(rows, times)} {sign} {bind(times, 'UInt32')}")

    def _counted_after(self, bind: Binder, rows: str, sign: str, times: int) -> str:
        """The other event matters only inside the window: everything in the window is later than one before it."""
        other = self._named(bind, self.after_last)
        last = f"maxIf(at, {other})"
        either = f"({rows}) OR ({other})"
        if sign == ">=" and times == 1:
            return bind.happened(either, f"maxIf(at, {rows}) > {last}")
        later = f"arrayFilter(pair -> pair.1 > {last}, groupUniqArrayIf((at, id), {rows}))"
        return bind.happened(either, f"length({later}) {sign} {bind(times, 'UInt32')}")

    def _named(self, bind: Binder, name: str) -> str:
        named = f"name = {bind(name, 'String')}"
        if self.within is None:
            return named
        return f"{named} AND at >= {bind.now} - {self._window(bind)}"

    def _window(self, bind: Binder) -> str:
        return f"toIntervalMinute({bind(self._minutes, 'UInt32')})"

    @property
    def _minutes(self) -> int:
        return int(timedelta(**{self.unit: self.within or 0}).total_seconds() // 60) if self.unit else 0

    def _found(self, person: Person) -> list[Happened]:
        """The events that count, each once, newest first."""
        since = person.now - timedelta(minutes=self._minutes) if self.within is not None else EPOCH
        recent = [event for event in {event.id: event for event in person.events}.values() if event.at >= since]
        last = max((event.at for event in recent if event.name == self.after_last), default=None)
        found = [
            event
            for event in recent
            if event.name == self.name
            and (last is None or event.at > last)
            and all(one.check(event, person.now) for one in self.where)
        ]
        return sorted(found, key=lambda event: (event.at, event.id.int), reverse=True)

    def _counted_words(self) -> str:
        event = vocabulary.of(self.name).label
        if self.times == 0:
            return _("never “{event}”").format(event=event)
        patterns = {
            "at_least": ngettext("“{event}” at least once", "“{event}” at least {number} times", self.times),
            "at_most": ngettext("“{event}” at most once", "“{event}” at most {number} times", self.times),
            "exactly": ngettext("“{event}” exactly once", "“{event}” exactly {number} times", self.times),
        }
        return patterns[self.op].format(event=event, number=self.times)


def counted_sql(op: str, times: int, asked: Callable[[str, int], str]) -> str:
    """Whether something happened so often. `asked(sign, times)` says it of who did it at all, never of 0."""
    if op == "at_most":
        return f"NOT ({asked('>=', times + 1)})"
    if times == 0:
        return f"NOT ({asked('>=', 1)})"
    return asked("=" if op == "exactly" else ">=", times)


def counted(op: str, times: int, found: int) -> bool:
    """The same in plain Python, of what was `found`."""
    if op == "exactly":
        return found == times
    return found >= times if op == "at_least" else found <= times


def window_words(within: int, unit: str) -> str:
    patterns = {
        "minutes": ngettext("in the last minute", "in the last {number} minutes", within),
        "hours": ngettext("in the last hour", "in the last {number} hours", within),
        "days": ngettext("in the last day", "in the last {number} days", within),
    }
    return patterns[unit].format(number=within)
