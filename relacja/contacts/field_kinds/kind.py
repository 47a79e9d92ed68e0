"""What a kind of values is, and which there are."""

from abc import ABC, abstractmethod
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, ClassVar

from django import forms
from django.utils.translation import gettext as _

from relacja.contacts.models import Meaning
from relacja.contacts.rules import Unfit
from relacja.lib.errors import Refused
from relacja.lib.text import cleaned

LONGEST_TEXT = 500
TEXTUAL = frozenset({"is", "is_not", "contains", "starts_with", "in", "empty", "filled"})
NUMERIC = frozenset({"is", "is_not", "greater", "less", "empty", "filled"})
TEMPORAL = frozenset({"before", "after", "in_last", "empty", "filled"})
CODED = frozenset({"is", "is_not", "in", "empty", "filled"})
FILLED_BY_NOBODY = {"autocomplete": "off", "data-1p-ignore": ""}
Words = Any  # str or a lazy translation
Names = Mapping[tuple[str, int], str]


@dataclass(frozen=True, slots=True)
class Options:
    """What one field says to its kind: the choices as (key, label), the usual currency, what a reference points to,
    what a date means.

    `leads` says of each key that a record may hold which choice it means today.
    """

    label: Words
    key: str = ""
    choices: tuple[tuple[str, Words], ...] = ()
    currency: str = "PLN"
    target: str = "contact"
    meaning: str = Meaning.ONCE
    leads: tuple[tuple[str, str], ...] = ()

    @property
    def is_yearly(self) -> bool:
        return self.meaning != Meaning.ONCE


class Kind(ABC):
    """What a value is.

    `parse` reads what people type and what stands in a CSV file, `take` what programs send as JSON; both give the
    normal form, or None for nothing, and raise `Unfit` with a sentence. `text` writes a value so that `parse` reads it
    again; `show` writes it for people. `operators` are those of the rule language that make sense; `at` is where in the
    normal form the value to compare stands. `icon` is for the list in which people choose one.
    """

    code: ClassVar[str]
    label: ClassVar[Words]
    icon: ClassVar[str] = ""
    operators: ClassVar[frozenset[str]] = TEXTUAL
    at: ClassVar[str] = ""

    @abstractmethod
    def parse(self, text: str, options: Options) -> Any: ...

    def take(self, value: Any, options: Options) -> Any:
        if value is None:
            return None
        if not isinstance(value, str):
            raise of_another_type("text", options)
        return self.parse(value, options)

    def text(self, value: Any, options: Options) -> str:
        return str(value)

    def show(self, value: Any, options: Options, names: Names) -> str:
        """The value for people; `names` holds what references point to, as `named` found it."""
        return self.text(value, options)

    def refers(self, value: Any, options: Options) -> tuple[str, int] | None:
        """What a reference points to, as (contact or company or user, id); None for any other kind."""
        return None

    def href(self, value: Any, options: Options) -> str:
        """Where a click on the value leads, if anywhere."""
        return ""

    def form_field(self, options: Options) -> forms.Field:
        """An input, whose cleaned value `typed` reads."""
        widget = forms.TextInput(attrs=dict(FILLED_BY_NOBODY))
        return forms.CharField(label=options.label, required=False, widget=widget)

    def typed(self, given: Any, options: Options) -> Any:
        """The normal form of what the input gave."""
        return self.parse(str(given or ""), options)

    def initial(self, value: Any, options: Options) -> Any:
        """What the input shows for a value."""
        return "" if value is None else self.text(value, options)

    def compares(self, options: Options) -> frozenset[str]:
        """The operators that make sense for this field."""
        return self.operators

    def compared(self, options: Options) -> list[tuple[str, Words]]:
        """The values a condition may choose from, with their labels; none when it may be any."""
        return list(options.choices)

    @abstractmethod
    def schema(self, options: Options) -> dict[str, Any]:
        """The normal form as JSON Schema."""


_kinds: dict[str, Kind] = {}


def kind(made: type[Kind]) -> type[Kind]:
    """Register a kind of values under its code."""
    _kinds[made.code] = made()
    return made


def of(code: str) -> Kind:
    return _kinds[code]


def unreadable(text: str, options: Options, sentence: Any) -> Refused:
    text = cleaned(text)
    return Unfit(str(sentence).format(text=text if len(text) <= 60 else f"{text[:60]}…"), field=options.key)


def of_another_type(wanted: str, options: Options) -> Refused:
    return Unfit(_("A value of another type is expected: {type}.").format(type=wanted), field=options.key)
