"""Where a rule goes on to that was written in the builder, other than a list of people or a segment.

An app upstairs adds a destination in its `destinations.py`; `?for=` names it.
"""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from django.http import QueryDict
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

Words = Any


@dataclass(frozen=True, slots=True)
class Destination:
    """What the page says, and where it leads with the rule. `href` gets what was carried along, and may take from it.

    `place` is where the page stands; `permission` is asked of whoever goes on.
    """

    title: Words
    hint: Words
    button: Words
    place: Words
    permission: str
    href: Callable[[QueryDict], str]


_destinations: dict[str, Destination] = {}


def add(key: str, destination: Destination) -> None:
    """Register a destination. Called by an app's `destinations.py` at start-up."""
    _destinations[key] = destination


def of(key: str) -> Destination | None:
    return _destinations.get(key)


def known() -> dict[str, Destination]:
    """Every destination by its key."""
    return dict(_destinations)


add(
    "people",
    Destination(
        _("Whom the list shows"),
        _("Say who is on the list; groups may stand in groups."),
        _("Use these conditions"),
        _("Contacts"),
        "segments.view",
        lambda _query: reverse("segments:choosing"),
    ),
)
