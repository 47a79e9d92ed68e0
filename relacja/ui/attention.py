"""What needs a person (the bell): apps contribute sources in their `attention.py`."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import datetime

from relacja.ui.navigation import Words
from relacja.ui.people import Person


@dataclass(frozen=True, slots=True)
class Need:
    """One thing that waits for somebody, in a sentence, and where to settle it."""

    sentence: Words
    href: str
    icon: str
    since: datetime | None = None
    tone: str = ""


Source = Callable[[Person, datetime], Iterable[Need]]
_sources: list[tuple[str, Source]] = []


def add(permission: str, source: Source) -> None:
    """Ask `source(user, now)` for people who hold `permission`. Called by an app's `attention.py`; must be cheap."""
    _sources.append((permission, source))


def needs_of(user: Person, *, now: datetime) -> list[Need]:
    """What waits for this person, newest first; what has no time comes first."""
    needs = [need for permission, source in _sources if user.may(permission) for need in source(user, now)]
    return sorted(needs, key=lambda need: (need.since is not None, -need.since.timestamp() if need.since else 0))
