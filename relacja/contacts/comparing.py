"""Ways of comparing one value: as a condition on an annotation of a query, and in plain Python.

Text is compared without regard to case, of any alphabet and whatever the database makes of one: what is looked for is
written as a pattern with both cases of each letter. Days are days of the company's zone.
"""

import json
import re
import sys
from calendar import isleap
from collections import defaultdict
from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from functools import cache
from typing import Any

from django.db.models import BooleanField, Case, F, Func, IntegerField, Q, TextField, Value, When
from django.db.models.functions import Cast, Coalesce, Concat, Replace, StrIndex, Substr, TruncDate
from django.db.models.lookups import Exact, GreaterThan, GreaterThanOrEqual, LessThan, LessThanOrEqual
from django.utils import timezone
from django.utils.translation import gettext_lazy, pgettext_lazy

from relacja.contacts import by_day
from relacja.contacts.by_day import ByDay

Words = Any

OPERATORS: dict[str, Words] = {
    "contains": pgettext_lazy("operator", "contains"),
    "is": pgettext_lazy("operator", "is"),
    "is_not": pgettext_lazy("operator", "is not"),
    "starts_with": pgettext_lazy("operator", "starts with"),
    "greater": pgettext_lazy("operator", "is greater than"),
    "less": pgettext_lazy("operator", "is less than"),
    "before": pgettext_lazy("operator", "is before"),
    "after": pgettext_lazy("operator", "is after"),
    "in_last": pgettext_lazy("operator", "is in the last ... days"),
    "empty": pgettext_lazy("operator", "is empty"),
    "filled": pgettext_lazy("operator", "is filled in"),
}
SAID: dict[str, Words] = {
    "is": gettext_lazy("{subject} is “{value}”"),
    "is_not": gettext_lazy("{subject} is not “{value}”"),
    "contains": gettext_lazy("{subject} contains “{value}”"),
    "starts_with": gettext_lazy("{subject} starts with “{value}”"),
    "greater": gettext_lazy("{subject} is greater than {value}"),
    "less": gettext_lazy("{subject} is less than {value}"),
    "before": gettext_lazy("{subject} is before {value}"),
    "after": gettext_lazy("{subject} is after {value}"),
    "empty": gettext_lazy("{subject} is empty"),
    "filled": gettext_lazy("{subject} is filled in"),
}
ALONE = frozenset({"empty", "filled", *(code for code, one in by_day.OPERATORS.items() if not one.counts)})
COUNTING = frozenset({"in_last", *(code for code, one in by_day.OPERATORS.items() if one.counts)})
OPERATORS |= {code: one.label for code, one in by_day.OPERATORS.items()}


def small(text: str) -> str:
    """Small letters, one for one: what has no small letter of its own stays."""
    return "".join([lower if len(lower := letter.lower()) == 1 else letter for letter in text])


@cache
def _cases() -> dict[str, str]:
    """All the letters that are the same but for their case, by the small one. A tenth of a second, once."""
    found: defaultdict[str, str] = defaultdict(str)
    for letter in map(chr, range(sys.maxunicode + 1)):
        if (lower := small(letter)) != letter:
            found[lower] += letter
    return {lower: lower + others for lower, others in found.items()}


class Matches(Func):
    """Whether a text is, begins with or contains another one, whatever the case of its letters."""

    output_field = BooleanField()

    def __init__(self, expression: Any, text: str, *, before: bool = False, after: bool = False) -> None:
        super().__init__(expression)
        self.text, self.before, self.after = small(text), before, after

    def as_sqlite(self, compiler: Any, connection: Any, **context: Any) -> Any:
        inside = "".join(self._letter(letter, lambda one: f"[{one}]" if one in "*?[" else one) for letter in self.text)
        return self._asked(compiler, "GLOB", f"{'*' if self.before else ''}{inside}{'*' if self.after else ''}")

    def as_postgresql(self, compiler: Any, connection: Any, **context: Any) -> Any:
        inside = "".join(self._letter(letter, re.escape) for letter in self.text)
        return self._asked(compiler, "~", f"{'' if self.before else '^'}{inside}{'' if self.after else '$'}")

    def _letter(self, letter: str, escaped: Callable[[str], str]) -> str:
        cases = _cases().get(letter)
        return f"[{cases}]" if cases else escaped(letter)

    def _asked(self, compiler: Any, operator: str, pattern: str) -> Any:
        inner, parameters = compiler.compile(self.source_expressions[0])
        return f"({inner} {operator} %s)", [*parameters, pattern]


@dataclass(frozen=True, slots=True)
class Compared:
    """What is compared with what: the annotation `name` of some family of values, and the value on its right."""

    name: str
    family: str
    is_moment: bool
    value: Any
    now: datetime

    def has(self, lookup: str, value: Any) -> Q:
        return Q(**{f"{self.name}__{lookup}": value})

    def like(self, **open_ends: bool) -> Q:
        return Q(Matches(F(self.name), self.value, **open_ends))

    @property
    def is_text(self) -> bool:
        return self.family in ("text", "code")

    @property
    def something(self) -> Q:
        """Said beside a comparison, so that it is false of nothing, and not unknown."""
        return self.has("isnull", False)

    @property
    def nothing(self) -> Q:
        return self.has("isnull", True) if self.family in ("number", "record") else self.has("exact", "")

    def between(self, least: Any, below: Any) -> Q:
        """From a day on, up to another one; nothing is no day."""
        least, below = (start(day) if day and self.is_moment else day for day in (least, below))
        found = self.has("gte", least) if least else self.has("lt", below)
        return found if self.is_moment else found & ~self.nothing


def start(day: str) -> datetime:
    """When a day begins."""
    return datetime.combine(date.fromisoformat(day), time(), tzinfo=timezone.get_default_timezone()).astimezone(UTC)


def day_after(day: str) -> str:
    return (date.fromisoformat(day) + timedelta(days=1)).isoformat()


def q(op: str, one: Compared) -> Q:
    """The comparison as a condition of a query."""
    return _ask_by_day(by_day.OPERATORS[op], one) if op in by_day.OPERATORS else _ASKED[op](one)


def check(op: str, found: Any, value: Any, now: datetime) -> bool:
    """The same in plain Python, of what was found."""
    if op in by_day.OPERATORS:
        day = timezone.localdate(found) if isinstance(found, datetime) else found and date.fromisoformat(found)
        return bool(day) and by_day.OPERATORS[op].holds(day, now, value)
    return _CHECKED[op](found, value, now)


def _today(now: datetime, *, back: int = 0) -> str:
    return (timezone.localtime(now).date() - timedelta(days=back)).isoformat()


def _ask_in_last(one: Compared) -> Q:
    if one.is_moment:
        return one.has("gte", one.now - timedelta(days=one.value)) & one.has("lte", one.now)
    return one.has("gte", _today(one.now, back=one.value)) & one.has("lte", _today(one.now))


def _ask_by_day(op: ByDay, one: Compared) -> Q:
    """By the day as text: a year, a month and a day stand at fixed places of it."""
    span, zone = op.span(one.now, one.value), timezone.get_default_timezone()
    day: Any = Cast(TruncDate(one.name, tzinfo=zone), TextField()) if one.is_moment else F(one.name)
    if not op.is_yearly:
        return _lies(day, span.first.isoformat(), span.last.isoformat())
    found = Q()
    for piece in span.pieces():
        first, last = (f"{number // 100:02}-{number % 100:02}" for number in (piece.first, piece.last))
        earlier = Q(LessThan(Substr(day, 1, 4), Value(f"{piece.year:04}")))
        found |= earlier & _lies(Substr(day, 6, 5), first, last)
    return found


def next_return(text: Any, today: date) -> Any:
    """When a day written as text comes next, as text; NULL for none. What `days.next_return` says in plain Python."""
    month_day, year = Substr(text, 6, 5), Substr(text, 1, 4)
    in_a_year = Cast(Cast(year, IntegerField()) + 1, TextField())
    here, there = (
        Concat(Value(f"{one}-"), month_day if isleap(one) else _without_leap_day(month_day), output_field=TextField())
        for one in (today.year, today.year + 1)
    )
    return Case(
        When(Q(Exact(Coalesce(text, Value(""), output_field=TextField()), Value(""))), then=Value(None)),
        When(
            Q(GreaterThanOrEqual(year, Value(f"{today.year}"))),
            then=Concat(in_a_year, Value("-"), _without_leap_day(month_day), output_field=TextField()),
        ),
        When(Q(GreaterThanOrEqual(here, Value(today.isoformat()))), then=here),
        default=there,
        output_field=TextField(),
    )


def _without_leap_day(month_day: Any) -> Any:
    return Replace(month_day, Value("02-29"), Value("02-28"), output_field=TextField())


def _lies(text: Any, first: str, last: str) -> Q:
    return Q(GreaterThanOrEqual(text, Value(first))) & Q(LessThanOrEqual(text, Value(last)))


def _ask_contains(one: Compared) -> Q:
    if one.is_text:
        return one.like(before=True, after=True)
    return Q(GreaterThan(StrIndex(F(one.name), Value(json.dumps(one.value))), 0))


def _ask_is(one: Compared) -> Q:
    return one.like() if one.is_text else one.has("exact", one.value) & one.something


_ASKED: dict[str, Callable[[Compared], Q]] = {
    "is": _ask_is,
    "is_not": lambda one: ~_ask_is(one),
    "contains": _ask_contains,
    "starts_with": lambda one: one.like(after=True),
    "greater": lambda one: one.has("gt", one.value) & one.something,
    "less": lambda one: one.has("lt", one.value) & one.something,
    "before": lambda one: one.between(None, one.value),
    "after": lambda one: one.between(day_after(one.value), None),
    "in_last": _ask_in_last,
    "empty": lambda one: one.nothing,
    "filled": lambda one: ~one.nothing,
}


def _is_between(found: Any, least: str, below: str) -> bool:
    if isinstance(found, datetime):
        return start(least) <= found if least else found < start(below)
    return bool(found) and (least <= found if least else found < below)


def _is_in_last(found: Any, days: int, now: datetime) -> bool:
    if isinstance(found, datetime):
        return now - timedelta(days=days) <= found <= now
    return bool(found) and _today(now, back=days) <= found <= _today(now)


_CHECKED: dict[str, Callable[[Any, Any, datetime], bool]] = {
    "is": lambda found, value, _now: bool(found == value),
    "is_not": lambda found, value, _now: bool(found != value),
    "contains": lambda found, value, _now: value in found,
    "starts_with": lambda found, value, _now: found.startswith(value),
    "greater": lambda found, value, _now: found is not None and found > value,
    "less": lambda found, value, _now: found is not None and found < value,
    "before": lambda found, value, _now: _is_between(found, "", value),
    "after": lambda found, value, _now: _is_between(found, day_after(value), ""),
    "in_last": _is_in_last,
    "empty": lambda found, _value, _now: found in (None, "", []),
    "filled": lambda found, _value, _now: found not in (None, "", []),
}
