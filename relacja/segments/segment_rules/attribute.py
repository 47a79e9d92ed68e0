"""A condition on what is known about the contact: fixed columns, and attributes that apps and forms contribute."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, pgettext

from relacja.contacts import dates, fields, stages
from relacja.contacts.fields import Known
from relacja.contacts.models import Record
from relacja.segments import blanks, by_day, comparisons, values
from relacja.segments.binder import Binder, Passing
from relacja.segments.blanks import Blank, Choice, Input, Unfit
from relacja.segments.comparisons import Column, Comparison, Value
from relacja.segments.rules import Evidence, Leaf, Person, Start, leaf

PREFIX = "attributes."
COLUMNS: dict[str, Any] = {
    "email": gettext_lazy("e-mail"),
    "first_name": gettext_lazy("first name"),
    "last_name": gettext_lazy("last name"),
    "name": gettext_lazy("name"),
    "phone": gettext_lazy("phone"),
    "city": gettext_lazy("city"),
    "country": gettext_lazy("country"),
    "company": gettext_lazy("company"),
}
FEW = frozenset({"first_name", "city"})  # many people share one: each text is compared once, not once for each of them
CREATED = "created_at"
STAGE_SINCE = f"{PREFIX}{stages.SINCE}"
MOMENTS = frozenset({CREATED, STAGE_SINCE})
OWN = "own_field"
KNOWN_PATHS: dict[str, Any] = {
    f"{PREFIX}language": gettext_lazy("language"),
    f"{PREFIX}source": gettext_lazy("source"),
    STAGE_SINCE: gettext_lazy("beginning of the present stage"),
}


@dataclass(frozen=True, slots=True)
class Field(Blank):
    """A column of the contact, or the path of one of its attributes."""

    def read(self, value: Any) -> str:
        if isinstance(value, str) and (value in COLUMNS or value == CREATED):
            return value
        if isinstance(value, str) and value.startswith(PREFIX):
            return PREFIX + blanks.path(value.removeprefix(PREFIX), self.name)
        raise Unfit(
            _("“{value}” is not a known field of a contact.").format(
                value=value[:80] if isinstance(value, str) else value.__class__.__name__
            )
        )

    def inputs(self, typed: Mapping[str, str]) -> list[Input]:
        known = labels()
        value = typed.get(self.name, "")
        if value and value not in known:
            known[value] = value.removeprefix(PREFIX)
        chosen = self.input("select", typed, options=list(known.items()), optional=True)
        words = gettext_lazy("or another one")
        own = Input(OWN, words, "text", typed.get(OWN, ""), before=words, optional=True)
        return [chosen] if value else [chosen, own]

    def parse(self, typed: Mapping[str, str]) -> Any:
        if own := typed.get(OWN, "").strip():
            return own if own in COLUMNS or own.startswith(PREFIX) else PREFIX + own
        return super(Field, self).parse(typed)


@dataclass(frozen=True, slots=True)
class How(Choice):
    """An operator: of a field people made, those that make sense for its kind are offered."""

    def named(self, path: str) -> Known | None:
        """The field of that path, if it is one people made."""
        return _named(path)

    def inputs(self, typed: Mapping[str, str]) -> list[Input]:
        path = typed.get("field", "")
        known = self.named(path)
        allowed = known.operators if known else _allowed(path)
        if allowed is None:
            return super(How, self).inputs(typed)
        fit = [(code, label) for code, label in self.choices() if code in allowed or code == typed.get("op")]
        return [self.input("select", typed, options=fit)]


@dataclass(frozen=True, slots=True)
class Right(Value):
    """The value compared with; one of the choices where the field has them."""

    def named(self, path: str) -> Known | None:
        """The field of that path, if it is one people made."""
        return _named(path)

    def inputs(self, typed: Mapping[str, str]) -> list[Input]:
        known, op = self.named(typed.get("field", "")), typed.get("op", "")
        choices = known.kind.compared(known.options) if known else []
        if not choices or op not in ("is", "is_not", "contains"):
            return super(Right, self).inputs(typed)
        return [self.input("select", typed, options=choices)]


@leaf("attribute")
@dataclass(frozen=True, slots=True)
class Attribute(Leaf):
    field: str
    op: str
    value: Any

    label = gettext_lazy("What we know about the person")
    icon = "user"
    blanks = (
        Field("field", gettext_lazy("field")),
        How("op", gettext_lazy("how to compare"), comparisons.operators),
        Right("value", gettext_lazy("value")),
    )

    @classmethod
    def starts(cls) -> list[Start]:
        """Town and country have kinds of their own, which know how places are called."""
        offered = {path: label for path, label in labels().items() if path not in ("city", "country")}
        named = [Start(label, {"field": path}) for path, label in offered.items()]
        return [*named, Start(gettext_lazy("Another field"))]

    def refuse_nonsense(self) -> None:
        self._test()

    @property
    def lack(self) -> str:
        if not self.field.startswith(PREFIX) or self.field in KNOWN_PATHS or self.field in own():
            return ""
        put_away = {_place(known): known for known in fields.of_people(Record.CONTACT, archived=True)}
        if self.field not in put_away:
            return ""
        sentence = _("The field “{field}” is archived: nobody can change what stands in it.")
        return sentence.format(field=put_away[self.field].label)

    @property
    def ages(self) -> bool:
        return self._test().operator.ages

    @property
    def ages_by_day(self) -> bool:
        return self._test().operator.ages_by_day

    def sql(self, bind: Binder) -> str:
        return self._test().sql(self._column(bind), bind)

    def passed(self, bind: Passing) -> bool:
        if self.ages:
            bind.contacts(self._test().passed(self._column(bind), bind))
        return True

    def words(self) -> str:
        known = _named(self.field)
        return self._test().words(self.subject, dict(known.kind.compared(known.options)) if known else None)

    def check(self, person: Person) -> bool:
        return self._test().check(self._found(person), person.now)

    def evidence(self, person: Person) -> Evidence:
        found = values.as_text(self._found(person))
        return Evidence(_("{subject}: {value}").format(subject=self.subject, value=found or pgettext("value", "none")))

    @property
    def subject(self) -> str:
        if self.field == CREATED:
            return _("date of adding")
        named = COLUMNS.get(self.field) or KNOWN_PATHS.get(self.field)
        if named is None:
            known = _named(self.field)
            named = known.label if known else dates.suggested_label(self.field)
        return str(named) if named else self.field.removeprefix(PREFIX)

    def _test(self) -> Comparison:
        return comparisons.read(self.op, self.value, allowed=_allowed(self.field))

    def _column(self, bind: Binder) -> Column:
        if self.field == CREATED:
            return Column("toString(created_at)", "NULL", "created_at", is_written=False)
        if self.field in COLUMNS:
            return Column.of_text(f"toLowCardinality({self.field})" if self.field in FEW else self.field, bind)
        return Column.of_json("attributes", self.field.removeprefix(PREFIX), bind)

    def _found(self, person: Person) -> Any:
        if self.field == CREATED or self.field in COLUMNS:
            return person.columns.get(self.field)
        return at_path(person.attributes, self.field.removeprefix(PREFIX))


def _allowed(path: str) -> frozenset[str] | None:
    """How a field can be compared; None in any way, for nobody knows what it holds."""
    if path in MOMENTS:
        return comparisons.TEMPORAL | by_day.CODES
    return comparisons.TEXTUAL if path in COLUMNS else None


def own() -> dict[str, Known]:
    """The fields people made, by the path where the value to compare stands."""
    found = fields.remembered(Record.CONTACT).values()
    return {_place(known): known for known in found}


def _place(known: Known) -> str:
    """Where the value to compare stands."""
    return f"{known.path}.{known.kind.at}".rstrip(".")


def _named(path: str) -> Known | None:
    """The field that people made whose values stand under this path, if there is one."""
    is_own = path.startswith(PREFIX) and path not in KNOWN_PATHS
    return own().get(path) if is_own else None


def labels() -> dict[str, Any]:
    """Every field that is known, by the path where its value stands."""
    made = {path: known.label for path, known in own().items()}
    return {**COLUMNS, CREATED: gettext_lazy("date of adding"), **KNOWN_PATHS, **made}


def at_path(tree: Mapping[str, Any], path: str) -> Any:
    """What nested plain data holds under a dotted path, or None."""
    found: Any = tree
    for part in path.split("."):
        found = found.get(part) if isinstance(found, Mapping) else None
    return found
