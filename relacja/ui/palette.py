"""The palette (Ctrl/Cmd+K): apps contribute sources in their `palette.py`; navigation is always among them.

A source answers within a few milliseconds and only with what the person may see: the palette asks on every key.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Protocol

from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _

from relacja.ui import navigation
from relacja.ui.navigation import Words
from relacja.ui.people import Person

AT_MOST = 8


@dataclass(frozen=True, slots=True)
class Hit:
    """Something to open: a person, a page, a command. `detail` stands at the right; `keys` are its shortcut.

    A command that changes something is sent (`is_sent`), not opened; one with `copies` puts that text on the clipboard.
    """

    label: Words
    detail: Words
    href: str
    icon: str
    keys: tuple[str, ...] = ()
    is_sent: bool = False
    copies: str = ""


class Source(Protocol):
    """A group of hits. `commands` answers for the page at `path`, with or without text."""

    title: Words
    order: int

    def search(self, user: Person, text: str) -> Iterable[Hit]:
        """What matches `text` (never empty), best first."""

    def commands(self, user: Person, path: str) -> Iterable[Hit]:
        """What can be done on the page at `path`."""


@dataclass(frozen=True, slots=True)
class Group:
    title: Words
    hits: list[Hit]


_sources: list[Source] = []


def add(source: Source) -> None:
    """Let the palette ask `source`. Called by an app's `palette.py` at start-up."""
    _sources.append(source)


def find(request: HttpRequest, user: Person, text: str, *, path: str) -> list[Group]:
    """What the palette offers for `text` on the page at `path`, in groups; empty groups are left out."""
    groups = []
    for source in sorted(_sources, key=lambda source: source.order):
        hits = [hit for hit in source.commands(user, path) if _matches(hit, text)]
        hits += list(source.search(user, text)) if text else []
        groups.append(Group(source.title, hits[:AT_MOST]))
    places = [_place(entry) for entry in navigation.entries_for(request)]
    groups.append(Group(_("Go to"), [hit for hit in places if _matches(hit, text)]))
    return [group for group in groups if group.hits]


def _place(entry: navigation.Entry) -> Hit:
    keys = ("G", entry.key.upper()) if entry.key else ()
    return Hit(entry.label, "", entry.href, entry.icon, keys)


def _matches(hit: Hit, text: str) -> bool:
    return text.casefold() in str(hit.label).casefold()
