"""How teams, and who sees whose customers, are told in the history of changes and put back as they were."""

from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime
from typing import Any

from django.urls import reverse
from django.utils.translation import gettext_lazy as _
from django.utils.translation import ngettext_lazy

from relacja.lib.errors import Refused
from relacja.staff import changes
from relacja.staff.access import Reach
from relacja.staff.actions import reach as reaching
from relacja.staff.actions import teams as teaming
from relacja.staff.changes import Kept, Note, Restored, Teller, Wanted
from relacja.staff.models import RoleReach, Team, User
from relacja.ui import written

LABELS = {"name": _("Name"), "leader": _("Leader"), "members": _("Members"), "archived_at": _("In the archive since")}


class Teams:
    """Teams: one that was made goes to the archive, and comes back from there."""

    key = teaming.TEAM
    view, edit, removal = "staff.teams", "staff.teams", "staff.teams"

    def restore(self, wanted: Sequence[Wanted], *, by: User | None, now: datetime) -> Restored:
        done = Restored([], [])
        found = Team.objects.in_bulk([one.record_id for one in wanted])
        for one in wanted:
            team = found.get(one.record_id)
            if team is None or not _is_put(team, one, done.kept, now=now):
                done.kept.append(Kept(one.record_id, "", None, None))
            else:
                done.made.append(Note(one.record_id, before=one.expected, after=one.to))
        return done

    def names(self, record_ids: Sequence[int]) -> Mapping[int, str]:
        return {pk: team.name for pk, team in Team.objects.in_bulk(record_ids).items()}

    def href(self, record_id: int) -> str:
        return reverse("staff:team", args=[record_id])

    def teller(self, values: Iterable[tuple[str, Any]]) -> Teller:
        ids = {pk for field, value in values if value for pk in _people(field, value)}
        people = User.objects.in_bulk(ids)

        def show(field: str, value: Any) -> str:
            if field == "archived_at":
                return written.moment(datetime.fromisoformat(value)) if value else ""
            if field in ("leader", "members"):
                return ", ".join(str(people.get(pk, f"#{pk}")) for pk in _people(field, value))
            return str(value or "")

        return Teller(lambda field: LABELS.get(field, field), show)


def _people(field: str, value: Any) -> list[int]:
    if field == "members":
        return list(value or [])
    return [value] if field == "leader" and value else []


def _is_put(team: Team, one: Wanted, kept: list[Kept], *, now: datetime) -> bool:
    """Whether something was put back. What was changed since stays; another team may have the name by now."""
    if one.to is None or one.expected is None:
        expected = {"archived_at": None} if one.to is None else teaming.plain(team, ["archived_at"])
        to = {"archived_at": now.isoformat() if one.to is None else None}
    else:
        expected, to = dict(one.expected), dict(one.to)
    present = teaming.plain(team, expected)
    same = {field: to[field] for field in expected if present[field] == expected[field]}
    try:
        if same:
            teaming.put_team(team, same)
    except Refused:
        return False
    kept += [Kept(team.pk, field, present[field], expected[field]) for field in expected if field not in same]
    return bool(same)


class Reaches:
    """Which customers a role lets see, or one of the people who work here sees as an exception."""

    view, edit, removal = "staff.people", "staff.people", "staff.people"

    def __init__(self, key: str, model: type[User] | type[RoleReach]) -> None:
        self.key, self._model = key, model

    def restore(self, wanted: Sequence[Wanted], *, by: User | None, now: datetime) -> Restored:
        done = Restored([], [])
        found = self._model.objects.in_bulk([one.record_id for one in wanted])
        for one in wanted:
            expected, to = (one.expected or {}).get("reach"), (one.to or {}).get("reach")
            whose = found.get(one.record_id)
            if whose is None or to is None or whose.reach != expected:
                done.kept.append(Kept(one.record_id, "reach", whose.reach if whose else None, expected))
                continue
            reaching.put_reach(whose, to)
            done.made.append(Note(one.record_id, before=one.expected, after=one.to))
        return done

    def names(self, record_ids: Sequence[int]) -> Mapping[int, str]:
        found = self._model.objects.in_bulk(record_ids)
        return {pk: str(one.get_role_display() if isinstance(one, RoleReach) else one) for pk, one in found.items()}

    def href(self, record_id: int) -> str:
        return reverse("staff:people")

    def teller(self, values: Iterable[tuple[str, Any]]) -> Teller:
        labels = {**dict(Reach.choices), "": _("as their role says")}
        return Teller(lambda _field: _("Customers they see"), lambda _field, value: str(labels.get(value, value)))


changes.register(Teams())
changes.register(Reaches(reaching.PERSON, User))
changes.register(Reaches(reaching.ROLE, RoleReach))
changes.words(
    "staff.reach",
    ngettext_lazy(
        "what %(number)s member of staff or role sees was changed",
        "what %(number)s members of staff or roles see was changed",
        "n",
    ),
)
changes.words("teams.made", ngettext_lazy("%(number)s team was made", "%(number)s teams were made", "n"))
changes.words("teams.changed", ngettext_lazy("%(number)s team was changed", "%(number)s teams were changed", "n"))
changes.words("teams.archived", ngettext_lazy("%(number)s team was archived", "%(number)s teams were archived", "n"))
changes.words("teams.restored", ngettext_lazy("%(number)s team came back", "%(number)s teams came back", "n"))
