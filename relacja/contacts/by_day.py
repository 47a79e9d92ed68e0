"""Comparing days with today, in the company's zone: each operator is a span of days around today.

Those of `yearly` ask whether a day returns in the span (`lib.days` says when), the others whether it lies there. What
asks a store makes its question from the span; `holds` is the meaning in plain Python.
"""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext, pgettext_lazy

from relacja.lib import days
from relacja.lib.days import Reach, Span

MOST_DAYS = 3650
Words = Any


@dataclass(frozen=True, slots=True)
class ByDay:
    """One way to compare. `counts` says that a number of days stands on its right; `said` puts it into words."""

    code: str
    label: Words
    reach: Reach
    said: Callable[[str, int], str]
    counts: bool = True
    is_yearly: bool = False

    @property
    def most(self) -> int:
        """The largest number of days that makes sense."""
        return days.A_YEAR if self.is_yearly else MOST_DAYS

    def span(self, now: datetime, number: int | None) -> Span:
        """The days that are meant at that moment."""
        return self.reach(timezone.localdate(now), number or 0)

    def holds(self, day: date, now: datetime, number: int | None) -> bool:
        span = self.span(now, number)
        return span.holds_return(day) if self.is_yearly else span.holds(day)


def _next(subject: str, number: int) -> str:
    words = ngettext("{subject} is in the next {number} day", "{subject} is in the next {number} days", number)
    return words.format(subject=subject, number=number)


def _ahead(subject: str, number: int) -> str:
    words = ngettext("{subject} is in exactly {number} day", "{subject} is in exactly {number} days", number)
    return words.format(subject=subject, number=number)


def _ago(subject: str, number: int) -> str:
    words = ngettext("{subject} was exactly {number} day ago", "{subject} was exactly {number} days ago", number)
    return words.format(subject=subject, number=number)


def _longer(subject: str, number: int) -> str:
    words = ngettext("{subject} was more than {number} day ago", "{subject} was more than {number} days ago", number)
    return words.format(subject=subject, number=number)


def _returns_next(subject: str, number: int) -> str:
    words = ngettext(
        "anniversary of “{subject}” is in the next {number} day",
        "anniversary of “{subject}” is in the next {number} days",
        number,
    )
    return words.format(subject=subject, number=number)


def _returned_last(subject: str, number: int) -> str:
    words = ngettext(
        "anniversary of “{subject}” was in the last {number} day",
        "anniversary of “{subject}” was in the last {number} days",
        number,
    )
    return words.format(subject=subject, number=number)


def _returns_ahead(subject: str, number: int) -> str:
    words = ngettext(
        "anniversary of “{subject}” is in exactly {number} day",
        "anniversary of “{subject}” is in exactly {number} days",
        number,
    )
    return words.format(subject=subject, number=number)


def _returned_ago(subject: str, number: int) -> str:
    words = ngettext(
        "anniversary of “{subject}” was exactly {number} day ago",
        "anniversary of “{subject}” was exactly {number} days ago",
        number,
    )
    return words.format(subject=subject, number=number)


OPERATORS: dict[str, ByDay] = {
    one.code: one
    for one in (
        ByDay(
            "today",
            pgettext_lazy("operator", "is today"),
            days.only_today,
            lambda subject, _number: _("{subject} is today").format(subject=subject),
            counts=False,
        ),
        ByDay("in_next", pgettext_lazy("operator", "is in the next ... days"), days.next_days, _next),
        ByDay(
            "this_month",
            pgettext_lazy("operator", "is this month"),
            days.this_month,
            lambda subject, _number: _("{subject} is this month").format(subject=subject),
            counts=False,
        ),
        ByDay("days_ahead", pgettext_lazy("operator", "is in exactly ... days"), days.exactly_ahead, _ahead),
        ByDay("days_ago", pgettext_lazy("operator", "was exactly ... days ago"), days.exactly_ago, _ago),
        ByDay("longer_ago", pgettext_lazy("operator", "was more than ... days ago"), days.longer_ago, _longer),
        ByDay(
            "returns_today",
            pgettext_lazy("operator", "has its anniversary today"),
            days.only_today,
            lambda subject, _number: _("anniversary of “{subject}” is today").format(subject=subject),
            counts=False,
            is_yearly=True,
        ),
        ByDay(
            "returns_in_next",
            pgettext_lazy("operator", "has its anniversary in the next ... days"),
            days.next_days,
            _returns_next,
            is_yearly=True,
        ),
        ByDay(
            "returned_in_last",
            pgettext_lazy("operator", "had its anniversary in the last ... days"),
            days.last_days,
            _returned_last,
            is_yearly=True,
        ),
        ByDay(
            "returns_this_month",
            pgettext_lazy("operator", "has its anniversary this month"),
            days.this_month,
            lambda subject, _number: _("anniversary of “{subject}” is this month").format(subject=subject),
            counts=False,
            is_yearly=True,
        ),
        ByDay(
            "returns_in",
            pgettext_lazy("operator", "has its anniversary in exactly ... days"),
            days.exactly_ahead,
            _returns_ahead,
            is_yearly=True,
        ),
        ByDay(
            "returned_ago",
            pgettext_lazy("operator", "had its anniversary exactly ... days ago"),
            days.exactly_ago,
            _returned_ago,
            is_yearly=True,
        ),
    )
}
OF_ONCE = frozenset(code for code, one in OPERATORS.items() if not one.is_yearly)
YEARLY = frozenset(OPERATORS) - OF_ONCE
