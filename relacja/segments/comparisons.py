"""Comparing one value: the operators shared by attributes and by the properties of events.

Text is compared without regard to case; what is missing is an empty text. Numbers and dates written as text count as
numbers and dates. Days are days of the company's zone.
"""

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from typing import Any

from django.utils import timezone
from django.utils.formats import date_format
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext, pgettext_lazy

from relacja.segments import blanks
from relacja.segments.binder import Binder, Passing
from relacja.segments.blanks import Unfit
from relacja.segments.values import NUMBER, as_number, as_text, as_time

MOST_DAYS = 3650


@dataclass(frozen=True, slots=True)
class Column:
    """What is compared, as SQL: always text, and what it is as a number and as a time, or NULL.

    One that is `written` is stored as text, and a time in it has to be read.
    """

    text: str
    number: str
    time: str
    is_written: bool = True

    @classmethod
    def of_text(cls, sql: str, bind: Binder) -> "Column":
        """A column that holds text."""
        zone = bind(timezone.get_default_timezone_name(), "String")
        dated = f"if(match({sql}, '^[0-9]{{4}}-[0-9]{{2}}-[0-9]{{2}}'), {sql}, '')"
        return cls(sql, f"toFloat64OrNull({sql})", f"parseDateTime64BestEffortOrNull({dated}, 3, {zone})")

    @classmethod
    def of_json(cls, column: str, key: str, bind: Binder) -> "Column":
        """The value under `key` of a JSON column."""
        return cls.of_text(f"ifNull(toString({bind.path(column, key)}), '')", bind)


@dataclass(frozen=True, slots=True)
class Operator:
    """One way to compare. `reads` makes the value on the right strict; `counts_days` says it is a number of days.

    The answer of one that `ages` changes at any moment, of one that `ages_by_day` at midnight of the company's zone.
    """

    code: str
    label: Any
    reads: Callable[[Any, str], Any]
    sql: Callable[[Column, Any, Binder], str]
    check: Callable[[Any, Any, datetime], bool]
    words: Callable[[str, Any], str]
    passed: Callable[[Column, Any, Passing], str] | None = None
    ages_by_day: bool = False
    counts_days: bool = False
    hint: Any = ""

    @property
    def ages(self) -> bool:
        """Whether the answer may change merely because time passes: `passed` says whose."""
        return self.passed is not None

    @property
    def needs_value(self) -> bool:
        return self.reads is not nothing


@dataclass(frozen=True, slots=True)
class Comparison:
    """An operator with the value on its right."""

    operator: Operator
    value: Any

    def sql(self, column: Column, bind: Binder) -> str:
        return self.operator.sql(column, self.value, bind)

    def passed(self, column: Column, bind: Passing) -> str:
        """Of which values the answer may have changed by the passing of time; "" when it never does."""
        return self.operator.passed(column, self.value, bind) if self.operator.passed else ""

    def check(self, found: Any, now: datetime) -> bool:
        return self.operator.check(found, self.value, now)

    def words(self, subject: str, shown: Mapping[str, Any] | None = None) -> str:
        """`subject` compared, in words; `shown` says how codes are called in front of people."""
        return self.operator.words(subject, _named(self.value, shown or {}))


def add(*operators: Operator) -> None:
    """Contribute operators. Called by a module of this app when it is imported."""
    for one in operators:
        OPERATORS[one.code] = one


def read(op: Any, value: Any, *, allowed: frozenset[str] | None = None) -> Comparison:
    """The comparison that `op` and the plain `value` describe. Raises `Unfit` naming the field."""
    if not isinstance(op, str) or op not in OPERATORS:
        raise Unfit(_("“{value}” is not an operator that “{field}” can hold.").format(value=str(op)[:40], field="op"))
    operator = OPERATORS[op]
    if allowed is not None and op not in allowed:
        raise Unfit(_("This field cannot be compared by “{operator}”.").format(operator=operator.label))
    return Comparison(operator, operator.reads(value, "value"))


def parsed(op: str, text: str) -> Any:
    """What a person typed on the right side of `op`, as the JSON that `read` checks."""
    operator = OPERATORS.get(op)
    text = text.strip()
    if operator is None or not operator.needs_value or not text:
        return None
    if operator.reads is blanks.texts:
        return [part.strip() for part in text.split(",") if part.strip()]
    if operator.reads is blanks.number:
        number = text.replace("\u00a0", "").replace(" ", "").replace(",", ".")
        return float(number) if "." in number and NUMBER.fullmatch(number) else _whole(number)
    if operator.counts_days:
        return _whole(text)
    return text


def shown(value: Any) -> str:
    """The right side as a person would have typed it."""
    if isinstance(value, list | tuple):
        return ", ".join(str(one) for one in value)
    return "" if value is None else str(value)


def _named(value: Any, shown: Mapping[str, Any]) -> str:
    if isinstance(value, tuple):
        return ", ".join(str(shown.get(one, one)) for one in value)
    if isinstance(value, date):
        return date_format(value, "DATE_FORMAT")
    if isinstance(value, float):
        return f"{value:g}"
    return str(shown.get(value, value))


def _whole(text: str) -> Any:
    return int(text) if re.fullmatch(r"-?[0-9]{1,15}", text) else text


def nothing(value: Any, field: str) -> None:
    """Nothing stands on the right side of an operator that takes no value. Raises `Unfit`."""
    if value is not None:
        raise Unfit(_("This operator takes no “{field}”.").format(field=field))


def _day(value: Any, field: str) -> date:
    try:
        found = date.fromisoformat(value) if isinstance(value, str) and len(value) == 10 else None
    except ValueError:
        found = None
    if found is None or not 1902 <= found.year <= 2200:
        raise Unfit(_("“{field}” must be a day such as 2026-11-21.").format(field=field))
    return found


def _days(value: Any, field: str) -> int:
    if isinstance(value, bool) or not isinstance(value, int) or not 1 <= value <= MOST_DAYS:
        raise Unfit(
            _("“{field}” must be a whole number from {least} to {most}.").format(field=field, least=1, most=MOST_DAYS)
        )
    return value


def _start(day: date) -> datetime:
    return datetime.combine(day, time(), tzinfo=timezone.get_default_timezone()).astimezone(UTC)


def _folded(sql: str) -> str:
    return f"lowerUTF8({sql})"


def _is(column: Column, value: str, bind: Binder) -> str:
    return f"{_folded(column.text)} = {_folded(bind(value, 'String'))}"


def _is_in(column: Column, value: tuple[str, ...], bind: Binder) -> str:
    """As a set of constants: looked up in half the time that going along an array takes."""
    return f"{_folded(column.text)} IN ({', '.join(_folded(bind(one, 'String')) for one in value)})"


def _is_in_last(column: Column, value: int, bind: Binder) -> str:
    since = f"{bind.now} - toIntervalDay({bind(value, 'UInt32')})"
    return f"ifNull({column.time} BETWEEN {since} AND {bind.now}, 0)"


def _in_last_passed(column: Column, value: int, bind: Passing) -> str:
    ended = bind.within(column.time, f"toIntervalDay({bind(value, 'UInt32')})")
    return f"{ended} OR {bind.within(column.time)}"


def _check_in_last(found: Any, value: int, now: datetime) -> bool:
    at = as_time(found)
    return at is not None and now - timedelta(days=value) <= at <= now


def _check_number(found: Any, test: Callable[[float], bool]) -> bool:
    number = as_number(found)
    return number is not None and test(number)


def _check_time(found: Any, test: Callable[[datetime], bool]) -> bool:
    at = as_time(found)
    return at is not None and test(at)


def _said(template: Any) -> Callable[[str, Any], str]:
    return lambda subject, value: str(template).format(subject=subject, value=value)


def _said_days(subject: str, value: str) -> str:
    days = int(value)
    return ngettext("{subject} was in the last {number} day", "{subject} was in the last {number} days", days).format(
        subject=subject, number=days
    )


OPERATORS: dict[str, Operator] = {
    operator.code: operator
    for operator in (
        Operator(
            "is",
            pgettext_lazy("operator", "is"),
            blanks.text,
            _is,
            lambda found, value, now: as_text(found).lower() == value.lower(),
            _said(gettext_lazy("{subject} is “{value}”")),
        ),
        Operator(
            "is_not",
            pgettext_lazy("operator", "is not"),
            blanks.text,
            lambda column, value, bind: f"NOT ({_is(column, value, bind)})",
            lambda found, value, now: as_text(found).lower() != value.lower(),
            _said(gettext_lazy("{subject} is not “{value}”")),
        ),
        Operator(
            "contains",
            pgettext_lazy("operator", "contains"),
            blanks.text,
            lambda column, value, bind: f"position({_folded(column.text)}, {_folded(bind(value, 'String'))}) > 0",
            lambda found, value, now: value.lower() in as_text(found).lower(),
            _said(gettext_lazy("{subject} contains “{value}”")),
        ),
        Operator(
            "starts_with",
            pgettext_lazy("operator", "starts with"),
            blanks.text,
            lambda column, value, bind: f"startsWith({_folded(column.text)}, {_folded(bind(value, 'String'))})",
            lambda found, value, now: as_text(found).lower().startswith(value.lower()),
            _said(gettext_lazy("{subject} starts with “{value}”")),
        ),
        Operator(
            "in",
            pgettext_lazy("operator", "is one of"),
            blanks.texts,
            _is_in,
            lambda found, value, now: as_text(found).lower() in {one.lower() for one in value},
            _said(gettext_lazy("{subject} is one of: {value}")),
            hint=gettext_lazy("separated by commas"),
        ),
        Operator(
            "greater",
            pgettext_lazy("operator", "is greater than"),
            blanks.number,
            lambda column, value, bind: f"ifNull({column.number} > {bind(float(value), 'Float64')}, 0)",
            lambda found, value, now: _check_number(found, lambda number: number > value),
            _said(gettext_lazy("{subject} is greater than {value}")),
        ),
        Operator(
            "less",
            pgettext_lazy("operator", "is less than"),
            blanks.number,
            lambda column, value, bind: f"ifNull({column.number} < {bind(float(value), 'Float64')}, 0)",
            lambda found, value, now: _check_number(found, lambda number: number < value),
            _said(gettext_lazy("{subject} is less than {value}")),
        ),
        Operator(
            "empty",
            pgettext_lazy("operator", "is empty"),
            nothing,
            lambda column, value, bind: f"{column.text} = ''",
            lambda found, value, now: not as_text(found),
            _said(gettext_lazy("{subject} is empty")),
        ),
        Operator(
            "filled",
            pgettext_lazy("operator", "is filled in"),
            nothing,
            lambda column, value, bind: f"{column.text} != ''",
            lambda found, value, now: bool(as_text(found)),
            _said(gettext_lazy("{subject} is filled in")),
        ),
        Operator(
            "before",
            pgettext_lazy("operator", "is before"),
            _day,
            lambda column, value, bind: f"ifNull({column.time} < {bind.moment(_start(value))}, 0)",
            lambda found, value, now: _check_time(found, lambda at: at < _start(value)),
            _said(gettext_lazy("{subject} is before {value}")),
            hint=gettext_lazy("a day such as 2026-11-21"),
        ),
        Operator(
            "after",
            pgettext_lazy("operator", "is after"),
            _day,
            lambda column, value, bind: f"ifNull({column.time} >= {bind.moment(_start(value + timedelta(days=1)))}, 0)",
            lambda found, value, now: _check_time(found, lambda at: at >= _start(value + timedelta(days=1))),
            _said(gettext_lazy("{subject} is after {value}")),
            hint=gettext_lazy("a day such as 2026-11-21"),
        ),
        Operator(
            "in_last",
            pgettext_lazy("operator", "is in the last ... days"),
            _days,
            _is_in_last,
            _check_in_last,
            _said_days,
            passed=_in_last_passed,
            counts_days=True,
            hint=gettext_lazy("days"),
        ),
    )
}
TEXTUAL = frozenset({"is", "is_not", "contains", "starts_with", "in", "empty", "filled"})
TEMPORAL = frozenset({"before", "after", "in_last"})
CODED = frozenset({"is", "is_not", "in"})


@dataclass(frozen=True, slots=True)
class Value(blanks.Blank):
    """What stands on the right of the operator that the field `op` names; `read` of this module checks it."""

    def read(self, value: Any) -> Any:
        return tuple(value) if isinstance(value, list) else value

    def write(self, value: Any) -> Any:
        return list(value) if isinstance(value, tuple) else value

    def parse(self, typed: Mapping[str, str]) -> Any:
        return parsed(typed.get("op", ""), typed.get(self.name, ""))

    def fill(self, value: Any) -> dict[str, str]:
        return {self.name: shown(value)}

    def inputs(self, typed: Mapping[str, str]) -> list[blanks.Input]:
        operator = OPERATORS.get(typed.get("op", ""))
        if operator is not None and not operator.needs_value:
            return []
        hint = operator.hint if operator else ""
        return [self.input("text", typed, hint=hint)]


def operators() -> list[tuple[str, Any]]:
    """Every operator with its label, as choices."""
    return [(operator.code, operator.label) for operator in OPERATORS.values()]
