"""The important dates of people and companies: once, or every year; which comes next, and what it is then.

Every field of the kind date is one, and of people the day they were added: a year later it is an anniversary. What a
day is called from today (`in 5 days`) counts days of the company's zone.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from relacja.contacts import fields
from relacja.contacts.fields import Words
from relacja.contacts.models import Company, Contact, Field, Meaning, Notice, Record
from relacja.contacts.plain import ATTRIBUTE
from relacja.lib import days
from relacja.ui import written

ADDED = "created_at"
DATE = "date"
NEXT, SOONEST = "next.", "soonest"  # orders and columns of lists: when a date comes next, and whichever comes first
COMING, REACHED, PASSED = "Date Coming", "Date Reached", "Date Passed"  # what the history says of a date


@dataclass(frozen=True, slots=True)
class Important:
    """A date that records have; `path` names it in rules."""

    path: str
    label: Words
    meaning: Meaning

    @property
    def key(self) -> str:
        """Its name in events and letters."""
        return self.path.removeprefix(ATTRIBUTE)

    @property
    def is_yearly(self) -> bool:
        return self.meaning != Meaning.ONCE

    def of(self, record: Contact | Company) -> date | None:
        """The date of a record as it was written down."""
        if self.path == ADDED:
            return timezone.localdate(record.created_at)
        found = record.attributes.get(self.key)
        return date.fromisoformat(found) if isinstance(found, str) and found else None

    def coming(self, record: Contact | Company, today: date) -> "Coming | None":
        """When it comes, or when it was if it comes no more."""
        day = self.of(record)
        if day is None:
            return None
        return Coming(self, day, days.next_return(day, today) if self.is_yearly else day, today)


@dataclass(frozen=True, slots=True)
class Coming:
    """A date of a record: `day` as it was written down, `on` when it comes next, or was."""

    what: Important
    day: date
    on: date
    today: date

    @property
    def days(self) -> int:
        """How many days there are to it; below zero it is past."""
        return (self.on - self.today).days

    @property
    def is_past(self) -> bool:
        return self.days < 0

    @property
    def years(self) -> int | None:
        """How many years have passed on the day it comes."""
        return self.on.year - self.day.year if self.what.is_yearly else None

    @property
    def when(self) -> str:
        """How far it is from today: in 5 days."""
        return far(self.days)

    @property
    def said(self) -> str:
        """What it is then: turns 40, 3rd anniversary."""
        return described(self.what.meaning, self.years)


def described(meaning: Meaning | str, years: int | None) -> str:
    """What a day is that returns for that time."""
    if not years or meaning == Meaning.ONCE:
        return ""
    if meaning == Meaning.BIRTHDAY:
        return ngettext("turns %(years)d", "turns %(years)d", years) % {"years": years}
    return _("%(ordinal)s anniversary") % {"ordinal": written.ordinal(years)}


def far(number: int) -> str:
    """How far a day is from today: tomorrow, in 5 days, 3 days ago."""
    near = {0: _("today"), 1: _("tomorrow"), -1: _("yesterday")}
    if number in near:
        return near[number]
    if number > 0:
        return ngettext("in %(number)d day", "in %(number)d days", number) % {"number": number}
    return ngettext("%(number)d day ago", "%(number)d days ago", -number) % {"number": -number}


def important(of: Record) -> list[Important]:
    """Every date there is: those of fields in use, and when people were added. Remembered as long as the fields."""
    own = [
        Important(one.path, one.label, Meaning(one.options.meaning))
        for one in fields.remembered(of).values()
        if one.kind.code == DATE
    ]
    added = [Important(ADDED, gettext_lazy("With us"), Meaning.ANNIVERSARY)] if of == Record.CONTACT else []
    return [*own, *added]


def watched(of: Record) -> list[Important]:
    """Those that people here look out for: all but when somebody was added, unless the history tells of it. A query."""
    is_told = Notice.objects.filter(path=ADDED).exists()
    return [one for one in important(of) if one.path != ADDED or is_told]


def nearest(record: Contact | Company, among: Iterable[Important], today: date) -> Coming | None:
    """Which of these comes first."""
    found = (coming for one in among if (coming := one.coming(record, today)) is not None and not coming.is_past)
    return min(found, key=lambda coming: coming.days, default=None)


def of_record(record: Contact | Company, *, now: datetime) -> list[Coming]:
    """The dates of a record: those that come, the nearest first, then those that are past, the latest first."""
    of, today = (Record.CONTACT if isinstance(record, Contact) else Record.COMPANY), timezone.localdate(now)
    found = [coming for one in important(of) if (coming := one.coming(record, today)) is not None]
    return sorted(found, key=lambda coming: (coming.is_past, abs(coming.days)))


@dataclass(frozen=True, slots=True)
class Suggestion:
    """A date that many companies keep; `noticed` are the days around it that go into the history at first."""

    key: str
    label: Words
    meaning: Meaning = Meaning.ONCE
    noticed: tuple[int, ...] = (0,)
    basis: Words = ""

    @property
    def initial(self) -> dict[str, Any]:
        """What the form of a new field begins with."""
        before = ", ".join(str(-one) for one in self.noticed if one < 0)
        given = {"label": str(self.label), "meaning": self.meaning, "basis": str(self.basis)}
        return {**given, "on_the_day": 0 in self.noticed, "days_before": before}


_ENDS = (
    Suggestion("contract_end", gettext_lazy("End of the contract"), noticed=(-30, -7, 0)),
    Suggestion("licence_end", gettext_lazy("End of the licence"), noticed=(-30, -7, 0)),
    Suggestion("deposit_end", gettext_lazy("End of the deposit"), noticed=(-7, 0)),
    Suggestion("next_service", gettext_lazy("Next service"), noticed=(-14, 0)),
)
SUGGESTIONS: dict[Record, tuple[Suggestion, ...]] = {
    Record.CONTACT: (
        Suggestion("birthday", gettext_lazy("Birthday"), Meaning.BIRTHDAY, basis=gettext_lazy("Consent of the person")),
        Suggestion("customer_since", gettext_lazy("Customer since"), Meaning.ANNIVERSARY),
        *_ENDS,
    ),
    Record.COMPANY: (
        Suggestion("customer_since", gettext_lazy("Customer since"), Meaning.ANNIVERSARY),
        *_ENDS,
    ),
}


def suggestions(of: Record) -> list[Suggestion]:
    """The dates that could be made fields in one click: those that are none yet. One query."""
    taken = set(Field.objects.filter(of=of).values_list("key", flat=True))
    return [one for one in SUGGESTIONS[of] if one.key not in taken]


def suggested_label(path: str) -> Words | None:
    """What a date is called that rules may speak of before its field is made."""
    found: Iterable[Suggestion] = (one for some in SUGGESTIONS.values() for one in some)
    return next((one.label for one in found if ATTRIBUTE + one.key == path), None)
