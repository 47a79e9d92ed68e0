"""Conditions on fields of companies: as a question to the records, in plain Python, and in words.

A list of companies is asked of the records: there are a tenth as many of them as people. How conditions go together is
for the language of rules (see `narrowing`).
"""

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from django.db.models import (
    BigIntegerField,
    Count,
    F,
    FloatField,
    IntegerField,
    OuterRef,
    Q,
    Subquery,
    TextField,
    Value,
)
from django.db.models.fields.json import KeyTextTransform, KeyTransform
from django.db.models.functions import Cast, Coalesce, NullIf
from django.utils.formats import date_format
from django.utils.text import capfirst
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from relacja.contacts import by_day, comparing, fields, plain, reach
from relacja.contacts.comparing import ALONE, COUNTING, SAID, Compared, small
from relacja.contacts.fields import Known
from relacja.contacts.models import Company, Contact, Record
from relacja.contacts.narrowing import BadRule
from relacja.lib.errors import Refused
from relacja.lib.text import cleaned
from relacja.staff import teams
from relacja.staff.models import User
from relacja.staff.reach import Owners

PEOPLE, TEAM = "people", "team"
MOMENTS = {"created": "created_at", "changed": "changed_at"}
MOST_DAYS = 3650
LONGEST_TEXT = 500
Words = Any

FAMILIES = {
    "text": ("contains", "is", "is_not", "starts_with", "empty", "filled"),
    "code": ("is", "is_not", "empty", "filled"),
    "several": ("contains", "empty", "filled"),
    "number": ("is", "greater", "less", "empty", "filled"),
    "day": ("before", "after", "in_last", *by_day.OPERATORS, "empty", "filled"),
    "record": ("is", "is_not", "empty", "filled"),
    "team": ("is", "is_not"),
}
_FAMILY_OF = {
    "number": "number",
    "money": "number",
    "date": "day",
    "choice": "code",
    "country": "code",
    "yes_no": "code",
    "choices": "several",
    "reference": "record",
    "company": "record",
    "owner": "record",
}


@dataclass(frozen=True, slots=True)
class Subject:
    """What can be compared: a field of companies, how many work there, the owner's team, a moment of its own."""

    path: str
    label: Words
    family: str
    known: Known | None = None

    @property
    def operators(self) -> tuple[str, ...]:
        always = self.path in (PEOPLE, "name", *MOMENTS)
        operators = FAMILIES[self.family]
        if self.known is not None and not self.known.is_yearly:
            operators = tuple(op for op in operators if op not in by_day.YEARLY)
        return tuple(op for op in operators if not (always and op in ("empty", "filled")))

    @property
    def choices(self) -> list[tuple[str, Words]]:
        """What the value may be, if not anything."""
        if self.path == TEAM:
            return [(str(team.pk), team.name) for team in teams.remembered().teams]
        return list(self.known.kind.compared(self.known.options)) if self.known else []

    def expression(self, seen: Owners = None) -> Any:
        """The value as the database compares it; NULL or an empty text for nothing. People are those of `seen`."""
        if self.path == PEOPLE:
            return people_count(seen)
        if self.path in MOMENTS or self.path == TEAM:
            return F(MOMENTS.get(self.path, "owner_id"))
        if self.known is None or self.known.field is None:
            return F(f"{self.path}_id") if self.family == "record" else F(self.path)
        return self._own(self.known)

    def _own(self, known: Known) -> Any:
        inside = known.kind.at
        kept = KeyTransform(known.key, "attributes") if inside else "attributes"
        text = KeyTextTransform(inside or known.key, kept)
        if self.family == "number":
            return Cast(NullIf(text, Value("", output_field=TextField())), FloatField())
        if self.family == "record":
            return Cast(NullIf(text, Value("", output_field=TextField())), BigIntegerField())
        return Coalesce(text, Value(""), output_field=TextField())

    def found(self, company: Company) -> Any:
        """The same in plain Python; `people_count` stands on the record."""
        if self.path == PEOPLE:
            return company.people_count  # type: ignore[attr-defined]
        if self.path in MOMENTS or self.path == TEAM:
            return getattr(company, MOMENTS.get(self.path, "owner_id"))
        value = plain.value(company, self.path)
        value = value.get(self.known.kind.at) if self.known and self.known.kind.at and value else value
        if plain.is_nothing(value):
            return None if self.family in ("number", "record") else ""
        if self.family == "number":
            return float(value)
        if isinstance(value, bool):
            return "true" if value else "false"
        return small(value) if self.family in ("text", "code") else value


@dataclass(frozen=True, slots=True)
class Condition:
    """A subject, an operator, and what stands on its right in the form in which it is compared."""

    subject: Subject
    op: str
    value: Any

    def q(self, name: str, now: datetime) -> Q:
        """The condition on the annotation `name`, which holds the subject's expression."""
        if self.subject.family == "team":
            found = Q(**{f"{name}__in": self._people}) & Q(**{f"{name}__isnull": False})
            return found if self.op == "is" else ~found
        return comparing.q(self.op, self._compared(name, now))

    def check(self, company: Company, now: datetime) -> bool:
        """The meaning, in plain Python: what `q` must agree with."""
        if self.subject.family == "team":
            return (self.subject.found(company) in self._people) == (self.op == "is")
        return comparing.check(self.op, self.subject.found(company), self._right, now)

    def words(self, names: Mapping[int, str]) -> str:
        """The condition in words; `names` are those of the companies and people it speaks of."""
        subject = capfirst(str(self.subject.label))
        if self.op in by_day.OPERATORS:
            return by_day.OPERATORS[self.op].said(subject, self.value or 0)
        if self.op == "in_last":
            words = ngettext(
                "{subject} was in the last {number} day", "{subject} was in the last {number} days", self.value
            )
            return words.format(subject=subject, number=self.value)
        return str(SAID[self.op]).format(subject=subject, value=self._shown(names))

    def _compared(self, name: str, now: datetime) -> Compared:
        return Compared(name, self.subject.family, self.subject.path in MOMENTS, self._right, now)

    @property
    def _people(self) -> tuple[int, ...]:
        """Who is in the team."""
        return teams.remembered().people.get(self.value, ())

    @property
    def _right(self) -> Any:
        return (
            small(self.value) if isinstance(self.value, str) and self.subject.family in ("text", "code") else self.value
        )

    def _shown(self, names: Mapping[int, str]) -> str:
        if self.subject.family == "record":
            return names.get(self.value, "") or f"#{self.value}"
        if self.subject.family == "team":
            return teams.remembered().called(self.value)
        if self.op in ("before", "after"):
            return date_format(date.fromisoformat(self.value), "DATE_FORMAT")
        if self.subject.family == "number" and self.op not in ALONE:
            return f"{self.value:g}"
        return str(dict(self.subject.choices).get(self.value, self.value))


def subjects() -> dict[str, Subject]:
    """Everything that can be compared, by its path. Seldom a query: own fields are remembered."""
    known = [
        Subject(one.path, one.label, _FAMILY_OF.get(one.kind.code, "text"), one)
        for one in [*fields.built_in(Record.COMPANY), *fields.remembered(Record.COMPANY).values()]
        if one.path not in fields.MARKS
    ]
    others = [
        Subject(PEOPLE, gettext_lazy("People there"), "number"),
        Subject("created", gettext_lazy("Added"), "day"),
        Subject("changed", gettext_lazy("Changed"), "day"),
        Subject(TEAM, gettext_lazy("Owner's team"), "team"),
    ]
    return {one.path: one for one in [*known, *others]}


def made(among: Mapping[str, Subject], path: Any, op: Any, value: Any) -> Condition:
    """A condition of plain values. Raises `BadRule`."""
    subject = among.get(path) if isinstance(path, str) else None
    if subject is None:
        raise BadRule(
            _("This list asks for a field that is not in use any more: “{field}”.").format(field=str(path)[:80])
        )
    if op not in subject.operators:
        raise BadRule(_("“{field}” cannot be compared like that.").format(field=subject.label))
    return Condition(subject, op, None if op in ALONE else _value(subject, op, value))


def typed(subject: Subject, op: str, text: str) -> Condition:
    """A condition as a person typed it. Raises `Refused` with a sentence."""
    if op not in subject.operators:
        raise Refused(_("“{field}” cannot be compared like that.").format(field=subject.label))
    text = cleaned(text)
    if op in ALONE:
        return Condition(subject, op, None)
    if subject.family == "record" and subject.known:
        return made({subject.path: subject}, subject.path, op, _record(text, subject.known))
    value: Any = text
    if subject.family == "team" and text.isascii() and text.isdigit() and len(text) < 19:
        value = int(text)
    elif subject.family == "number" or op in COUNTING:
        number = text.replace("\N{NO-BREAK SPACE}", "").replace(" ", "").replace(",", ".")
        try:
            value = int(number) if op in COUNTING else float(number)
        except ValueError as error:
            raise Refused(_("Write a number.")) from error
    elif op in ("before", "after") and subject.known:
        value = subject.known.parse(text)
    return made({subject.path: subject}, subject.path, op, value)


def names_of(conditions: Iterable[Condition]) -> dict[int, str]:
    """What the records are called that conditions speak of. A query for each sort of record, none for no such."""
    asked = [one for one in conditions if one.subject.family == "record" and one.op not in ALONE]
    found: dict[int, str] = {}
    for one in asked:
        if one.subject.known:
            found |= {pk: name for (_kind, pk), name in fields.named([(one.subject.known, one.value)]).items()}
    return found


def people_count(seen: Owners = None) -> Any:
    """How many active people of these owners work at a company."""
    people = reach.among_people(Contact.objects.active(), seen).filter(company=OuterRef("pk")).order_by()
    counted = people.values("company").annotate(n=Count("pk")).values("n")
    return Coalesce(Subquery(counted, output_field=IntegerField()), 0)


def _record(text: str, known: Known) -> Any:
    """The id of a record as people name it; its number will do."""
    number = re.match(r"#?(\d{1,18})\b", text, re.ASCII)
    return int(number[1]) if number else known.parse(text)


def owners() -> list[tuple[str, str]]:
    """Whom a condition on the owner may name."""
    return [(str(user.pk), str(user)) for user in User.objects.filter(is_active=True).order_by("name", "email")]


def _value(subject: Subject, op: str, value: Any) -> Any:
    wrong = BadRule(_("“{field}” is compared with something else than this.").format(field=subject.label))
    if op in COUNTING:
        most = by_day.OPERATORS[op].most if op in by_day.OPERATORS else by_day.MOST_DAYS
        if isinstance(value, bool) or not isinstance(value, int) or not 1 <= value <= most:
            raise BadRule(_("Give a number of days from 1 to {most}.").format(most=most))
        return value
    if subject.family == "number":
        if isinstance(value, bool) or not isinstance(value, int | float) or not -1e15 <= value <= 1e15:
            raise BadRule(_("Write a number."))
        return value
    if subject.family == "record" and isinstance(value, str):
        raise BadRule(_("Nobody here is called “{text}”.").format(text=value[:60]))
    if subject.family in ("record", "team"):
        if isinstance(value, bool) or not isinstance(value, int) or not 0 < value < 1 << 62:
            raise wrong
        return value
    if not isinstance(value, str) or not value.strip() or len(value) > LONGEST_TEXT or "\0" in value:
        raise BadRule(_("Write what “{field}” is compared with.").format(field=subject.label))
    try:
        value.encode()
        if op in ("before", "after"):
            date.fromisoformat(value)
    except ValueError as error:
        raise wrong from error
    return value
