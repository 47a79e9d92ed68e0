"""Giving people to whom the rules say, a block at a time."""

from collections.abc import Collection, Mapping, Sequence
from datetime import datetime

from django.db import transaction
from django.db.models import F
from django.utils import timezone
from django.utils.translation import gettext as _

from relacja.assignments import queries
from relacja.assignments.choosing import Chooser
from relacja.assignments.models import Assigned, AssignmentRule
from relacja.contacts.actions import altering
from relacja.contacts.models import Contact
from relacja.lib.errors import Unavailable
from relacja.staff.changes import Recorder
from relacja.staff.models import User

AT_ONCE = 500
TRIES = 5
SOURCE = "rules"


def assign_new(arrivals: Mapping[int, datetime], *, now: datetime) -> None:
    """Give those who came, by their ids with when, to whom the rules say. Heard twice, it happens once.

    A rule speaks of those who come after it was made. Whoever has an owner, or was given to somebody before, is left.
    The facts are asked outside the transaction.
    """
    if not AssignmentRule.objects.live().exists():
        return
    ids = sorted(arrivals)
    for start in range(0, len(ids), AT_ONCE):
        part = _unassigned(ids[start : start + AT_ONCE])
        fits = queries.fitting(part, now) if part else {}
        _assign_new(part, fits, arrivals, now=now)


def _assign_new(part: list[int], fits: Mapping[int, list[int]], came: Mapping[int, datetime], *, now: datetime) -> None:
    for _try in range(TRIES):
        with transaction.atomic():
            made = Recorder("contacts.assigned", by=None, source=SOURCE, now=now)
            rules = _taken(fits)
            people = _owned_by_nobody(_unassigned(part))
            young = {
                one.pk: [pk for pk in fits.get(one.pk, []) if pk in rules and rules[pk].created_at < came[one.pk]]
                for one in people
            }
            left = _give(people, young, rules, by=None, now=now, into=made)
            made.store()
        if not left:
            return
        part = left
    raise Unavailable(_("Others keep changing the same people. Go on in a moment."))


def give(people: Sequence[Contact], *, by: User, now: datetime, into: Recorder) -> list[int]:
    """Give those of these people whom nobody takes care of to whom the rules say; the ids of those who are left.

    In the caller's transaction.
    """
    fits = queries.fitting([one.pk for one in people], now)
    rules = _taken(fits)
    free = _owned_by_nobody([one.pk for one in people])
    known = {one.pk: [pk for pk in fits.get(one.pk, []) if pk in rules] for one in free}
    left = set(_give(free, known, rules, by=by, now=now, into=into))
    return [one.pk for one in people if one.pk in left or one.pk not in known or not known[one.pk]]


def _taken(fits: Mapping[int, list[int]]) -> dict[int, AssignmentRule]:
    """The rules that fit somebody, taken: whoever else assigns by one of them waits until this transaction is over.

    In the order of their ids, so that two who take several never wait for each other.
    """
    found: dict[int, AssignmentRule] = {}
    for pk in sorted({pk for rules in fits.values() for pk in rules}):
        if AssignmentRule.objects.live().filter(pk=pk).update(version=F("version") + 1):
            found[pk] = AssignmentRule.objects.select_related("team").get(pk=pk)
    return found


def _give(
    people: Sequence[Contact],
    fits: Mapping[int, list[int]],
    rules: Mapping[int, AssignmentRule],
    *,
    by: User | None,
    now: datetime,
    into: Recorder,
) -> list[int]:
    """Give each to whom the first rule says that has somebody here; the ids of those who were changed meanwhile."""
    today = timezone.localdate(now)
    choosers = {pk: Chooser(rule, here) for pk, rule in rules.items() if (here := queries.here(rule, today))}
    chosen: dict[int, tuple[AssignmentRule, int]] = {}
    for one in people:
        first = next((pk for pk in fits.get(one.pk, []) if pk in choosers), None)
        if first is not None:
            chosen[one.pk] = (rules[first], choosers[first].next())
    reasons = {pk: {"rule": rule.name, "reason": queries.reason(rule)} for pk, rule in rules.items()}
    left = altering.change(
        [one for one in people if one.pk in chosen],
        lambda one: {"owner": chosen[one.pk][1]},
        by=by,
        now=now,
        into=into,
        reasons={pk: reasons[rule.pk] for pk, (rule, _owner) in chosen.items()},
    )
    if left:
        return left
    for pk, chooser in choosers.items():
        AssignmentRule.objects.filter(pk=pk).update(turn=chooser.last)
    rows = [Assigned(contact_id=pk, rule=rule, at=now) for pk, (rule, _owner) in chosen.items()]
    Assigned.objects.bulk_create(
        rows, update_conflicts=True, unique_fields=["contact_id"], update_fields=["rule", "at"]
    )
    return []


def _unassigned(contact_ids: Collection[int]) -> list[int]:
    """Those of them whom no rule has given to anybody yet."""
    given = set(Assigned.objects.filter(contact_id__in=contact_ids).values_list("contact_id", flat=True))
    return [pk for pk in contact_ids if pk not in given]


def _owned_by_nobody(contact_ids: Collection[int]) -> list[Contact]:
    found = Contact.objects.active().select_related("company").filter(pk__in=contact_ids, owner=None)
    return list(found.order_by("pk"))
