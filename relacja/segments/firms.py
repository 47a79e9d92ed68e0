"""Which companies a rule means: a question to the records, put together from what its leaves ask."""

import json
from abc import abstractmethod
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime
from functools import reduce
from operator import and_, or_
from typing import Any

from django.db.models import BooleanField, F, Func, Q, QuerySet

from relacja.clickhouse import facts
from relacja.contacts.models import Company
from relacja.segments.binder import Binder, Whole
from relacja.segments.rules import Every, Evidence, Leaf, Not, Person, Rule, Some, Somebody
from relacja.staff.reach import Owners

NEVER = Q(pk__in=[])


@dataclass(slots=True)
class Asking:
    """One question about companies, asked at `now` by `viewer`: what its parts compare, under names of their own.

    Of the people of companies only those of `owners` are looked at; None for everybody.
    """

    now: datetime
    viewer: int | None = None
    owners: Owners = None
    compared: dict[str, Any] = field(default_factory=dict)

    def named(self, expression: Any) -> str:
        """The name under which conditions may speak of an expression."""
        name = f"_asked{len(self.compared)}"
        self.compared[name] = expression
        return name


class FirmLeaf(Leaf):
    """One condition on a company."""

    __slots__ = ()

    @abstractmethod
    def q(self, asking: Asking) -> Q:
        """The condition as the records are asked: true or false of every company, never unknown."""

    @abstractmethod
    def holds(self, company: Company, now: datetime) -> bool:
        """The meaning, in plain Python: what `q` must agree with. How many people there are stands on the record."""

    def sql(self, bind: Binder) -> str:
        raise TypeError("companies are asked of the records")

    def check(self, person: Person) -> bool:
        raise TypeError("this is about a company")

    def evidence(self, person: Person) -> Evidence:
        raise TypeError("this is about a company")


class Among(Func):
    """Whether a text is one of some, however many: they are one parameter."""

    output_field = BooleanField()

    def __init__(self, expression: Any, texts: Sequence[str]) -> None:
        super().__init__(expression)
        self.texts = texts

    def as_sqlite(self, compiler: Any, connection: Any, **context: Any) -> Any:
        return self._in(compiler, "SELECT value FROM json_each(%s)")

    def as_postgresql(self, compiler: Any, connection: Any, **context: Any) -> Any:
        return self._in(compiler, "SELECT json_array_elements_text(%s::json)")

    def _in(self, compiler: Any, these: str) -> Any:
        inner, parameters = compiler.compile(self.source_expressions[0])
        return f"({inner} IN ({these}))", [*parameters, json.dumps(self.texts, ensure_ascii=False)]


def narrowed(
    companies: "QuerySet[Company]", rule: Rule, now: datetime, *, viewer: int | None = None, owners: Owners = None
) -> "QuerySet[Company]":
    """Those of the companies of whom the rule is true. A question to the facts for each `people` in it."""
    asking = Asking(now, viewer, owners)
    condition = _q(rule, asking)
    return companies.alias(**asking.compared).filter(condition)


def holds(rule: Rule, company: Company, now: datetime) -> bool:
    """The meaning of a rule about a company itself, in plain Python."""
    if isinstance(rule, Every | Some):
        found = (holds(one, company, now) for one in rule.rules)
        return all(found) if isinstance(rule, Every) else any(found)
    if isinstance(rule, Not):
        return not holds(rule.rule, company, now)
    assert isinstance(rule, FirmLeaf)
    return rule.holds(company, now)


def _q(rule: Rule, asking: Asking) -> Q:
    if isinstance(rule, Every):
        return reduce(and_, (_q(one, asking) for one in rule.rules), Q())
    if isinstance(rule, Some):
        return reduce(or_, (_q(one, asking) for one in rule.rules), NEVER)
    if isinstance(rule, Not):
        return ~_q(rule.rule, asking)
    if isinstance(rule, Somebody):
        return _with_somebody(rule.rule, asking)
    assert isinstance(rule, FirmLeaf)
    return rule.q(asking)


def _with_somebody(rule: Rule, asking: Asking) -> Q:
    """The companies where somebody works of whom the rule is true: the facts know companies by their names."""
    bind = Whole(asking.now, viewer=asking.viewer, owners=asking.owners)
    rows = facts.ask(bind.statement("DISTINCT company", f"company != '' AND ({rule.sql(bind)})"), bind.parameters)
    return Q(Among(F("name"), [row["company"] for row in rows]))
