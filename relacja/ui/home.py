"""The first page: apps contribute cards in their `home.py`; a person sees those their role allows."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from typing import Any

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


_cards: list[Card] = []


def add(card: Card) -> None:
    """Put a card on the first page. Called by an app's `home.py` at start-up."""
    _cards.append(card)


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
