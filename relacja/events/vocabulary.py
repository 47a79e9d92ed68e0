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


class _Slots(dict[str, str]):
    def __missing__(self, key: str) -> str:
        return "…"


def sentence(name: str, properties: Mapping[str, Any]) -> str:
    """What happened, in the reader's language. Values are plain text: nothing in them is read as a slot."""
    if not known(name):
        return name
    declared = of(name)
    return str(declared.sentence).format_map(_Slots(in_words(declared, properties)))


def in_words(declared: Name, properties: Mapping[str, Any]) -> dict[str, str]:
    """The plain properties of an event as a person reads them."""
    flat = {key: _plain(value) for key, value in properties.items() if isinstance(value, str | int | float)}
    flat.update({key: str(show(properties[key])) for key, show in declared.shown.items() if key in properties})
    return flat


def _plain(value: str | int | float) -> str:
    return f"{value:g}" if isinstance(value, float) else str(value)
