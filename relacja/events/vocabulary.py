"""The names of what happens: each declared once, by the app that owns it."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any

from django.utils.translation import gettext_lazy as _

Words = Any  # str or a lazy translation


@dataclass(frozen=True, slots=True)
class Name:
    """One kind of event. `sentence` may hold `{property}` slots; `group` is its chip on the timeline.

    `shown` says how a property's value is put into words, where the value itself is a code.
    """

    name: str
    label: Words
    sentence: Words
    icon: str
    group: str
    properties: Mapping[str, Words] = field(default_factory=dict)
    shown: Mapping[str, Callable[[Any], Words]] = field(default_factory=dict)
    customer_visible: bool = False
    quiet: bool = False


OTHER = "other"
GROUPS: dict[str, Words] = {
    "web": _("Web"),
    "email": _("E-mail"),
    "order": _("Orders"),
    "consent": _("Consents"),
    "contact": _("Record"),
    "date": _("Dates"),
    "automation": _("Automation"),
    OTHER: _("Other"),
}

_names: dict[str, Name] = {}


def add(*names: Name) -> None:
    """Declare events. A name belongs to one app: declaring it twice is a mistake in the program."""
    for name in names:
        if name.name in _names:
            raise ValueError(f"{name.name} is declared twice")
        if name.group not in GROUPS:
            raise ValueError(f"{name.name} has no known group")
        _names[name.name] = name


def known(name: str) -> bool:
    return name in _names


def of(name: str) -> Name:
    """The declaration of `name`; what others send us under a name of their own is shown by that name."""
    return _names.get(name) or Name(name, name, name, "circle-dot", OTHER)


def names() -> list[Name]:
    """Every declared name, alphabetically."""
    return [_names[name] for name in sorted(_names)]


def names_of_group(group: str) -> list[str]:
    """The declared names shown under one chip."""
    return [name.name for name in names() if name.group == group]


class _Said:
    """What the slots of a sentence hold, put into words when a slot asks for it."""

    def __init__(self, declared: Name, properties: Mapping[str, Any]) -> None:
        self.declared, self.properties = declared, properties

    def __getitem__(self, key: str) -> str:
        said = _in_words(self.declared, self.properties, key)
        return "…" if said is None else said


def sentence(name: str, properties: Mapping[str, Any]) -> str:
    """What happened, in the reader's language. Values are plain text: nothing in them is read as a slot."""
    if not known(name):
        return name
    declared = of(name)
    return str(declared.sentence).format_map(_Said(declared, properties))


def in_words(declared: Name, properties: Mapping[str, Any]) -> dict[str, str]:
    """The plain properties of an event as a person reads them."""
    said = {key: _in_words(declared, properties, key) for key in properties}
    return {key: words for key, words in said.items() if words is not None}


def _in_words(declared: Name, properties: Mapping[str, Any], key: str) -> str | None:
    if key not in properties:
        return None
    value = properties[key]
    if show := declared.shown.get(key):
        return str(show(value))
    if not isinstance(value, str | int | float):
        return None
    return f"{value:g}" if isinstance(value, float) else str(value)
