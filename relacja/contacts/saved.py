"""Lists as people keep them: which there are for somebody, and what has changed since.

The state of a list is the parameters of its address. A view keeps them as they are, so a plain link shows what the view
shows; what does not stand for itself, like somebody's place in the pages, is left out.
"""

import json
from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from relacja.contacts.dates import NEXT
from relacja.contacts.models import Pin, Record, SavedView, UsualView
from relacja.contacts.models.saved_view import SavedViewQuerySet
from relacja.contacts.plain import ATTRIBUTE
from relacja.staff.models import User

NAMES = ("q", "rule", "stage", "consent", "owner", "company", "tag", "vip", "archived", "trashed", "sort", "columns")
LONGEST = 8_000
State = dict[str, str]


@dataclass(frozen=True, slots=True)
class Views:
    """What one person may choose from: pinned ones in their order, then their own and the shared ones by name."""

    pinned: list[SavedView]
    own: list[SavedView]
    shared: list[SavedView]
    usual: int | None

    def of_id(self, text: str) -> SavedView | None:
        """The view of that number, if this person may see it."""
        return next((view for view in [*self.own, *self.shared] if str(view.pk) == text), None)

    @property
    def loose(self) -> list[SavedView]:
        """Those that are not pinned."""
        pinned = {view.pk for view in self.pinned}
        return [view for view in [*self.own, *self.shared] if view.pk not in pinned]


def of(person: User, record: Record) -> Views:
    """The views of one kind of list for somebody. Three queries."""
    found = list(visible_to(person).filter(of=record).order_by("name", "pk"))
    pins = Pin.objects.filter(person=person, view__of=record).order_by("position", "pk").values_list("view", flat=True)
    by_id = {view.pk: view for view in found}
    usual = UsualView.objects.filter(person=person, of=record).values_list("view", flat=True).first()
    return Views(
        [by_id[pk] for pk in pins if pk in by_id],
        [view for view in found if not view.is_shared],
        [view for view in found if view.is_shared],
        usual if usual in by_id else None,
    )


def visible_to(person: User) -> SavedViewQuerySet:
    """The views this person may open: their own, and those that are shared."""
    there = SavedView.objects.there()
    return there.filter(is_shared=True) | there.filter(made_by=person)


def usual(person: User, record: Record) -> SavedView | None:
    """The view with which this list opens for somebody. One query."""
    return visible_to(person).filter(of=record, usual_for__person=person).first()


def may_change(view: SavedView, person: User) -> bool:
    """Whether this person may change it: one's own, or a shared one with the permission for that."""
    return person.may("contacts.share") if view.is_shared else view.made_by_id == person.pk


def state_of(asked: Mapping[str, str], columns: Iterable[str]) -> State:
    """What stands for the list in its address, each parameter in one form."""
    state = {name: asked.get(name, "").strip()[:LONGEST] for name in NAMES}
    state["rule"] = _rule(state["rule"])
    state["columns"] = ",".join(columns)
    return {name: value for name, value in state.items() if value}


def ordered(state: State) -> State:
    """The parameters as an address has them: a database gives them back in an order of its own."""
    return {name: state[name] for name in NAMES if name in state}


def paths(state: State) -> list[str]:
    """The fields that a list speaks of, wherever: in its rule, its order, its columns."""
    columns = state.get("columns", "")
    named = [state.get("sort", "").removeprefix("-"), *columns.split(",")]
    everything = [*named, *_values(_tree(state.get("rule", "")))]
    return [path for path in dict.fromkeys(one.removeprefix(NEXT) for one in everything) if ATTRIBUTE in path]


def _rule(text: str) -> str:
    tree = _tree(text)
    return json.dumps(tree, ensure_ascii=False, sort_keys=True, separators=(",", ":")) if tree is not None else text


def _tree(text: str) -> object:
    try:
        return json.loads(text) if text else None
    except (ValueError, RecursionError):
        return None


def _values(tree: object) -> list[str]:
    if isinstance(tree, dict):
        return [found for value in tree.values() for found in _values(value)]
    if isinstance(tree, list):
        return [found for value in tree for found in _values(value)]
    return [tree] if isinstance(tree, str) and tree.startswith(ATTRIBUTE) else []
