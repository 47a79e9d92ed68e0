"""The first page: apps contribute cards and first steps in their `home.py`; a person sees what their role allows."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _

from relacja.ui.navigation import Words
from relacja.ui.people import Person

Context = Callable[[Person, datetime], dict[str, Any] | None]


@dataclass(frozen=True, slots=True)
class Card:
    """One section of the first page.

    `context(user, now)` gives the template what it shows, or None when there is nothing to say: then the section is
    left out. It must be cheap: it runs on every visit. `half` shares the row with the next half.
    """

    title: Words
    template: str
    context: Context
    permission: str
    order: int = 50
    half: bool = False


@dataclass(frozen=True, slots=True)
class Shown:
    """A card with something to say."""

    title: Words
    template: str
    half: bool
    context: dict[str, Any]


@dataclass(frozen=True, slots=True)
class FirstStep:
    """What one can do while no card has anything to say: `view` is the name of the page to begin on."""

    label: Words
    about: Words
    icon: str
    view: str
    permission: str
    order: int = 50

    @property
    def href(self) -> str:
        return reverse(self.view)


_cards: list[Card] = []
_first_steps: list[FirstStep] = []


def add(card: Card) -> None:
    """Put a card on the first page. Called by an app's `home.py` at start-up."""
    _cards.append(card)


def begin(step: FirstStep) -> None:
    """Offer a first step. Called by an app's `home.py` at start-up."""
    _first_steps.append(step)


def first_steps_of(user: Person) -> list[FirstStep]:
    """How this person can begin, in order."""
    return sorted((step for step in _first_steps if user.may(step.permission)), key=lambda step: step.order)


def shown_to(user: Person, *, now: datetime) -> list[Shown]:
    """What the first page says to this person, in order."""
    shown = []
    for card in sorted(_cards, key=lambda card: card.order):
        context = card.context(user, now) if user.may(card.permission) else None
        if context is not None:
            shown.append(Shown(card.title, card.template, card.half, context))
    return shown


def greeting(now: datetime) -> str:
    """How one greets at this hour, in the company's zone."""
    hour = timezone.localtime(now).hour
    if 4 <= hour < 12:
        return _("Good morning")
    return _("Good afternoon") if 12 <= hour < 18 else _("Good evening")
