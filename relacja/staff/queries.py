"""Who works here, and what was changed."""

from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any

from django.db.models import QuerySet

from relacja.staff import access, changes, reach
from relacja.staff.access import Reach, Role
from relacja.staff.models import ApiKey, Change, ChangeSet, KeptValue, RoleReach, Team, User
from relacja.staff.reach import Owners
from relacja.staff.teams import roster

PAGE = 50


@dataclass(frozen=True, slots=True)
class KeyLine:
    key: ApiKey
    may: list[Any]


@dataclass(frozen=True, slots=True)
class PersonLine:
    """Somebody who works here or did, what their role lets see, and how many customers they see."""

    user: User
    by_role: Any
    customers: int

    @property
    def is_administrator(self) -> bool:
        return self.user.role == Role.ADMINISTRATOR


@dataclass(frozen=True, slots=True)
class RoleLine:
    """A role with what it lets see, and how many who work here have it."""

    role: Role
    reach: str
    people: int


def people() -> list[PersonLine]:
    """Everybody, those who may come in first. Four queries and a pass over the customers' owners."""
    found = list(User.objects.order_by("-is_active", "name", "email"))
    seen = reach.seen_by(found)
    return [PersonLine(one, Reach(one.reach_of_role).label, seen[one.pk]) for one in found]


def roles() -> list[RoleLine]:
    """The roles of which one may say which customers they let see: all but administrators. Two queries."""
    reaches = dict(RoleReach.objects.values_list("role", "reach"))
    here = Counter(User.objects.filter(is_active=True).values_list("role", flat=True))
    return [RoleLine(role, reaches.get(role, Reach.ALL), here[role]) for role in Role if role != Role.ADMINISTRATOR]


def keys() -> list[KeyLine]:
    """Every key with what it may do in words, those in force first, the newest on top. One query."""
    labels = {one.code: one.label for one in access.permissions()}
    found = ApiKey.objects.order_by("revoked_at", "-created_at")
    lines = [KeyLine(key, [labels.get(code, code) for code in key.scopes]) for key in found]
    return sorted(lines, key=lambda line: line.key.revoked_at is not None)


@dataclass(frozen=True, slots=True)
class TeamLine:
    """A team with its people by name, those without access left out."""

    team: Team
    people: list[User]


def teams() -> list[TeamLine]:
    """Every team with its people, those in use first. Three queries."""
    found = Team.objects.select_related("leader").order_by("name_key", "pk")
    people = {person.pk: person for person in User.objects.filter(is_active=True).order_by("name", "email")}
    held = roster().people
    lines = [TeamLine(team, [one for pk, one in people.items() if pk in held.get(team.pk, ())]) for team in found]
    return sorted(lines, key=lambda line: line.team.archived_at is not None)


@dataclass(frozen=True, slots=True)
class Line:
    """One field of a change, in words."""

    label: Any
    before: str
    after: str


@dataclass(frozen=True, slots=True)
class Told:
    """A change in words. Without lines the record was added or put away, as `change` says.

    `is_unseen` of somebody whom one does not see: then nothing else is told.
    """

    change: Change
    name: str
    href: str
    lines: list[Line]
    is_unseen: bool = False


@dataclass(frozen=True, slots=True)
class Page:
    """Some of many; `after` is the place of the last when there are more."""

    items: Sequence[Any]
    after: str


def change_sets(*, by: User | None, after: str = "") -> Page:
    """What was changed, the latest first: by one person, or by everybody. One query."""
    found = ChangeSet.objects.select_related("by", "api_key", "undoing__by").order_by("-pk")
    return _page(found if by is None else found.filter(by=by), after)


def changes_in(change_set: ChangeSet, *, after: str = "", owners: Owners = None) -> Page:
    """The records of a set, in words to who sees the customers of `owners`. A fixed number of queries for each kind."""
    page = _page(Change.objects.filter(change_set=change_set).order_by("-pk"), after)
    return Page(_told(page.items, owners), page.after)


def changes_of(kind: str, record_id: int, *, after: str = "") -> Page:
    """What was changed of one record, in words, with the set of each. A fixed number of queries."""
    found = Change.objects.filter(kind=kind, record_id=record_id).order_by("-pk")
    page = _page(found.select_related("change_set__by", "change_set__api_key", "change_set__undoing__by"), after)
    return Page(_told(page.items), page.after)


def kept_in(change_set: ChangeSet, *, most: int = PAGE, owners: Owners = None) -> list[tuple[str, str, Line | None]]:
    """Whose values stayed when a set was taken back, as they are now and as the set had left them, in words."""
    kept = list(KeptValue.objects.filter(change_set=change_set).order_by("pk")[:most])
    found: list[tuple[str, str, Line | None]] = []
    for key in sorted({one.kind for one in kept}):
        kind, mine = changes.kind(key), [one for one in kept if one.kind == key]
        seen = changes.seen_of(key, {one.record_id for one in mine}, owners)
        mine = [one for one in mine if one.record_id in seen]
        names = kind.names([one.record_id for one in mine])
        tell = kind.teller(pair for one in mine for pair in ((one.field, one.present), (one.field, one.expected)))
        for one in mine:
            line = Line(tell.label(one.field), tell.show(one.field, one.expected), tell.show(one.field, one.present))
            found.append((names.get(one.record_id, ""), kind.href(one.record_id), line if one.field else None))
    return found


def _told(found: Iterable[Change], owners: Owners = None) -> list[Told]:
    made = list(found)
    seen = {
        key: set(changes.seen_of(key, {change.record_id for change in made if change.kind == key}, owners))
        for key in {change.kind for change in made}
    }
    said = {told.change.pk: told for told in _said([one for one in made if one.record_id in seen[one.kind]])}
    return [said.get(one.pk) or Told(one, "", "", [], is_unseen=True) for one in made]


def _said(made: list[Change]) -> list[Told]:
    names: dict[str, Any] = {}
    tellers: dict[str, changes.Teller] = {}
    for key in {change.kind for change in made}:
        mine = [change for change in made if change.kind == key]
        names[key] = changes.kind(key).names([change.record_id for change in mine])
        tellers[key] = changes.kind(key).teller(pair for change in mine for pair in _values(change))
    return [
        Told(
            change,
            names[change.kind].get(change.record_id, f"#{change.record_id}"),
            changes.kind(change.kind).href(change.record_id) if change.record_id in names[change.kind] else "",
            _lines(change, tellers[change.kind]),
        )
        for change in made
    ]


def _values(change: Change) -> list[tuple[str, Any]]:
    return [*(change.before or {}).items(), *(change.after or {}).items()]


def _lines(change: Change, tell: changes.Teller) -> list[Line]:
    before, after = change.before or {}, change.after or {}
    return [
        Line(tell.label(field), tell.show(field, before.get(field)), tell.show(field, after.get(field)))
        for field in {**before, **after}
    ]


def _page(found: QuerySet[Any], after: str) -> Page:
    if after.isascii() and after.isdigit() and len(after) < 19:
        found = found.filter(pk__lt=int(after))
    rows = list(found[: PAGE + 1])
    return Page(rows[:PAGE], str(rows[PAGE - 1].pk) if len(rows) > PAGE else "")
