"""How one person stands to every segment."""

from dataclasses import dataclass
from datetime import datetime

from relacja.lib.errors import Refused
from relacja.segments import queries, rules
from relacja.segments.models import Segment


@dataclass(frozen=True, slots=True)
class Standing:
    """Whether somebody meets the rule of a segment right now, and in words what is missing if not."""

    segment: Segment
    holds: bool
    said: str


def of(contact_id: int, *, now: datetime) -> list[Standing]:
    """One for each live segment whose rule can be read, those that are met first. One question to the facts."""
    known = [
        (one, rule) for one in Segment.objects.live().named().defer("members").order_by("name") if (rule := _rule(one))
    ]
    found = queries.missing_of([rule for _one, rule in known], contact_id, now)
    stands = [
        Standing(one, lacks is None, rules.sentence(rule if lacks is None else lacks))
        for (one, rule), lacks in zip(known, found, strict=True)
    ]
    return sorted(stands, key=lambda one: not one.holds)


def _rule(segment: Segment) -> rules.Rule | None:
    try:
        return rules.read(segment.rule)
    except Refused:
        return None
