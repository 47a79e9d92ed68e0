"""Which teams there are and who is in them, as lists, rules and columns ask for it."""

import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass

from django.db import transaction

from relacja.staff.models import Membership, Team, User

FRESH = 2.0

Hearer = Callable[[int], object]
_hearers: list[Hearer] = []
_remembered: list[tuple[float, "Roster"]] = []


@dataclass(frozen=True, slots=True)
class Roster:
    """The teams in use by name, and the ids of the people of every team, archived ones too.

    `names` are those of all teams, `staff` those of all who work or worked here, by id; `here` are the ids of those who
    may sign in.
    """

    teams: tuple[Team, ...]
    people: Mapping[int, tuple[int, ...]]
    names: Mapping[int, str]
    staff: Mapping[int, str]
    here: frozenset[int]

    def of(self, user_id: int | None) -> list[Team]:
        """The teams somebody is in, by name."""
        return [team for team in self.teams if user_id in self.people.get(team.pk, ())]

    def said(self, user_id: int | None) -> str:
        """The same in words; empty for nobody."""
        return ", ".join(team.name for team in self.of(user_id)) if user_id else ""

    def colleagues(self, user_id: int) -> tuple[int, ...]:
        """Everybody in the teams of somebody, themselves included."""
        return tuple(sorted({user_id, *(pk for team in self.of(user_id) for pk in self.people[team.pk])}))

    def called(self, team_id: int) -> str:
        """The name of a team; its number when it is not there."""
        return self.names.get(team_id, f"#{team_id}")

    def who(self, user_id: int) -> str:
        """The name of somebody who works here, or did; their number when nobody knows."""
        return self.staff.get(user_id, f"#{user_id}")


def roster() -> Roster:
    """Every team, and who works here. Three queries; a company has tens of teams and of people."""
    people: dict[int, list[int]] = {}
    for team_id, user_id in Membership.objects.order_by("user_id").values_list("team_id", "user_id"):
        people.setdefault(team_id, []).append(user_id)
    rows = list(Team.objects.order_by("name_key", "pk"))
    live = tuple(team for team in rows if team.archived_at is None)
    staff = list(User.objects.order_by("name", "email").only("name", "email", "is_active"))
    return Roster(
        live,
        {key: tuple(ids) for key, ids in people.items()},
        {team.pk: team.name for team in rows},
        {one.pk: str(one) for one in staff},
        frozenset(one.pk for one in staff if one.is_active),
    )


def remembered() -> Roster:
    """The same, at most `FRESH` seconds old: for rules and cells that stand many times on a page."""
    if not _remembered or time.monotonic() > _remembered[0][0]:
        _remembered[:] = [(time.monotonic() + FRESH, roster())]
    return _remembered[0][1]


def forget_remembered() -> None:
    """Somebody changed a team: this process sees it at once, the others within `FRESH`."""
    _remembered.clear()


def hears(function: Hearer) -> Hearer:
    """Register a function that is told which team has other people from now on."""
    _hearers.append(function)
    return function


def moved(team_id: int) -> None:
    """This team has other people from now on, or another name: who counts by it counts again."""
    forget_remembered()
    transaction.on_commit(forget_remembered)
    for hear in _hearers:
        hear(team_id)
