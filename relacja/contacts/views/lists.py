"""What every list has: its address with some of it changed, its filters, its views."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlencode, urlsplit

from django.http import QueryDict
from django.urls import reverse
from django.utils.translation import gettext as _

from relacja.contacts import columns, fields, owning, saved
from relacja.contacts.models import Record, SavedView
from relacja.contacts.narrowing import Rule, answers
from relacja.staff.http import StaffRequest
from relacja.staff.models import User

WALK = "list"
LONGEST_WALK = 2_000
PLACES = {Record.CONTACT: "contacts:contacts", Record.COMPANY: "contacts:companies"}
ALL = "all"
Tab = tuple[Any, str, bool, int | None]


@dataclass(frozen=True, slots=True)
class Choice:
    """One value of a filter, and the list with it."""

    label: Any
    href: str
    is_chosen: bool


@dataclass(frozen=True, slots=True)
class Filter:
    """One way to narrow the list: what it is set to, its values, and the list without it."""

    label: Any
    key: str
    chosen: Any
    choices: list[Choice]
    without: str


@dataclass(frozen=True, slots=True)
class Ruled:
    """The rule of the list: in words, and where it is written, chosen as an audience, kept and taken off."""

    sentence: str
    editor: str
    chooser: str
    keeper: str
    without: str


@dataclass(frozen=True, slots=True)
class Strip:
    """The views above a list. `lost` names the archived fields it speaks of; `state` is the list as a form sends it."""

    tabs: list[Tab]
    loose: list[tuple[SavedView, str]]
    current: SavedView | None
    is_changed: bool
    may_change: bool
    may_share: bool
    reset: str
    state: str
    lost: str


def strip(request: StaffRequest, of: Record, ends: tuple[Sequence[Tab], Sequence[Tab]]) -> Strip:
    """The views of a list: pinned ones between the tabs that every list has. Four queries at most."""
    query, user = request.GET, request.user
    views = saved.of(user, of)
    current = views.of_id(query.get("view", ""))
    pinned = views.pinned if current is None or current in views.pinned else [*views.pinned, current]
    state = state_of(query)
    first, last = ends
    quiet = [(*tab[:2], tab[2] and current is None, tab[3]) for tab in (*first, *last)]
    tabs = [(view.name, address(view), view == current, None) for view in pinned]
    return Strip(
        [*quiet[: len(first)], *tabs, *quiet[len(first) :]],
        [(view, address(view)) for view in views.loose],
        current,
        is_changed=current is not None and current.state != state,
        may_change=current is not None and saved.may_change(current, user),
        may_share=user.may("contacts.share"),
        reset=address(current) if current else "",
        state=f"?{query.urlencode()}",
        lost=_lost(of, state),
    )


def ends(request: StaffRequest, of: Record, *, archived: bool, trashed: bool) -> tuple[list[Tab], list[Tab]]:
    """The tabs before the views of a list, and those after them."""
    path, owner, away = reverse(PLACES[of]), request.GET.get("owner", ""), archived or trashed
    is_everybodys = owning.owners(owner, request.user) is None
    return [
        (_("All"), f"{path}?view={ALL}", is_everybodys and not away, None),
        *owning.tabs(owner, path, user=request.user, is_here=not away),
    ], [
        (_("The archive"), f"{path}?archived=1", archived and not trashed, None),
        (_("The trash"), f"{path}?trashed=1", trashed, None),
    ]


def ruled(request: StaffRequest, rule: Rule | None, of: Record) -> Ruled:
    """What a list says about its rule."""
    tree = rule.tree if rule else None
    without = link(request.GET, rule="")
    editor = answers().editor(tree, of, back=without.removeprefix("?"))
    chooser = answers().chooser(tree, back=without.removeprefix("?")) if of == Record.CONTACT else ""
    may_keep = of == Record.CONTACT and request.user.may("segments.edit")
    return Ruled(rule.sentence if rule else "", editor, chooser, answers().keeper(tree) if may_keep else "", without)


def address(view: SavedView) -> str:
    """The list with the whole state of a view in its address."""
    return f"{reverse(PLACES[Record(view.of)])}?{urlencode({**saved.ordered(view.state), 'view': view.pk})}"


def usual(user: User, of: Record) -> str:
    """Where the bare list leads somebody who has a usual view; empty for all others. One query."""
    view = saved.usual(user, of)
    return address(view) if view else ""


def state_of(query: QueryDict) -> saved.State:
    """The state of the list at this address."""
    return saved.state_of({name: query.get(name, "") for name in saved.NAMES}, columns.paths(query.getlist("columns")))


def walk(query: QueryDict) -> str:
    """The list as the pages of its records carry it along, to go on from one to the next; `?list=...` or empty.

    A list whose address is very long is left to itself: fifty rows would each repeat it.
    """
    copy = query.copy()
    for name in ("after", "before"):
        copy.pop(name, None)
    text = copy.urlencode()
    return f"?{urlencode({WALK: text or f'view={ALL}'})}" if len(text) <= LONGEST_WALK else ""


def walked(request: StaffRequest) -> QueryDict | None:
    """The list from which somebody came to the page of a record, or from whose page they sent something."""
    text = request.GET.get(WALK, "")
    if not text and request.method == "POST":
        text = QueryDict(urlsplit(request.headers.get("Referer", "")).query).get(WALK, "")
    return QueryDict(text) if text else None


def _lost(of: Record, state: saved.State) -> str:
    """The names of fields the list speaks of that are archived. A query only when it speaks of own fields."""
    paths = saved.paths(state)
    gone = fields.of_people(of, archived=True) if paths else []
    named = [str(known.label) for known in gone if any(f"{path}.".startswith(f"{known.path}.") for path in paths)]
    return ", ".join(named)


def narrowing(
    query: QueryDict, label: Any, key: str, values: list[tuple[str, Any]], *, value: str | None = None
) -> Filter:
    """A filter of a list by one of some values, set to `value` or to what the address says."""
    present = query.get(key, "") if value is None else value
    chosen = dict(values).get(present, "")
    choices = [Choice(name, link(query, **{key: one}), present == one) for one, name in values]
    return Filter(label, key, chosen, choices, link(query, **{key: ""}))


def link(query: QueryDict, **changed: str) -> str:
    """The list as it is, with some of its parameters changed; it begins anew unless a place is given.

    A list without any says that it means everybody: the bare address leads to somebody's usual view.
    """
    copy = query.copy()
    for place in ("after", "before"):
        copy.pop(place, None)
    for name, value in changed.items():
        copy.pop(name, None)
        if value:
            copy[name] = value
    return f"?{copy.urlencode() or f'view={ALL}'}"
