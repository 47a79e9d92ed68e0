"""Whose dates come within a week: one's own people, and everybody; asked of the facts, kept for a minute."""

import json
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any
from urllib.parse import urlencode

from django.urls import reverse
from django.utils import timezone

from relacja.contacts import dates, narrowing
from relacja.contacts.dates import Coming, Important
from relacja.contacts.listing.keeping import Kept
from relacja.contacts.models import Contact
from relacja.contacts.narrowing import Asked, Rule
from relacja.staff.reach import Owners

AHEAD = timedelta(days=7)
SHOWN = 5
Answer = tuple[list[int], int]
_kept: Kept[Answer] = Kept(times=200, longest=60.0)


@dataclass(frozen=True, slots=True)
class Upcoming:
    """The nearest dates of some people, and how many people have one; `href` is the list of all of them."""

    people: list[tuple[Contact, Coming]]
    count: int
    href: str


def of(viewer: int | None, among: Sequence[Important], *, now: datetime, seen: Owners = None) -> Upcoming:
    """Whose dates come within a week, of a viewer's people or of everybody whom they see.

    Two questions to the facts a minute, and one query.
    """
    rule = Rule(json.dumps(tree(among), separators=(",", ":")), now)
    ids, count = _asked(Asked(rule, owners=seen if viewer is None else (viewer,), at=now))
    today = timezone.localdate(now)
    found = Contact.objects.active().select_related("company").in_bulk(ids)
    people = [
        (person, coming)
        for pk in ids
        if (person := found.get(pk)) and (coming := dates.nearest(person, among, today)) and coming.days <= AHEAD.days
    ]
    mine = {"owner": "me"} if viewer is not None else {}
    asked = {"rule": rule.text, "sort": dates.SOONEST, "columns": f"{dates.SOONEST},email,phone,owner,stage", **mine}
    return Upcoming(people, count, f"{reverse('contacts:contacts')}?{urlencode(asked)}")


def tree(among: Sequence[Important]) -> dict[str, Any]:
    """The rule of those who have one of these dates within a week."""
    return {
        "any": [
            {
                "kind": "attribute",
                "field": one.path,
                "op": "returns_in_next" if one.is_yearly else "in_next",
                "value": AHEAD.days,
            }
            for one in among
        ]
    }


def _asked(asked: Asked) -> Answer:
    """The nearest people and how many there are. At a million contacts it costs 0.2 s, so the answer is kept."""
    assert asked.rule is not None
    key = (asked.rule.text, asked.owners, timezone.localdate(asked.rule.at))
    return _kept.answer(key, lambda: _found(asked))


def _found(asked: Asked) -> Answer:
    asking = narrowing.answers()
    places = asking.places(asked, dates.SOONEST, beyond=None, backwards=False, limit=SHOWN)
    return [place.id for place in places], asking.count(asked) if len(places) == SHOWN else len(places)
