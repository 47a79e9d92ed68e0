"""Texts written by people, filled in: Liquid over plain data, with a closed list of filters and tags.

Values are never read as templates. Nothing in a text can reach an attribute, a file, a setting or the clock's owner;
loops, output, names and nesting have limits.
"""

import re
from collections.abc import Mapping, Sequence
from datetime import date, datetime, time
from decimal import Decimal, InvalidOperation
from functools import cache, lru_cache
from typing import Any

from babel.dates import format_date
from babel.numbers import format_currency, format_decimal
from django.utils import timezone
from django.utils.translation import gettext as _
from liquid import Environment
from liquid.exceptions import LiquidError, LiquidSyntaxError, ResourceLimitError
from liquid.template import BoundTemplate

from relacja.lib.errors import Refused
from relacja.lib.text import cleaned

Plain = dict[str, Any]

LONGEST_TEXT = 200_000
LONGEST_TAG = 500
MOST_TAGS = 1_000
DEEPEST = 12
MOST = 10**15
TAGS = ("if", "unless", "case", "for", "break", "continue", "assign", "capture", "comment", "cycle", "#")
INTERNAL_TAGS = ("content", "output", "illegal")
FILTERS = (
    "default",
    "upcase",
    "downcase",
    "capitalize",
    "strip",
    "truncate",
    "truncatewords",
    "append",
    "prepend",
    "escape",
    "newline_to_br",
    "url_encode",
    "first",
    "last",
    "size",
    "plus",
    "minus",
)
_LEAKS = (ValueError, TypeError, ArithmeticError, RecursionError)  # what the library lets through, as for `limit: -1`
_TAG = re.compile(r"{%-?\s*(\w+|#)?.*?%}|{{.*?}}", re.DOTALL)
_OPENING = frozenset({"if", "unless", "case", "for", "capture", "comment"})


class Unreadable(Refused):
    """A text cannot be used as a template; the sentence says where and why."""


class _Environment(Environment):
    """Liquid with limits. Nothing is loaded from anywhere: there are no includes."""

    context_depth_limit = 20
    loop_iteration_limit = 5_000
    local_namespace_limit = 100_000
    output_stream_limit = 500_000


def check(text: str) -> None:
    """Raise `Unreadable` unless `text` can be used as a template. Costs nothing that the text can drive up."""
    _refuse_size(text)
    template = _parsed(text, "pl", True)
    used = template.analyze().filters
    if unknown := sorted(set(used) - set(_environment("pl", True).filters)):
        raise Unreadable(_("There is no filter called “{name}”.").format(name=unknown[0]))


def paths(text: str) -> list[str]:
    """The fields that a text asks for, e.g. `contact.first_name`."""
    found = _parsed(text, "pl", True).analyze().globals
    return sorted({str(use) for uses in found.values() for use in uses})


def filled(text: str, values: Mapping[str, Any], *, language: str, html: bool) -> str:
    """`text` with `values` filled in, once. In HTML every value is escaped. Raises `Unreadable`."""
    try:
        return str(_parsed(text, language, html).render(**values))
    except ResourceLimitError:
        raise Unreadable(
            _("This text does more work than a letter may: its loops or its length have no end.")
        ) from None
    except LiquidError as error:
        raise Unreadable(
            _("This text cannot be filled in: there is a mistake {where}.").format(where=_where(error))
        ) from error
    except _LEAKS as error:
        raise Unreadable(_("This text cannot be filled in: a tag holds a value it cannot work with.")) from error


def plain(value: Any) -> Any:
    """A copy of `value` made of text, numbers, dates, lists and dictionaries only. TypeError for anything else.

    A text that is empty is nothing, so that `{% if contact.first_name %}` asks what whoever wrote it meant.
    """
    if value is None or isinstance(value, bool | date | time):
        return value
    if isinstance(value, int | float | Decimal):
        return value if _is_small(value) else str(value)[:40]
    if isinstance(value, str):
        return cleaned(str(value)) or None
    if isinstance(value, Mapping):
        return {str(key): plain(item) for key, item in value.items()}
    if isinstance(value, Sequence) and not isinstance(value, bytes | bytearray):
        return [plain(item) for item in value]
    raise TypeError(f"a template may not see a {type(value).__name__}")


def _is_small(number: int | float | Decimal) -> bool:
    """Whether a number can be counted with. Making an int of Decimal("1e999999") alone takes minutes."""
    if isinstance(number, Decimal) and not number.is_finite():
        return False
    return -MOST < number < MOST


def _refuse_size(text: str) -> None:
    if len(text) > LONGEST_TEXT:
        raise Unreadable(_("This text is too long for a letter: keep it under 200,000 characters."))
    depth = 0
    for count, match in enumerate(_TAG.finditer(text), start=1):
        if len(match.group()) > LONGEST_TAG:
            raise Unreadable(_("One of the tags is too long: keep each under 500 characters."))
        name = match.group(1) or ""
        depth += (name in _OPENING) - name.startswith("end")
        if count > MOST_TAGS or depth > DEEPEST:
            raise Unreadable(_("This text has too many tags, or they are nested too deeply."))


@lru_cache(maxsize=500)
def _parsed(text: str, language: str, html: bool) -> BoundTemplate:
    _refuse_size(text)
    try:
        return _environment(language, html).from_string(text)
    except LiquidSyntaxError as error:
        raise Unreadable(
            _("This text cannot be used: there is a mistake {where}.").format(where=_where(error))
        ) from error


def _where(error: LiquidError) -> str:
    """The line and the words around a mistake, as far as they are known."""
    found = error.context()
    if found is None:
        return _("at the end of the text")
    line, _column, _previous, current, _next = found
    return _("in line {number}, near “{words}”").format(number=line, words=current.strip()[:80])


@cache
def _environment(language: str, html: bool) -> Environment:
    environment = _Environment(autoescape=html)
    environment.tags = {name: tag for name, tag in environment.tags.items() if name in (*TAGS, *INTERNAL_TAGS)}
    environment.filters = {name: environment.filters[name] for name in FILTERS}
    environment.filters |= {"money": _Money(language), "date": _Date(language), "number": _Number(language)}
    return environment


class _Money:
    """`{{ item.price | money: item.currency }}` as people of a language write it: 1 234,50 zł."""

    def __init__(self, language: str) -> None:
        self._language = language

    def __call__(self, value: object, currency: object = "PLN") -> str:
        number = _decimal(value)
        code = str(currency or "PLN").upper()
        if number is None or not re.fullmatch(r"[A-Z]{3}", code):
            return str(value or "")
        return str(format_currency(number, code, locale=self._language))


class _Number:
    """`{{ item.quantity | number }}` with the separators of a language."""

    def __init__(self, language: str) -> None:
        self._language = language

    def __call__(self, value: object) -> str:
        number = _decimal(value)
        return str(value or "") if number is None else str(format_decimal(number, locale=self._language))


class _Date:
    """`{{ order.at | date }}` as 21 lis 2026 in the company's zone; `date: "long"` spells the month."""

    def __init__(self, language: str) -> None:
        self._language = language

    def __call__(self, value: object, style: object = "medium") -> str:
        if isinstance(value, str):
            try:
                value = datetime.fromisoformat(value)
            except ValueError:
                return str(value)
        if isinstance(value, datetime):
            value = timezone.localdate(value) if timezone.is_aware(value) else value.date()
        if not isinstance(value, date):
            return str(value or "")
        known = str(style) if style in {"short", "medium", "long", "full"} else "medium"
        return str(format_date(value, known, locale=self._language))


def _decimal(value: object) -> Decimal | None:
    try:
        number = Decimal(str(value))
    except InvalidOperation:
        return None
    return number if _is_small(number) else None
