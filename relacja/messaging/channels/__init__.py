"""Ways to reach people. A channel is one module in this package; nothing else knows its name."""

from dataclasses import dataclass
from datetime import datetime
from functools import cache
from importlib import import_module
from pkgutil import iter_modules
from typing import Any, Protocol, TypeVar

from relacja.contacts.models import Contact
from relacja.lib.errors import Unavailable

Words = Any  # str or a lazy translation


@dataclass(frozen=True, slots=True)
class Outgoing:
    """A letter ready to be handed over, to exactly one person."""

    key: str
    to: str
    subject: str
    html: str
    text: str
    at: datetime
    is_marketing: bool
    unsubscribe_url: str = ""


@dataclass(frozen=True, slots=True)
class Receipt:
    """What became of a letter that was accepted."""

    delivery: str
    answer: str = ""


class Later(Unavailable):
    """This letter was not taken now; it was certainly not sent, and may be tried again."""


class Rejected(Unavailable):
    """This letter will never be taken. `is_dead` says that the address itself does not exist."""

    def __init__(self, message: str, *, is_dead: bool = False) -> None:
        super().__init__(message, permanent=True)
        self.is_dead = is_dead


class Closed(Unavailable):
    """The channel talks to nobody at the moment; no letter is to blame, none was sent."""


class Doubtful(Unavailable):
    """The letter was handed over and nobody answered: it may have been sent, and must not be sent again by itself."""

    def __init__(self, message: str) -> None:
        super().__init__(message, permanent=True)


class Channel(Protocol):
    """One way to reach people."""

    kind: str
    label: Words

    def address(self, contact: Contact) -> str:
        """Where this person can be reached; empty when they cannot."""

    def key(self, address: str) -> str:
        """What two spellings of one address share."""

    def shown_headers(self, outgoing: Outgoing) -> list[tuple[str, str]]:
        """What a letter carries around its words, for somebody who looks into it."""

    def send(self, outgoing: Outgoing) -> Receipt:
        """Hand one letter over. Raises `Later`, `Rejected`, `Closed` or `Doubtful`."""


_channels: dict[str, Channel] = {}
New = TypeVar("New", bound=type[Any])


def register(channel: New) -> New:
    """Class decorator: the channel can be used from now on."""
    _channels[channel.kind] = channel()
    return channel


def of(kind: str) -> Channel:
    """The channel of that name. KeyError for a name nobody registered."""
    return _all()[kind]


def kinds() -> list[str]:
    """The names of all channels."""
    return sorted(_all())


def _all() -> dict[str, Channel]:
    _discover()
    return _channels


@cache
def _discover() -> None:
    for module in iter_modules(__path__):
        import_module(f"{__name__}.{module.name}")
