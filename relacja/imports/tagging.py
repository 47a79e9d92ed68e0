"""Tags that a file names and nobody made yet: made while it runs, and only foretold while it is checked."""

from collections.abc import Callable
from dataclasses import replace
from datetime import datetime
from typing import Any

from relacja.contacts.actions import tags
from relacja.contacts.field_kinds import Options
from relacja.contacts.field_kinds.marks import Tags
from relacja.contacts.fields import Known
from relacja.contacts.models import Tag
from relacja.lib.errors import Refused
from relacja.lib.text import cleaned, folded
from relacja.staff.models import Author

Make = Callable[[str], str]


class _Growing(Tags):
    """Tags among which a name that is not there is made. A name is looked for once in a file."""

    def __init__(self, make: Make) -> None:
        self._make = make
        self._made: dict[str, str] = {}

    def one(self, name: str, options: Options) -> str:
        key = folded(name)
        if key not in self._made:
            try:
                self._made[key] = super().one(name, options)
            except Refused:
                self._made[key] = self._make(name)
        return self._made[key]

    def _ordered(self, found: Any, options: Options) -> list[str] | None:
        return list(dict.fromkeys(found)) or None


def growing(known: Known, make: Make) -> Known:
    """The field of tags as it is, but for names that are not there."""
    return replace(known, kind=_Growing(make))


def maker(*, by: Author | None, now: datetime) -> Make:
    """Makes the tag that is not there and gives its key. Somebody else may have made it meanwhile."""

    def make(name: str) -> str:
        found = Tag.objects.live().filter(name_key=folded(name)[:60]).first()
        return (found or tags.make_tag(name, by=by, now=now)).key

    return make


def pretended(name: str) -> str:
    """What stands for a tag that is not there yet, in what is foretold: its name."""
    return cleaned(name)
