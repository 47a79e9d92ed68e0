"""Conditions on a company: its fields, its marks, and what people do there."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db.models import F, Q
from django.utils.text import capfirst
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from relacja.contacts import comparing, conditions, fields, queries, reach, tags
from relacja.contacts.comparing import Matches, small
from relacja.contacts.conditions import Condition, Subject
from relacja.contacts.models import Company, Contact, Position, Record
from relacja.lib.errors import Refused
from relacja.segments import blanks
from relacja.segments.blanks import Blank, Choice, Input
from relacja.segments.firms import Asking, FirmLeaf
from relacja.segments.rules import Start, leaf
from relacja.segments.segment_rules.mark import IsVip, Tagged


def _subject(typed: Mapping[str, str]) -> Subject | None:
    return conditions.subjects().get(typed.get("field", ""))


@dataclass(frozen=True, slots=True)
class Field(Choice):
    """What is compared, by its path; one that is not in use any more is refused by the condition itself."""

    def read(self, value: Any) -> str:
        return blanks.text(value, self.name, longest=100)


@dataclass(frozen=True, slots=True)
class How(Choice):
    """An operator: those that make sense for the field are offered, the first of them at once."""

    def parse(self, typed: Mapping[str, str]) -> Any:
        return self._known(typed) or None

    def inputs(self, typed: Mapping[str, str]) -> list[Input]:
        subject = _subject(typed)
        if subject is None:
            return []
        offered = [(code, comparing.OPERATORS[code]) for code in subject.operators]
        return [self.input("select", {**typed, self.name: self._known(typed)}, options=offered)]

    def _known(self, typed: Mapping[str, str]) -> str:
        subject, op = _subject(typed), typed.get(self.name, "")
        return op if subject is None or op in subject.operators else subject.operators[0]


@dataclass(frozen=True, slots=True)
class Right(Blank):
    """What stands on the right; the condition checks it."""

    def read(self, value: Any) -> Any:
        return value

    def parse(self, typed: Mapping[str, str]) -> Any:
        subject = _subject(typed)
        op = HOW.parse(typed) if subject else ""
        if subject is None or op in comparing.ALONE:
            return None
        text = typed.get(self.name, "").strip()
        try:
            return conditions.typed(subject, op, text).value
        except Refused:
            return text or None  # the condition says itself what is wrong with it

    def fill(self, value: Any) -> dict[str, str]:
        return {} if value is None else {self.name: f"{value:g}" if isinstance(value, float) else str(value)}

    def inputs(self, typed: Mapping[str, str]) -> list[Input]:
        subject, op = _subject(typed), str(HOW.parse(typed) or "")
        if subject is None or op in comparing.ALONE:
            return []
        choices = conditions.owners() if subject.path == "owner" else subject.choices
        if choices and op in ("is", "is_not", "contains"):
            return [self.input("select", typed, options=choices)]
        if op in ("before", "after"):
            return [self.input("text", typed, hint=gettext_lazy("a day such as 2026-11-21"))]
        if op in comparing.COUNTING:
            return [self.input("number", typed)]
        return [self.input("text", {**typed, self.name: _named(subject, typed.get(self.name, ""))})]


def _named(subject: Subject, text: str) -> str:
    """A record by its number and name, where a number alone stands for one."""
    if subject.family != "record" or subject.known is None or not text.isdecimal() or len(text) > 18:
        return text
    names = fields.named([(subject.known, int(text))])
    return f"#{text} {next(iter(names.values()), '')}".strip()


def _paths() -> list[tuple[str, Any]]:
    return [(one.path, capfirst(str(one.label))) for one in conditions.subjects().values()]


HOW = How("op", gettext_lazy("how to compare"), lambda: list(comparing.OPERATORS.items()))


@leaf("attribute", of=Record.COMPANY)
@dataclass(frozen=True, slots=True)
class FirmAttribute(FirmLeaf):
    field: str
    op: str
    value: Any

    label = gettext_lazy("What we know about the company")
    icon = "building-2"
    blanks = (Field("field", gettext_lazy("field"), _paths), HOW, Right("value", gettext_lazy("value")))

    @classmethod
    def starts(cls) -> list[Start]:
        return [Start(label, {"field": path}) for path, label in _paths()]

    def refuse_nonsense(self) -> None:
        self._condition()

    def words(self) -> str:
        condition = self._condition()
        return condition.words(conditions.names_of([condition]))

    def q(self, asking: Asking) -> Q:
        condition = self._condition()
        return condition.q(asking.named(condition.subject.expression(asking.owners)), asking.now)

    def holds(self, company: Company, now: datetime) -> bool:
        return self._condition().check(company, now)

    def _condition(self) -> Condition:
        """Raises `BadRule` when the field is not in use any more, or cannot be compared like that."""
        return conditions.made(conditions.subjects(), self.field, self.op, self.value)


@leaf("tag", of=Record.COMPANY)
@dataclass(frozen=True, slots=True)
class FirmTagged(FirmLeaf, Tagged):
    def q(self, asking: Asking) -> Q:
        keys = tags.remembered().behind(self.tag)
        found = Q(attributes__has_key=tags.KEY) & queries.holding_tag(keys) if keys else Q(pk__in=[])
        return found if self.op == "has" else ~found

    def holds(self, company: Company, now: datetime) -> bool:
        keys = set(tags.remembered().behind(self.tag))
        return bool(keys & set(company.attributes.get(tags.KEY) or [])) == (self.op == "has")


@leaf("vip", of=Record.COMPANY)
@dataclass(frozen=True, slots=True)
class FirmIsVip(FirmLeaf, IsVip):
    def q(self, asking: Asking) -> Q:
        found = Q(attributes__has_key=fields.VIP)
        return found if self.op == "is" else ~found

    def holds(self, company: Company, now: datetime) -> bool:
        return (fields.VIP in company.attributes) == (self.op == "is")


@dataclass(frozen=True, slots=True)
class Text(Blank):
    def read(self, value: Any) -> str:
        return blanks.text(value, self.name, longest=120)


@leaf("role", of=Record.COMPANY)
@dataclass(frozen=True, slots=True)
class HasRole(FirmLeaf):
    role: str

    label = gettext_lazy("Somebody's role there")
    icon = "briefcase"
    blanks = (Text("role", gettext_lazy("role"), before=gettext_lazy("somebody is there as")),)

    def words(self) -> str:
        return _("somebody is there as “{role}”").format(role=self.role)

    def denied(self) -> str:
        return _("nobody is there as “{role}”").format(role=self.role)

    def q(self, asking: Asking) -> Q:
        """Who works there, by their job, and who does something for it besides. One pass over the contacts."""
        there = reach.among_people(Contact.objects.active(), asking.owners).filter(company__isnull=False)
        jobs = there.filter(Matches(F("job_title"), self.role, before=True, after=True))
        positions = Position.objects.filter(contact__archived_at=None)
        if asking.owners is not None:
            positions = positions.filter(reach.owned(asking.owners, "contact__"))
        positions = positions.filter(Matches(F("role"), self.role, before=True, after=True))
        return Q(pk__in=jobs.values("company")) | Q(pk__in=positions.values("company"))

    def holds(self, company: Company, now: datetime) -> bool:
        jobs = Contact.objects.active().filter(company=company).values_list("job_title", flat=True)
        roles = company.positions.filter(contact__archived_at=None).values_list("role", flat=True)
        return any(small(self.role) in small(text) for text in [*jobs, *roles])
