"""What pages about segments have in common."""

import json
from urllib.parse import urlencode

from django.http import QueryDict
from django.urls import reverse
from django.utils import timezone

from relacja.contacts import reach, searching
from relacja.segments import queries, rules, sizes
from relacja.segments.models import Segment
from relacja.segments.rules import Rule
from relacja.segments.segment_rules.membership import InSegment
from relacja.staff.http import StaffRequest
from relacja.staff.models import User


def checked(user: User, rule: Rule, who: str, viewer: int | None = None) -> dict[str, object]:
    """Whom the text names, and why they meet the rule or not; several people are offered to choose from."""
    number = who.removeprefix("#")
    there = reach.people(user).filter(archived_at=None)
    people = there.filter(pk=int(number)) if number.isdecimal() and len(number) < 19 else None
    matches = list((people or reach.among_people(searching.found(who), reach.owners(user)))[:6])
    explained = None
    if len(matches) == 1:
        explained = queries.explain(rule, matches[0].pk, timezone.now(), viewer=viewer)
    return {"matches": matches, "person": matches[0] if explained else None, "explained": explained}


def framed(request: StaffRequest, segment: Segment, look: str = "") -> dict[str, object]:
    """What every page about one segment says of it; `look` is which of them it is."""
    return {
        "segment": segment,
        "look": look,
        "size": sizes.size(segment, reach.owners(request.user)),
        "sentence": rules.said(segment.rule),
        "as_list": list_of(InSegment("in", segment.key)),
        "may_edit": request.user.may("segments.edit"),
        "now": timezone.now(),
    }


def number(given: QueryDict, name: str) -> int:
    text = given.get(name, "")
    return int(text) if text.isdecimal() and len(text) < 19 else 0


def list_of(rule: Rule) -> str:
    """The address of the list of people who meet the rule."""
    return f"{reverse('contacts:contacts')}?{urlencode({'rule': written(rule)})}"


def new_of(rule: Rule, **more: str) -> str:
    """The address where a segment of this rule is begun, with a `name` or a `description` already said."""
    return f"{reverse('segments:new')}?{urlencode({'rule': written(rule), **more})}"


def written(rule: Rule) -> str:
    """The rule as an address holds it."""
    return json.dumps(rule.to_json(), ensure_ascii=False, separators=(",", ":"))
