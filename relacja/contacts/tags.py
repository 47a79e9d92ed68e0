"""The tags that people here use: one small vocabulary for people and companies.

Records hold the keys of tags under `PATH`, in whatever order. `Vocabulary` says which tags they mean today.
"""

import time
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass

from relacja.contacts.models import Tag
from relacja.contacts.plain import ATTRIBUTE

KEY = "tags"
PATH = ATTRIBUTE + KEY
FRESH = 2.0

Hearer = Callable[[set[str]], object]
_hearers: list[Hearer] = []
_remembered: list[tuple[float, "Vocabulary"]] = []


@dataclass(frozen=True, slots=True)
class Vocabulary:
    """The tags in use by name, and to which of them each key leads that was ever given: none leads to an empty one."""

    tags: tuple[Tag, ...]
    leads: Mapping[str, str]

    def meant(self, keys: Iterable[str] | None) -> list[Tag]:
        """The tags that a record has, by name, each once."""
        wanted = {self.leads.get(key, "") for key in keys or ()}
        return [tag for tag in self.tags if tag.key in wanted]

    def behind(self, key: str) -> list[str]:
        """Every key that means the same tag as `key`; the key alone when it means none."""
        present = self.leads.get(key, "")
        return sorted(one for one, leads in self.leads.items() if leads == present) if present else [key]

    def called(self, key: str) -> str:
        """The name of the tag that `key` means, or the key itself."""
        return next((tag.name for tag in self.tags if tag.key == self.leads.get(key)), key)


def vocabulary() -> Vocabulary:
    """Every tag. One query; there are hundreds of tags, not thousands."""
    rows = {tag.pk: tag for tag in Tag.objects.order_by("name_key", "pk")}
    live = tuple(tag for tag in rows.values() if tag.merged_into_id is None and tag.archived_at is None)
    return Vocabulary(live, {tag.key: _end(tag, rows) for tag in rows.values()})


def remembered() -> Vocabulary:
    """The same, at most `FRESH` seconds old: for rules and words that stand many times on a page."""
    if not _remembered or time.monotonic() > _remembered[0][0]:
        _remembered[:] = [(time.monotonic() + FRESH, vocabulary())]
    return _remembered[0][1]


def forget_remembered() -> None:
    """Somebody changed a tag: this process sees it at once, the others within `FRESH`."""
    _remembered.clear()


def hears(function: Hearer) -> Hearer:
    """Register a function that is told which keys mean another tag from now on."""
    _hearers.append(function)
    return function


def moved(keys: Iterable[str]) -> None:
    """These keys mean another tag from now on, or are called otherwise: who counts by them counts again."""
    forget_remembered()
    told = set(keys)
    for hear in _hearers:
        hear(told)


def _end(tag: Tag, rows: Mapping[int, Tag]) -> str:
    """Where a tag leads through merges; the database cannot refuse a circle, so the way has an end."""
    for _step in range(len(rows)):
        if tag.merged_into_id is None:
            return "" if tag.archived_at else tag.key
        tag = rows[tag.merged_into_id]
    return ""
