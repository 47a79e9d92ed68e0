"""The left navigation: apps contribute entries, the shell shows those the person may open."""

from collections.abc import Callable
from dataclasses import dataclass, replace
from functools import cache
from itertools import groupby
from typing import Any

from django.http import HttpRequest
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

Words = Any  # str or a lazy translation


@dataclass(frozen=True, slots=True)
class Entry:
    """One place in the navigation.

    `group` and `order` fix where it stands (group 9 and up at the bottom); `icon` is a lucide name; `key` is the letter
    that leads there after G. `counter` says how many things wait there; it is asked on every page, so it keeps its
    answer for some seconds. On a phone the bar holds the first five entries that are not `in_more`.
    """

    label: Words
    icon: str
    url_name: str
    permission: str
    group: int = 1
    order: int = 50
    key: str = ""
    counter: Callable[[], int] | None = None
    in_more: bool = False

    @property
    def href(self) -> str:
        return _address(self.url_name)


@cache
def _address(url_name: str) -> str:
    return reverse(url_name)


STAFF, CUSTOMERS, DATA, SYSTEM = 1, 2, 3, 4
SECTIONS: dict[int, Words] = {
    STAFF: _("Who works here"),
    CUSTOMERS: _("Customers"),
    DATA: _("Data"),
    SYSTEM: _("System"),
}
SETTINGS = Entry(_("Settings"), "settings-2", "", "", group=9, order=90, key=",")

IN_THE_BAR = 5

_entries: list[Entry] = []
_settings: list[Entry] = []


def add(entry: Entry) -> None:
    """Put an entry into the navigation. Called by an app's `navigation.py` at start-up."""
    _entries.append(entry)


def add_setting(entry: Entry) -> None:
    """Put a page among the settings; its `group` is the section. Called by an app's `navigation.py` at start-up."""
    _settings.append(entry)


def entries_for(request: HttpRequest) -> list[Entry]:
    """The entries this person may open, in order; the last leads to the first of their settings. Costs no query."""
    entries, settings = _allowed(_entries, request), settings_for(request)
    if settings:
        entries.append(replace(SETTINGS, url_name=settings[0].url_name, permission=settings[0].permission))
    return entries


def for_phone(entries: list[Entry]) -> list[Entry]:
    """The five that have their place in the bar at the bottom of a phone; the others are behind “more”."""
    return [entry for entry in entries if not entry.in_more][:IN_THE_BAR]


def settings_for(request: HttpRequest) -> list[Entry]:
    """The settings this person may open, in order. Costs no query."""
    return _allowed(_settings, request)


def by_section(entries: list[Entry]) -> list[tuple[Words, list[Entry]]]:
    """The settings under the headings of their sections."""
    return [(SECTIONS[group], list(found)) for group, found in groupby(entries, key=lambda entry: entry.group)]


def _allowed(entries: list[Entry], request: HttpRequest) -> list[Entry]:
    user = getattr(request, "user", None)
    if user is None or not user.is_authenticated:
        return []
    allowed = [entry for entry in entries if user.may(entry.permission)]
    return sorted(allowed, key=lambda entry: (entry.group, entry.order))


def current(entries: list[Entry], path: str) -> Entry | None:
    """The entry whose place holds `path`: the longest address that begins it; the root holds only itself."""
    holding = [entry for entry in entries if path == entry.href or (entry.href != "/" and path.startswith(entry.href))]
    return max(holding, key=lambda entry: len(entry.href), default=None)
