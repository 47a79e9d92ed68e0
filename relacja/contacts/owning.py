"""Whose records a list shows, as its address says it: `me`, `team`, `none`, a person by number, a team as `team:7`.

The words for whoever looks stay words, so a shared view shows everybody their own.
"""

from collections.abc import Collection
from typing import Any

from django.utils.translation import gettext as _

from relacja.staff import teams
from relacja.staff.models import User

ME, MINE, NOBODYS, TEAM = "me", "team", "none", "team:"
NOBODY = 0


def owners(asked: str, user: User) -> tuple[int, ...] | None:
    """The ids of those who take care, `NOBODY` among them if nobody may; None when everybody's are asked for."""
    if asked == ME:
        return (user.pk,)
    if asked == MINE:
        return teams.remembered().colleagues(user.pk)
    if asked == NOBODYS:
        return (NOBODY,)
    number = asked.removeprefix(TEAM)
    if not (number.isascii() and number.isdigit() and len(number) < 19):
        return None
    return teams.remembered().people.get(int(number), ()) if asked.startswith(TEAM) else (int(number),)


def tabs(asked: str, path: str, *, user: User, is_here: bool) -> list[tuple[Any, str, bool, None]]:
    """Mine, my team's if I am in one, nobody's: each one click away."""
    found = [(_("Mine"), ME), (_("My team's"), MINE), (_("Nobody's"), NOBODYS)]
    in_a_team = bool(teams.remembered().of(user.pk))
    return [
        (label, f"{path}?owner={one}", is_here and asked == one, None)
        for label, one in found
        if one != MINE or in_a_team or asked == MINE
    ]


def choices(asked: str) -> list[tuple[str, str]]:
    """What the filter by owner offers: every team, then everybody who works here, whoever is asked for among them."""
    roster = teams.remembered()
    found = [(f"{TEAM}{team.pk}", team.name) for team in roster.teams]
    found += [(str(pk), name) for pk, name in roster.staff.items() if pk in roster.here]
    return [*_words(asked), *found, *_gone(asked, dict(found))]


def _words(asked: str) -> list[tuple[str, str]]:
    """The words stand on tabs; the filter knows the one that is set, so that it can be taken off."""
    said = {ME: _("me"), MINE: _("my team"), NOBODYS: _("nobody")}
    return [(asked, said[asked])] if asked in said else []


def _gone(asked: str, known: Collection[str]) -> list[tuple[str, str]]:
    """A team in the archive, or somebody who left, that the address still names."""
    number, roster = asked.removeprefix(TEAM), teams.remembered()
    if asked in known or not (number.isascii() and number.isdigit() and len(number) < 19):
        return []
    name = roster.called(int(number)) if asked.startswith(TEAM) else roster.who(int(number))
    return [(asked, name)]
