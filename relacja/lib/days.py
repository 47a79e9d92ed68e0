"""Spans of days around today, and days that return every year.

Who was born on 29 February has a birthday on 28 February of other years. A day returns for the first time a year after
it was: who came today has no anniversary yet.
"""

from calendar import isleap, monthrange
from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, timedelta

LEAP_DAY = 229
A_YEAR = 364  # so many days from today on, and today, are no more than any year has
LONG_AGO = date(1, 1, 1)


@dataclass(frozen=True, slots=True)
class Piece:
    """The part of a span that lies in one year; `first` and `last` are month and day as one number, 1231 the last."""

    year: int
    first: int
    last: int


@dataclass(frozen=True, slots=True)
class Span:
    """Days from `first` to `last`, both of them among it."""

    first: date
    last: date

    def holds(self, day: date) -> bool:
        return self.first <= day <= self.last

    def holds_return(self, day: date) -> bool:
        """Whether `day` returns in these days."""
        years = range(max(self.first.year, day.year + 1), self.last.year + 1)
        return any(self.holds(in_year(day, year)) for year in years)

    def pieces(self) -> list[Piece]:
        """A day of an earlier year returns in the span if its month and day lie in one of these.

        Two at most while the span is no longer than a year. Where 28 February is the last day of a piece and there is
        no 29th, the 29th of others belongs to it.
        """
        return [
            Piece(
                year,
                _month_day(self.first) if year == self.first.year else 101,
                _last(self.last) if year == self.last.year else 1231,
            )
            for year in range(self.first.year, self.last.year + 1)
        ]


def in_year(day: date, year: int) -> date:
    """When `day` returns in that year."""
    if (day.month, day.day) == (2, 29) and not isleap(year):
        return date(year, 2, 28)
    return day.replace(year=year)


def next_return(day: date, today: date) -> date:
    """When `day` returns next, today included."""
    year = max(today.year, day.year + 1)
    found = in_year(day, year)
    return found if found >= today else in_year(day, year + 1)


def years_passed(day: date, today: date) -> int:
    """How many times `day` has returned until today."""
    return max(0, today.year - day.year - (in_year(day, today.year) > today))


def only_today(today: date, _number: int) -> Span:
    return Span(today, today)


def this_month(today: date, _number: int) -> Span:
    return Span(today.replace(day=1), today.replace(day=monthrange(today.year, today.month)[1]))


def next_days(today: date, number: int) -> Span:
    """Today and the `number` days after it."""
    return Span(today, today + timedelta(days=number))


def last_days(today: date, number: int) -> Span:
    """Today and the `number` days before it."""
    return Span(today - timedelta(days=number), today)


def exactly_ahead(today: date, number: int) -> Span:
    """The one day to which there are `number` days."""
    return Span(today + timedelta(days=number), today + timedelta(days=number))


def exactly_ago(today: date, number: int) -> Span:
    """The one day that was `number` days ago."""
    return Span(today - timedelta(days=number), today - timedelta(days=number))


def longer_ago(today: date, number: int) -> Span:
    """Every day that was more than `number` days ago."""
    return Span(LONG_AGO, today - timedelta(days=number + 1))


Reach = Callable[[date, int], Span]


def _month_day(day: date) -> int:
    return day.month * 100 + day.day


def _last(day: date) -> int:
    is_its_eve = (day.month, day.day) == (2, 28) and not isleap(day.year)
    return LEAP_DAY if is_its_eve else _month_day(day)
