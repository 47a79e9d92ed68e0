"""Who wants to know when an address is confirmed: a registry filled by `<app>/confirmed.py`."""

from datetime import datetime
from typing import Protocol

from relacja.contacts.models import ConsentEntry


class Confirmed(Protocol):
    def __call__(self, given: ConsentEntry, *, asked: ConsentEntry, now: datetime) -> None:
        """React to a confirmed consent, in the same transaction. `asked` holds what was noted when it was asked."""


_listeners: list[Confirmed] = []


def on_confirmed(function: Confirmed) -> Confirmed:
    """Register a function to be called when somebody confirms."""
    _listeners.append(function)
    return function


def tell(given: ConsentEntry, *, asked: ConsentEntry, now: datetime) -> None:
    """Call everybody who wants to know."""
    for listener in _listeners:
        listener(given, asked=asked, now=now)
