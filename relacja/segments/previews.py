"""What an unfinished rule means right now: how many, who for instance, and what is still missing."""

from dataclasses import dataclass, field
from datetime import datetime

from relacja.contacts.models import Contact
from relacja.lib.errors import Refused
from relacja.segments import drafts, queries, rules
from relacja.segments.drafts import Condition, Draft, Group

SAMPLE = 10


@dataclass(frozen=True, slots=True)
class Preview:
    """`problem` says what is missing; without one the rest is filled. `counts` are by place of the condition."""

    problem: str = ""
    sentence: str = ""
    size: int = 0
    people: list[Contact] = field(default_factory=list)
    counts: dict[str, int] = field(default_factory=dict)


def preview(draft: Draft, *, now: datetime) -> Preview:
    """What the draft means. Two questions to the facts, one to the records."""
    try:
        rule = drafts.read(draft)
        conditions = {place: rules.read(written) for place, written in _conditions(draft.root)}
    except Refused as error:
        return Preview(problem=str(error))
    size, *counts = queries.counts([rule, *conditions.values()], now)
    return Preview(
        sentence=rules.sentence(rule),
        size=size,
        people=people(queries.members(rule, 0, SAMPLE, now)),
        counts=dict(zip(conditions, counts, strict=True)),
    )


def people(contact_ids: list[int]) -> list[Contact]:
    """The contacts of these ids that exist, in that order. One query."""
    found = Contact.objects.select_related("company").in_bulk(contact_ids)
    return [found[one] for one in contact_ids if one in found]


def _conditions(group: Group) -> list[tuple[str, dict[str, object]]]:
    found: list[tuple[str, dict[str, object]]] = []
    for part in group.parts:
        found += [(part.place, part.to_json())] if isinstance(part, Condition) else _conditions(part)
    return found
