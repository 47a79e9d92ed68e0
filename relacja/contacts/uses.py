"""What speaks of a field: segments, texts, journeys. Apps look among their own and contribute in their `uses.py`."""

from collections.abc import Callable, Collection, Iterable, Iterator
from dataclasses import dataclass
from typing import Any

from django.urls import reverse
from django.utils.translation import gettext as _

from relacja.contacts import saved
from relacja.contacts.fields import Known
from relacja.contacts.models import SavedView

Words = Any  # str or a lazy translation


@dataclass(frozen=True, slots=True)
class Use:
    """One thing that speaks of a field, and where it is changed."""

    what: Words
    name: str
    href: str


Finder = Callable[[Known], Iterable[Use]]
TagFinder = Callable[[Collection[str]], Iterable[Use]]
_finders: list[Finder] = []
_tag_finders: list[TagFinder] = []


def finder(function: Finder) -> Finder:
    """Register a function that finds what speaks of a field. A fixed number of queries."""
    _finders.append(function)
    return function


def of(known: Known) -> list[Use]:
    """Everything that speaks of the field: what stops making sense when it goes."""
    return [use for find in _finders for use in find(known)]


def tag_finder(function: TagFinder) -> TagFinder:
    """Register a function that finds what speaks of a tag, given all keys that mean it. A fixed number of queries."""
    _tag_finders.append(function)
    return function


def of_tag(keys: Collection[str]) -> list[Use]:
    """Everything that speaks of the tag with these keys."""
    return [use for find in _tag_finders for use in find(keys)]


def speaks_of_tag(rule: Any, keys: Collection[str]) -> bool:
    """Whether plain JSON holds a condition on a tag with one of these keys."""
    if isinstance(rule, dict):
        return (rule.get("kind") == "tag" and rule.get("tag") in keys) or speaks_of_tag(list(rule.values()), keys)
    return isinstance(rule, list) and any(speaks_of_tag(one, keys) for one in rule)


def speaks(rule: Any, path: str) -> bool:
    """Whether plain JSON holds `path`, or a part of it after a dot, as a value anywhere."""
    if isinstance(rule, dict):
        return any(speaks(value, path) for value in rule.values())
    if isinstance(rule, list):
        return any(speaks(value, path) for value in rule)
    return isinstance(rule, str) and (rule == path or rule.startswith(f"{path}."))


@finder
def views(known: Known) -> Iterator[Use]:
    """Views that everybody sees. One query; there are hundreds at most."""
    for view in SavedView.objects.there().filter(of=known.of, is_shared=True).order_by("name"):
        if known.path in saved.paths(view.state):
            yield Use(_("View"), view.name, reverse("contacts:view", args=[view.pk]))
