"""How rules of assignment are told in the history of changes, and put back as they were."""

from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime
from typing import Any

from django.urls import reverse
from django.utils.translation import gettext_lazy as _
from django.utils.translation import ngettext_lazy

from relacja.assignments.actions import ruling
from relacja.assignments.models import AssignmentRule, Way
from relacja.segments import rules
from relacja.staff import changes, teams
from relacja.staff.changes import Kept, Note, Restored, Teller, Wanted
from relacja.staff.models import User
from relacja.ui import written

LABELS = {
    "name": _("Name"),
    "rule": _("Who"),
    "person": _("Person"),
    "team": _("Team"),
    "way": _("Who of the team"),
    "position": _("Place"),
    "archived_at": _("In the archive since"),
}


class Rules:
    """Rules: one that was made goes to the archive, and comes back from there."""

    key = ruling.RULE
    view, edit, removal = "assignments.edit", "assignments.edit", "assignments.edit"

    def restore(self, wanted: Sequence[Wanted], *, by: User | None, now: datetime) -> Restored:
        done = Restored([], [])
        found = AssignmentRule.objects.in_bulk([one.record_id for one in wanted])
        for one in wanted:
            rule = found.get(one.record_id)
            if rule is None:
                done.kept.append(Kept(one.record_id, "", None, None))
            else:
                _put_back(rule, one, done, now=now)
        return done

    def names(self, record_ids: Sequence[int]) -> Mapping[int, str]:
        return {pk: rule.name for pk, rule in AssignmentRule.objects.in_bulk(record_ids).items()}

    def href(self, record_id: int) -> str:
        return reverse("assignments:rule", args=[record_id])

    def teller(self, values: Iterable[tuple[str, Any]]) -> Teller:
        roster = teams.roster()

        def show(field: str, value: Any) -> str:
            if value is None:
                return ""
            if field == "rule":
                return rules.said(value)
            if field in ("person", "team"):
                return roster.who(value) if field == "person" else roster.called(value)
            if field == "way":
                return str(dict(Way.choices).get(value, value))
            return written.moment(datetime.fromisoformat(value)) if field == "archived_at" else str(value)

        return Teller(lambda field: LABELS.get(field, field), show)


def _put_back(rule: AssignmentRule, one: Wanted, done: Restored, *, now: datetime) -> None:
    """Put back what is still as the change left it. Person, team and who of it go together: a rule has one of them."""
    if one.to is None or one.expected is None:
        expected = {"archived_at": None} if one.to is None else ruling.plain(rule, ["archived_at"])
        to: dict[str, Any] = {"archived_at": now.isoformat() if one.to is None else None}
    else:
        expected, to = dict(one.expected), dict(one.to)
    present = ruling.plain(rule, expected)
    same = {field for field in expected if present[field] == expected[field]}
    if not {"person", "team"} & set(expected) <= same:
        same -= {"person", "team", "way"}
    put = {field: to[field] for field in expected if field in same}
    if put:
        ruling.put_rule(rule, put)
        done.made.append(Note(rule.pk, before=one.expected, after=one.to))
    left = (field for field in expected if field not in same)
    done.kept.extend(Kept(rule.pk, field, present[field], expected[field]) for field in left)


changes.register(Rules())
changes.words("assignments.made", ngettext_lazy("%(number)s rule was made", "%(number)s rules were made", "n"))
changes.words("assignments.changed", ngettext_lazy("%(number)s rule was changed", "%(number)s rules were changed", "n"))
changes.words(
    "assignments.archived", ngettext_lazy("%(number)s rule was archived", "%(number)s rules were archived", "n")
)
changes.words("assignments.moved", ngettext_lazy("%(number)s rule was moved", "%(number)s rules were moved", "n"))
