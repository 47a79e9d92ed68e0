"""What the behaviour of people says about them: attributes that are computed and never typed.

Each is asked of the facts when somebody wants to know, so it is as fresh as they are, follows who turned out to be
whom, and is gone with them. An app contributes its own in its `derived.py`.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from django.utils.translation import pgettext

from relacja.contacts import by_day
from relacja.segments import comparisons
from relacja.segments.aggregates import let
from relacja.segments.binder import Binder, Passing
from relacja.segments.comparisons import Column
from relacja.segments.rules import Happened, Person
from relacja.segments.segment_rules.event import EPOCH
from relacja.ui import written

Words = Any  # str or a lazy translation
SMALL = 32


class Kind:
    """What an attribute is: how its value is compared and said. The SQL of a value is text unless it says otherwise."""

    operators: frozenset[str] = comparisons.TEXTUAL
    begins = "is"

    def column(self, value: str, is_known: str, bind: Binder) -> Column:
        """The value to compare, in SQL; as one that is empty where it is not known."""
        return Column.of_text(f"if({is_known}, toString({value}), '')", bind)

    def read(self, value: Any) -> Any:
        """A value of the facts as it is compared in plain Python."""
        return value

    def said(self, value: Any) -> str:
        return str(value)


class Text(Kind):
    """A text, such as the name of a category."""


@dataclass(frozen=True, slots=True)
class Chosen(Kind):
    """One of some codes, each with its name. Others are shown as they are."""

    choices: Mapping[Any, Words]

    def said(self, value: Any) -> str:
        return str(self.choices.get(value, value))


class Whole(Kind):
    """A whole number."""

    operators = frozenset({"greater", "less", "is", "in", "empty", "filled"})
    begins = "greater"

    def said(self, value: Any) -> str:
        return written.number(value)


class Money(Kind):
    """An amount of our currency, in hundredths."""

    operators = frozenset({"greater", "less", "empty", "filled"})
    begins = "greater"

    def column(self, value: str, is_known: str, bind: Binder) -> Column:
        amount = f"if({is_known}, {value} / 100, NULL)"
        return Column(f"ifNull(toString({amount}), '')", amount, "NULL", is_written=False)

    def read(self, value: Any) -> Any:
        return value / 100

    def said(self, value: Any) -> str:
        return written.money(value / 100)


class Moment(Kind):
    """A time, in milliseconds; compared by the days of the company's zone."""

    operators = frozenset({"before", "after", "empty", "filled", *by_day.OPERATORS})
    begins = "in_next"

    def column(self, value: str, is_known: str, bind: Binder) -> Column:
        at = f"if({is_known}, fromUnixTimestamp64Milli({value}, 'UTC'), NULL)"
        return Column(f"ifNull(toString({at}), '')", "NULL", at, is_written=False)

    def read(self, value: Any) -> Any:
        return moment(value)

    def said(self, value: Any) -> str:
        return written.day(moment(value))


@dataclass(frozen=True, slots=True)
class Found:
    """What is known of one person: the value, how many pieces of evidence speak for it and of how many.

    The evidence itself, newest first, is there when it was asked for.
    """

    value: Any
    number: int
    of: int
    events: tuple[Happened, ...] = ()


class Derived:
    """One attribute. `names` are the events it rests on, `days` how far it looks back.

    In SQL it is an aggregate of the rows that `told_sql` names: (value, pieces of evidence for it, of how many). What
    has no evidence is not known. `found` is the same in plain Python.
    """

    key: str
    label: Words
    how: Words
    icon = "sparkles"
    kind: Kind = Text()
    names: frozenset[str]
    days: int | None = None

    def told_sql(self, bind: Binder) -> tuple[str, str]:
        """A condition on rows of `event`, and the aggregate. Each row is at most `days` old."""
        raise NotImplementedError

    def found(self, person: Person) -> Found | None:
        raise NotImplementedError

    def why(self, found: Found) -> str:
        """What the value rests on, in words."""
        return pgettext("evidence", "{number} of {of}").format(number=found.number, of=found.of)

    def said(self, found: Found) -> str:
        """The value in words."""
        return self.kind.said(found.value)

    def alike(self, value: Any) -> tuple[str, Any] | None:
        """The comparison that this value and those that count as the same have in common; None of what is measured."""
        return None if isinstance(self.kind, Whole | Money | Moment) else ("is", str(value))

    def named_sql(self, bind: Binder) -> str:
        """The rows of its events, as far as it looks back."""
        named = f"name IN {bind(sorted(self.names), 'Array(String)')}"
        if self.days is None:
            return named
        return f"{named} AND at >= {bind.now} - toIntervalDay({bind(self.days, 'UInt32')})"

    def events(self, person: Person) -> list[Happened]:
        """Its events in plain Python, each once, newest first."""
        once = {event.id: event for event in person.events if event.name in self.names}.values()
        since = person.now - timedelta(days=self.days) if self.days is not None else None
        found = [event for event in once if since is None or event.at >= since]
        return sorted(found, key=lambda event: (event.at, event.id.int), reverse=True)

    def passed(self, bind: Passing) -> None:
        """Tell `bind` whose answer the passing of time may have changed."""
        if self.days is not None:
            ago = f"toIntervalDay({bind(self.days, 'UInt32')})"
            bind.events(f"name IN {bind(sorted(self.names), 'Array(String)')} AND {bind.within('at', ago)}")


_registered: dict[str, Derived] = {}


def add(*attributes: Derived) -> None:
    """Contribute attributes. Called by an app's `derived.py` when it is imported."""
    for one in attributes:
        if one.key in _registered:
            raise ValueError(f"{one.key} is derived twice")
        _registered[one.key] = one


def registered() -> dict[str, Derived]:
    """Every attribute by its key, in the order of contribution."""
    return dict(_registered)


def milliseconds(at: datetime) -> int:
    return round(at.timestamp() * 1000)


def moment(value: int) -> datetime:
    return EPOCH + timedelta(milliseconds=value)


def best_sql(numbers: str, least: int) -> str:
    """Of an array of small numbers, some several times: (the most frequent, how often or 0 if seldom, of how many).

    Of two as frequent, the greater one.
    """
    ranked = f"arrayMax(arrayMap((place, one) -> place * {SMALL} + one, arrayEnumerateUniq(numbers), numbers))"
    often = f"intDiv(ranked, {SMALL})"
    best = let("ranked", ranked, f"(ranked % {SMALL}, if({often} >= {least}, {often}, 0), length(numbers))")
    return let("numbers", numbers, best)
