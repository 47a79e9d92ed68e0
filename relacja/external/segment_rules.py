"""Conditions on external data: on a value somebody else keeps about a person, and on whether they are kept there."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, pgettext, pgettext_lazy

from relacja.contacts.fields import Known
from relacja.events.profiles import ANONYMOUS
from relacja.external import queries, sources
from relacja.external.sources import Live
from relacja.segments import beyond, comparisons, values
from relacja.segments.binder import CONTACT, Binder, Passing
from relacja.segments.blanks import Blank, Choice, Input, Unfit
from relacja.segments.comparisons import Column, Comparison
from relacja.segments.rules import Evidence, Leaf, Person, Start, leaf
from relacja.segments.segment_rules.attribute import How, Right, at_path
from relacja.ui import written

KEY = "external"
WHETHER: dict[str, Any] = {
    "in": pgettext_lazy("external data", "is there"),
    "not_in": pgettext_lazy("external data", "is not there"),
}
PERSON = CONTACT.replace("profile_id", "contact_id")

beyond.add(KEY, queries.held_by)


@dataclass(frozen=True, slots=True)
class Path(Blank):
    """A column of a source, as rules call it."""

    def read(self, value: Any) -> str:
        if not isinstance(value, str) or sources.of_path(value) is None:
            raise Unfit(_("“{value}” is no column of external data.").format(value=str(value)[:120]))
        return value

    def inputs(self, typed: Mapping[str, str]) -> list[Input]:
        offered = [
            (column.path, f"{source.label}: {column.label}")
            for source in sources.remembered().values()
            for column in source.columns.values()
        ]
        return [self.input("select", typed, options=offered)]


@dataclass(frozen=True, slots=True)
class ColumnHow(How):
    def named(self, path: str) -> Known | None:
        return _column(path)


@dataclass(frozen=True, slots=True)
class ColumnRight(Right):
    def named(self, path: str) -> Known | None:
        return _column(path)


class FromOutside(Leaf):
    """A condition on rows of one source."""

    __slots__ = ()

    @property
    def source_key(self) -> str:
        raise NotImplementedError


@leaf(KEY)
@dataclass(frozen=True, slots=True)
class External(FromOutside):
    """Rows are compared where they lie: one set of people for each condition, whatever the number of sources.

    Who is not in the table has nothing in its columns. Somebody into whom others were merged has their rows, unless
    there is one of their own.
    """

    field: str
    op: str
    value: Any

    label = gettext_lazy("External data")
    icon = "database"
    blanks = (
        Path("field", gettext_lazy("column")),
        ColumnHow("op", gettext_lazy("how to compare"), comparisons.operators),
        ColumnRight("value", gettext_lazy("value")),
    )

    @classmethod
    def starts(cls) -> list[Start]:
        return [
            Start(column.label, {"field": column.path}, heading=source.label)
            for source in sources.remembered().values()
            for column in source.columns.values()
        ]

    def refuse_nonsense(self) -> None:
        self._test()

    @property
    def source_key(self) -> str:
        return self.field.split(".")[1]

    @property
    def ages(self) -> bool:
        return self._test().operator.ages

    @property
    def ages_by_day(self) -> bool:
        return self._test().operator.ages_by_day

    def sql(self, bind: Binder) -> str:
        test = self._test()
        condition = test.sql(self._compared(bind), bind)
        if test.check(None, bind.at):
            return f"id NOT IN ({people(self._source, bind, f'NOT ({condition})')})"
        return f"id IN ({people(self._source, bind, condition)})"

    def passed(self, bind: Passing) -> bool:
        if self.ages:
            aged = self._test().passed(self._compared(bind), bind)
            bind.contacts(f"id IN ({people(self._source, bind, aged)})")
        return True

    def words(self) -> str:
        column = self._column
        return self._test().words(self.subject, dict(column.kind.compared(column.options)))

    def check(self, person: Person) -> bool:
        return self._test().check(self._found(person), person.now)

    def evidence(self, person: Person) -> Evidence:
        source = self._source
        if source.key not in person.beyond.get(KEY, {}):
            return Evidence(_("{source}: says nothing of this person").format(source=source.label))
        found = values.as_text(self._found(person)) or pgettext("value", "none")
        when = written.moment(source.taken_at) if source.taken_at else "–"
        return Evidence(_("{subject}: {value} (from {when})").format(subject=self.subject, value=found, when=when))

    @property
    def subject(self) -> str:
        return f"{self._source.label}: {self._column.label}"

    @property
    def _source(self) -> Live:
        return _known(self.field)[0]

    @property
    def _column(self) -> Known:
        return _known(self.field)[1]

    @property
    def _place(self) -> str:
        """Where in the values of a row the one to compare stands."""
        column = self._column
        return f"{column.key}.{column.kind.at}".rstrip(".")

    def _test(self) -> Comparison:
        return comparisons.read(self.op, self.value, allowed=self._column.operators)

    def _compared(self, bind: Binder) -> Column:
        return Column.of_json("data", self._place, bind)

    def _found(self, person: Person) -> Any:
        return at_path(person.beyond.get(KEY, {}).get(self.source_key, {}), self._place)


@leaf("external_known")
@dataclass(frozen=True, slots=True)
class KnownOutside(FromOutside):
    op: str
    source: str

    label = gettext_lazy("In external data")
    icon = "database"
    blanks = (
        Choice("source", gettext_lazy("source"), lambda: [(one.path, one.label) for one in _live()]),
        Choice("op", gettext_lazy("whether"), lambda: list(WHETHER.items())),
    )

    @classmethod
    def starts(cls) -> list[Start]:
        return [Start(_("Is in the table"), {"source": one.path, "op": "in"}, heading=one.label) for one in _live()]

    @property
    def source_key(self) -> str:
        return self.source.removeprefix(sources.PREFIX)

    def sql(self, bind: Binder) -> str:
        found = people(_source(self.source_key), bind, "1")
        return f"id {'IN' if self.op == 'in' else 'NOT IN'} ({found})"

    def words(self) -> str:
        sentence = _("is in “{source}”") if self.op == "in" else _("is not in “{source}”")
        return sentence.format(source=_source(self.source_key).label)

    def denied(self) -> str:
        return KnownOutside("not_in" if self.op == "in" else "in", self.source).words()

    def check(self, person: Person) -> bool:
        return (self.source_key in person.beyond.get(KEY, {})) == (self.op == "in")

    def evidence(self, person: Person) -> Evidence:
        source = _source(self.source_key)
        if source.key not in person.beyond.get(KEY, {}):
            return Evidence(_("{source}: says nothing of this person").format(source=source.label))
        when = written.moment(source.taken_at) if source.taken_at else "–"
        return Evidence(_("{source}: has a row (from {when})").format(source=source.label, when=when))


def people(source: Live, bind: Binder, condition: str) -> str:
    """A SELECT of the people of whom a row of the source meets the condition."""
    rows = f"generation = {bind(source.generation, 'UInt64')} AND {bind.concerned('contact_id')}"
    joined = f"SELECT contact_id FROM alias FINAL WHERE is_deleted = 0 AND profile_id < {ANONYMOUS}"  # noqa: S608
    merged = f"SELECT contact_id FROM external_row WHERE {rows} AND contact_id IN ({joined})"  # noqa: S608
    theirs = f"({PERSON} = contact_id OR {PERSON} NOT IN ({merged}))"
    return f"SELECT {PERSON} AS person FROM external_row WHERE {rows} AND {theirs} AND ({condition})"  # noqa: S608


def _live() -> list[Live]:
    return list(sources.remembered().values())


def _source(key: str) -> Live:
    found = sources.remembered().get(key)
    if found is None:
        raise Unfit(_("“{value}” is no source of external data.").format(value=key[:80]), field="source")
    return found


def _column(path: str) -> Known | None:
    found = sources.of_path(path)
    return found[1] if found else None


def _known(path: str) -> tuple[Live, Known]:
    found = sources.of_path(path)
    if found is None:
        raise Unfit(_("“{value}” is no column of external data.").format(value=path[:120]), field="field")
    return found
