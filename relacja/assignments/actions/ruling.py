"""Making, changing, moving and putting away rules of assignment."""

from collections.abc import Collection, Mapping
from datetime import datetime
from typing import Any

from django.db import transaction
from django.db.models import F, Max
from django.utils.translation import gettext as _

from relacja.assignments.models import AssignmentRule, Way
from relacja.lib.errors import Refused
from relacja.lib.text import cleaned
from relacja.segments import rules
from relacja.staff.changes import Recorder, one_set
from relacja.staff.models import Author, Team, User

RULE = "assignment-rule"
MOST = 100
FIELDS = ("name", "rule", "person", "team", "way")


@transaction.atomic
def make_rule(
    *, values: Mapping[str, Any], now: datetime, by: Author | None = None, into: Recorder | None = None
) -> AssignmentRule:
    """A new rule after all others. `values` are those of `FIELDS`, person and team by their ids."""
    if AssignmentRule.objects.live().count() >= MOST:
        raise Refused(_("There are {most} rules already. Archive some first.").format(most=MOST))
    wanted = _checked(values)
    last = AssignmentRule.objects.aggregate(last=Max("position"))["last"] or 0
    made = AssignmentRule(position=last + 1, created_at=now)
    put_rule(made, wanted)
    with one_set("assignments.made", by=by, source="staff", now=now, into=into) as noted:
        noted.note(RULE, made.pk, before=None, after=wanted)
    return made


@transaction.atomic
def change_rule(
    rule: AssignmentRule,
    *,
    values: Mapping[str, Any],
    now: datetime,
    by: Author | None = None,
    into: Recorder | None = None,
) -> None:
    """What the rule asks for and to whom it gives from now on."""
    wanted = _checked(values)
    before = {field: value for field, value in plain(rule, FIELDS).items() if value != wanted[field]}
    if before:
        after = {field: wanted[field] for field in before}
        put_rule(rule, after)
        with one_set("assignments.changed", by=by, source="staff", now=now, into=into) as noted:
            noted.note(RULE, rule.pk, before=before, after=after)


@transaction.atomic
def archive_rule(rule: AssignmentRule, *, now: datetime, by: Author | None, into: Recorder | None = None) -> None:
    """The rule gives nobody to anybody any more. Taken back, it stands where it stood."""
    if rule.archived_at is None:
        put_rule(rule, {"archived_at": now.isoformat()})
        with one_set("assignments.archived", by=by, source="staff", now=now, into=into) as noted:
            noted.note(RULE, rule.pk, before={"archived_at": None}, after={"archived_at": now.isoformat()})


@transaction.atomic
def move_rule(
    rule: AssignmentRule, *, up: bool, now: datetime, by: Author | None, into: Recorder | None = None
) -> None:
    """Change places with the rule before it, or after it. The first cannot go up, nor the last down."""
    order = list(AssignmentRule.objects.in_order())
    here = next((place for place, one in enumerate(order) if one.pk == rule.pk), None)
    if here is None or not 0 <= (there := here - 1 if up else here + 1) < len(order):
        return
    one, other = order[here], order[there]
    with one_set("assignments.moved", by=by, source="staff", now=now, into=into) as noted:
        for moved, position in ((one, other.position), (other, one.position)):
            before = plain(moved, ["position"])
            AssignmentRule.objects.filter(pk=moved.pk).update(position=position)
            noted.note(RULE, moved.pk, before=before, after={"position": position})


def plain(rule: AssignmentRule, fields: Collection[str]) -> dict[str, Any]:
    """These fields of a rule as the history has them."""
    found = {
        "name": rule.name,
        "rule": rule.rule,
        "person": rule.person_id,
        "team": rule.team_id,
        "way": str(rule.way),
        "position": rule.position,
        "archived_at": rule.archived_at.isoformat() if rule.archived_at else None,
    }
    return {field: found[field] for field in fields}


def put_rule(rule: AssignmentRule, values: Mapping[str, Any]) -> None:
    """Store these fields, in the caller's transaction."""
    for field, value in values.items():
        name = f"{field}_id" if field in ("person", "team") else field
        setattr(rule, name, datetime.fromisoformat(value) if field == "archived_at" and value else value)
    if rule.pk is None:
        rule.save()
    else:
        columns = [f"{field}_id" if field in ("person", "team") else field for field in values]
        stored = {column: getattr(rule, column) for column in columns}
        AssignmentRule.objects.filter(pk=rule.pk).update(**stored, version=F("version") + 1)
        rule.refresh_from_db()


def _checked(values: Mapping[str, Any]) -> dict[str, Any]:
    name, person, team = cleaned(values["name"])[:80], values.get("person"), values.get("team")
    if not name:
        raise Refused(_("Give the rule a name."), field="name")
    if (person is None) == (team is None):
        raise Refused(_("Choose a person or a team: one of the two."), field="to")
    if person is not None and not User.objects.filter(pk=person, is_active=True).exists():
        raise Refused(_("This person does not work here any more."), field="to")
    if team is not None and not Team.objects.live().filter(pk=team).exists():
        raise Refused(_("This team is archived. Take it back first."), field="to")
    way = str(Way(values.get("way") or Way.TURNS))
    return {"name": name, "rule": rules.read(values["rule"]).to_json(), "person": person, "team": team, "way": way}
