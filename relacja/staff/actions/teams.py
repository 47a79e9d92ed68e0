"""Teams: making, changing and putting them away."""

from collections.abc import Collection, Mapping
from datetime import datetime
from typing import Any

from django.db import IntegrityError, transaction
from django.utils.translation import gettext as _

from relacja.lib.errors import Refused
from relacja.lib.text import cleaned, folded
from relacja.staff import teams
from relacja.staff.changes import Recorder, one_set
from relacja.staff.models import Author, Membership, Team, User

TEAM = "team"
MOST = 200


class TeamTaken(Refused):
    """There is a team of that name."""


@transaction.atomic
def make_team(
    *,
    name: str,
    now: datetime,
    members: Collection[int] = (),
    leader: int | None = None,
    by: Author | None = None,
    into: Recorder | None = None,
) -> Team:
    """A new team of these people, by their ids. Refused when there is one of that name, however it is written."""
    if Team.objects.live().count() >= MOST:
        raise Refused(_("There are {most} teams already. Archive some first.").format(most=MOST))
    made = Team(name=_name(name), name_key=folded(name)[:60], created_at=now)
    _save(made)
    wanted = _people(members, leader)
    put_team(made, wanted)
    with one_set("teams.made", by=by, source="staff", now=now, into=into) as noted:
        noted.note(TEAM, made.pk, before=None, after={"name": made.name, **wanted})
    return made


@transaction.atomic
def change_team(
    team: Team,
    *,
    name: str,
    members: Collection[int],
    now: datetime,
    leader: int | None = None,
    by: Author | None = None,
    into: Recorder | None = None,
) -> None:
    """What the team is called, and who is in it from now on. Who leads it is in it."""
    wanted = {"name": _name(name), **_people(members, leader)}
    before = {field: value for field, value in plain(team, wanted).items() if value != wanted[field]}
    if not before:
        return
    put_team(team, {field: wanted[field] for field in before})
    with one_set("teams.changed", by=by, source="staff", now=now, into=into) as noted:
        noted.note(TEAM, team.pk, before=before, after={field: wanted[field] for field in before})


def archive_team(team: Team, *, now: datetime, by: Author | None = None, into: Recorder | None = None) -> None:
    """The team is offered no more, and its name is free; what speaks of it goes on to mean its people."""
    _stand(team, now.isoformat(), "teams.archived", now=now, by=by, into=into)


def restore_team(team: Team, *, now: datetime, by: Author | None = None, into: Recorder | None = None) -> None:
    """The team is there again, with the same people. Refused when another one has its name by now."""
    _stand(team, None, "teams.restored", now=now, by=by, into=into)


@transaction.atomic
def _stand(
    team: Team, wanted: str | None, label: str, *, now: datetime, by: Author | None, into: Recorder | None
) -> None:
    before = plain(team, ["archived_at"])["archived_at"]
    if (before is None) == (wanted is None):
        return
    put_team(team, {"archived_at": wanted})
    with one_set(label, by=by, source="staff", now=now, into=into) as noted:
        noted.note(TEAM, team.pk, before={"archived_at": before}, after={"archived_at": wanted})


def plain(team: Team, fields: Collection[str]) -> dict[str, Any]:
    """These fields of a team as the history has them. A query when its people are among them."""
    found: dict[str, Any] = {
        "name": team.name,
        "leader": team.leader_id,
        "archived_at": team.archived_at.isoformat() if team.archived_at else None,
    }
    if "members" in fields:
        found["members"] = sorted(Membership.objects.filter(team=team).values_list("user_id", flat=True))
    return {field: found[field] for field in fields}


def put_team(team: Team, values: Mapping[str, Any]) -> None:
    """Store these fields, in the caller's transaction; whoever counts by the team counts again."""
    if "name" in values:
        team.name, team.name_key = values["name"], folded(values["name"])[:60]
    if "leader" in values:
        team.leader_id = values["leader"]
    if "archived_at" in values:
        at = values["archived_at"]
        team.archived_at = datetime.fromisoformat(at) if at else None
    _save(team)
    if "members" in values:
        wanted = set(User.objects.filter(pk__in=values["members"]).values_list("pk", flat=True))
        Membership.objects.filter(team=team).exclude(user__in=wanted).delete()
        Membership.objects.bulk_create(
            [Membership(team=team, user_id=pk) for pk in sorted(wanted)], ignore_conflicts=True
        )
    teams.moved(team.pk)


def _people(members: Collection[int], leader: int | None) -> dict[str, Any]:
    """Who is in the team and who leads it, as it is stored; somebody who is not here any more is neither."""
    wanted = {*members, *([leader] if leader else [])}
    known = sorted(User.objects.filter(pk__in=wanted).values_list("pk", flat=True))
    return {"leader": leader if leader in known else None, "members": known}


def _name(name: str) -> str:
    name = cleaned(name)
    if not folded(name):
        raise Refused(_("A team needs a name."), field="name")
    if len(name) > 60:
        raise Refused(_("This name is too long. Keep it under 60 characters."), field="name")
    return name


def _save(team: Team) -> None:
    try:
        with transaction.atomic():
            team.save()
    except IntegrityError as error:
        raise TeamTaken(_("There is a team “{name}” already.").format(name=team.name), field="name") from error
