"""The blanks of a condition: what a person fills in, and what JSON must hold there.

Each reads a value strictly (from JSON or from a form), writes it back, and says how its input looks.
"""

import re
import unicodedata
from abc import ABC, abstractmethod
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import pgettext

from relacja.lib.errors import Refused

LONGEST_TEXT = 500
MOST_VALUES = 200
PATH = re.compile(r"[^\W\d][\w $-]{0,63}(\.\w[\w $-]{0,63}){0,5}")

Choices = Callable[[], Sequence[tuple[str, Any]]]


class Unfit(Refused):
    """A value does not fit its blank; the sentence names the field."""


@dataclass(frozen=True, slots=True)
class Input:
    """One input of a form: `kind` is select, number, text, or suggested (a text with suggestions).

    `label` is what screen readers say; `before` and `after` are the words of the sentence around it.
    """

    name: str
    label: Any
    kind: str
    typed: str
    options: Sequence[tuple[str, Any]] = ()
    hint: Any = ""
    optional: bool = False
    before: Any = ""
    after: Any = ""


@dataclass(frozen=True, slots=True)
class Blank(ABC):
    """One field of a condition: what it is called, and the words before and after it in the sentence.

    With a `fold` it is asked for only when that fold of the condition is open.
    """

    name: str
    label: Any
    before: Any = field(default="", kw_only=True)
    after: Any = field(default="", kw_only=True)
    fold: str = field(default="", kw_only=True)

    @abstractmethod
    def read(self, value: Any) -> Any:
        """The value as the leaf holds it. Raises `Unfit`."""

    def write(self, value: Any) -> Any:
        """The value as JSON; None is left out."""
        return value

    def parse(self, typed: Mapping[str, str]) -> Any:
        """What a person typed into the condition's inputs, as the JSON that `read` checks."""
        return typed.get(self.name, "").strip() or None

    def fill(self, value: Any) -> dict[str, str]:
        """JSON as a person would have typed it: what `parse` reads."""
        return {} if value is None else {self.name: str(value)}

    def inputs(self, typed: Mapping[str, str]) -> list[Input]:
        """What a person fills in, with what is typed already."""
        return [self.input("text", typed)]

    def input(self, kind: str, typed: Mapping[str, str], **more: Any) -> Input:
        """An input for this blank."""
        return Input(
            self.name, self.label, kind, typed.get(self.name, ""), before=self.before, after=self.after, **more
        )


@dataclass(frozen=True, slots=True)
class Choice(Blank):
    """One of several. `open` accepts others too, such as the names of events only this company has."""

    choices: Choices
    open: bool = False
    needed: bool = True

    def read(self, value: Any) -> str:
        if value is None and not self.needed:
            return ""
        if not isinstance(value, str) or not value:
            raise Unfit(_("Choose a value for “{field}”.").format(field=self.name))
        if self.open:
            return text(value, self.name, longest=200)
        if value not in {code for code, _label in self.choices()}:
            raise Unfit(_("“{value}” cannot be chosen for “{field}”.").format(value=value[:80], field=self.name))
        return value

    def write(self, value: str) -> str | None:
        return value or None

    def inputs(self, typed: Mapping[str, str]) -> list[Input]:
        optional = self.open or not self.needed
        return [self.input("select", typed, options=self._options(typed.get(self.name, "")), optional=optional)]

    def _options(self, value: str) -> list[tuple[str, Any]]:
        """What may be chosen; a value of somebody's own is among it."""
        found = list(self.choices())
        if value and value not in {code for code, _label in found}:
            found.append((value, value))
        return found


@dataclass(frozen=True, slots=True)
class Number(Blank):
    """A whole number; None where it may be left empty."""

    least: int
    most: int
    needed: bool = True

    def read(self, value: Any) -> int | None:
        if value is None and not self.needed:
            return None
        if isinstance(value, bool) or not isinstance(value, int) or not self.least <= value <= self.most:
            raise Unfit(
                _("“{field}” must be a whole number from {least} to {most}.").format(
                    field=self.name, least=self.least, most=self.most
                )
            )
        return value

    def parse(self, typed: Mapping[str, str]) -> Any:
        digits = typed.get(self.name, "").strip()
        return int(digits) if re.fullmatch(r"-?[0-9]{1,9}", digits) else digits or None

    def inputs(self, typed: Mapping[str, str]) -> list[Input]:
        return [self.input("number", typed, optional=not self.needed)]


@dataclass(frozen=True, slots=True)
class Several(Blank):
    """One or several of many: JSON holds a text or a list. Each has an input of its own, and one more adds another.

    A code of the form `other` is accepted even if nobody knows it any more.
    """

    choices: Choices
    other: str = ""

    def read(self, value: Any) -> tuple[str, ...]:
        found = texts([value] if isinstance(value, str) else value, self.name)
        known = {code for code, _label in self.choices()}
        if wrong := [one for one in found if one not in known and not (self.other and re.fullmatch(self.other, one))]:
            raise Unfit(_("“{value}” cannot be chosen for “{field}”.").format(value=wrong[0][:80], field=self.name))
        return tuple(dict.fromkeys(found))

    def write(self, value: tuple[str, ...]) -> Any:
        return value[0] if len(value) == 1 else list(value)

    def parse(self, typed: Mapping[str, str]) -> Any:
        found = self._typed(typed)
        return None if not found else found[0] if len(found) == 1 else found

    def fill(self, value: Any) -> dict[str, str]:
        found = [value] if isinstance(value, str) else value or []
        return {self._input_name(number): one for number, one in enumerate(found)}

    def inputs(self, typed: Mapping[str, str]) -> list[Input]:
        found = self._typed(typed)
        asked = [*found, ""] if len(found) < MOST_VALUES else found
        return [self._select(number, one) for number, one in enumerate(asked)]

    def _select(self, number: int, code: str) -> Input:
        options = list(self.choices())
        if code and code not in {known for known, _label in options}:
            options.append((code, code))
        before = self.before if number == 0 else pgettext("between values", "or")
        name = self._input_name(number)
        return Input(name, self.label, "select", code, options=options, optional=number > 0, before=before)

    def _typed(self, typed: Mapping[str, str]) -> list[str]:
        numbered = re.compile(rf"{re.escape(self.name)}(?:\.([0-9]{{1,3}}))?")
        found = {int(match[1] or 0): typed[name] for name in typed if (match := numbered.fullmatch(name))}
        return list(dict.fromkeys(found[number].strip() for number in sorted(found) if found[number].strip()))

    def _input_name(self, number: int) -> str:
        return f"{self.name}.{number}" if number else self.name


class Text(Blank):
    """A text that is compared."""

    def read(self, value: Any) -> str:
        return text(value, self.name, longest=200)


@dataclass(frozen=True, slots=True)
class Optional(Blank):
    """A text that may be left out."""

    def read(self, value: Any) -> str:
        return "" if value is None else text(value, self.name, longest=200)

    def write(self, value: str) -> str | None:
        return value or None

    def inputs(self, typed: Mapping[str, str]) -> list[Input]:
        return [self.input("text", typed, optional=True)]


def text(value: Any, field: str, *, longest: int = LONGEST_TEXT) -> str:
    """`value` if it is text that can be stored and compared. Raises `Unfit` naming `field`."""
    if not isinstance(value, str) or not value.strip():
        raise Unfit(_("Write a text into “{field}”.").format(field=field))
    if len(value) > longest:
        raise Unfit(_("“{field}” is longer than {number} characters.").format(field=field, number=longest))
    if any(unicodedata.category(char) in ("Cs", "Cc") for char in value):
        raise Unfit(_("“{field}” holds characters that cannot be compared.").format(field=field))
    return value


def number(value: Any, field: str) -> float:
    """`value` if it is a finite number. Raises `Unfit` naming `field`."""
    if isinstance(value, bool) or not isinstance(value, int | float) or not -1e15 <= value <= 1e15:
        raise Unfit(_("Write a number into “{field}”.").format(field=field))
    return value


def texts(value: Any, field: str) -> tuple[str, ...]:
    """`value` if it is a list of texts, neither empty nor too long. Raises `Unfit` naming `field`."""
    if not isinstance(value, list | tuple) or not 0 < len(value) <= MOST_VALUES:
        raise Unfit(_("“{field}” must be a list of 1 to {number} texts.").format(field=field, number=MOST_VALUES))
    return tuple(text(one, field) for one in value)


def path(value: Any, field: str) -> str:
    """`value` if it can name a property: words joined by dots. Raises `Unfit` naming `field`."""
    if not isinstance(value, str) or not PATH.fullmatch(value):
        shown = value[:80] if isinstance(value, str) else type(value).__name__
        raise Unfit(
            _("“{value}” is not a name that “{field}” can hold: letters, digits, _, - and dots between words.").format(
                value=shown, field=field
            )
        )
    return value
