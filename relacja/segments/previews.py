"""What an unfinished rule means right now: how many, who or which for instance, and what is still missing."""

from dataclasses import dataclass, field
from datetime import datetime

from relacja.contacts import consents
from relacja.contacts.models import Company, ConsentAct, Contact, Record
from relacja.lib.errors import Refused
from relacja.segments import drafts, firms, queries, rules
from relacja.segments.drafts import Draft
from relacja.segments.rules import Every, Rule
from relacja.segments.segment_rules.consent import Agreed

SAMPLE = 10


@dataclass(frozen=True, slots=True)
class Preview:
    """What the finished conditions mean. `counts` are by place of the condition.

    `problem` says why there is no answer, and `wrong` is the place of the condition at fault. `unfinished` conditions
    are passed over, `agreed` may be written to by e-mail, `last` is the last of the people shown.
    """

    problem: str = ""
    wrong: str = ""
    unfinished: tuple[str, ...] = ()
    sentence: str = ""
    size: int = 0
    everybody: int = 0
    agreed: int = 0
    people: list[Contact] = field(default_factory=list)
    last: int = 0
    companies: list[Company] = field(default_factory=list)
    counts: dict[str, int] = field(default_factory=dict)

    @property
    def share(self) -> float:
        """How much of everybody, 0 to 1."""
        return self.size / self.everybody if self.everybody else 0.0

    @property
    def has_others(self) -> bool:
        return self.size > SAMPLE


def preview(draft: Draft, *, now: datetime, after: int = 0, viewer: int | None = None) -> Preview:
    """What the draft means, with people beyond the contact `after`. One question to the facts, one to the records.

    A rule for `viewer` may speak of them.
    """
    if draft.is_empty:
        return Preview()
    is_looked_at = viewer is not None
    unfinished = tuple(one.place for one in draft.conditions() if one.is_unfinished)
    known: dict[str, Rule] = {}
    for one in draft.conditions():
        if one.place not in unfinished:
            try:
                known[one.place] = rules.read(one.to_json(), one.of, is_looked_at=is_looked_at)
            except Refused as error:
                return Preview(str(error), one.place, unfinished)
    try:
        rule = drafts.read(draft.finished(), is_looked_at=is_looked_at)
    except Refused as error:
        return Preview("" if unfinished else str(error), "", unfinished)
    if draft.of == Record.COMPANY:
        return _of_companies(draft, rule, known, unfinished, now=now, viewer=viewer)
    agreed = Every((rule, Agreed(consents.NEWSLETTER, consents.EMAIL, str(ConsentAct.GIVEN))))
    parts = [Every(), agreed, *known.values()]
    found = queries.glimpse(rule, parts, now, sample=SAMPLE, after=after, viewer=viewer)
    everybody, writable, *counts = found.counts
    return Preview(
        unfinished=unfinished,
        sentence=rules.sentence(rule),
        size=found.size,
        everybody=everybody,
        agreed=writable,
        people=people(found.people),
        last=found.people[-1] if found.people else 0,
        counts=dict(zip(known, counts, strict=True)),
    )


def _of_companies(
    draft: Draft, rule: Rule, known: dict[str, Rule], unfinished: tuple[str, ...], *, now: datetime, viewer: int | None
) -> Preview:
    """A question to the records for each condition; those about somebody there are one question to the facts."""
    there = Company.objects.active()
    found = firms.narrowed(there, rule, now, viewer=viewer)
    of_people = [one.place for one in draft.conditions() if one.of == Record.CONTACT and one.place in known]
    counts = dict(zip(of_people, queries.counts([known[one] for one in of_people], now, viewer=viewer), strict=True))
    for place in known.keys() - counts.keys():
        counts[place] = firms.narrowed(there, known[place], now, viewer=viewer).count()
    return Preview(
        unfinished=unfinished,
        sentence=rules.sentence(rule),
        size=found.count(),
        everybody=there.count(),
        companies=list(found.order_by("name_key", "pk")[:SAMPLE]),
        counts=counts,
    )


def people(contact_ids: list[int]) -> list[Contact]:
    """The contacts of these ids that exist, in that order. One query."""
    found = Contact.objects.select_related("company").in_bulk(contact_ids)
    return [found[one] for one in contact_ids if one in found]
