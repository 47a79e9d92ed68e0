"""What an unfinished rule means right now: how many, who or which for instance, and what is still missing."""

from collections.abc import Mapping
from contextlib import AbstractContextManager
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from django.conf import settings
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from relacja.clickhouse import facts
from relacja.contacts import consents, reach
from relacja.contacts.models import Company, ConsentAct, Contact, Record
from relacja.lib.errors import Refused
from relacja.segments import drafts, firms, queries, rules
from relacja.segments.drafts import Draft
from relacja.segments.queries import Glimpse
from relacja.segments.rules import Every, Rule
from relacja.segments.segment_rules.consent import Agreed
from relacja.staff.reach import Owners

SAMPLE = 10
SOON = 1.0
MINUTES = {"minutes": 1, "hours": 60, "days": 1440}
FOR_EVER = 10**9


@dataclass(frozen=True, slots=True)
class Preview:
    """What the finished conditions mean. `counts` are by place of the condition.

    `problem` says why there is no answer, and `wrong` is the place of the condition at fault. `unfinished` conditions
    are passed over, `agreed` may be written to by e-mail, `last` is the last of the people shown.

    Where counting everybody was `stopped`, which says why, or would keep whoever writes waiting, the numbers are what
    is to be expected after asking `about` so many people: `is_unsure` is whether everybody is still to be counted.
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
    about: int = 0
    stopped: str = ""

    @property
    def is_unsure(self) -> bool:
        """Whether the number is still to be counted exactly."""
        return bool(self.about) and not self.stopped

    @property
    def at_most(self) -> int:
        """Of nobody among those who were asked: there are hardly more among everybody, nineteen times of twenty."""
        return round(3 * self.everybody / self.about) if self.about else 0

    @property
    def share(self) -> float:
        """How much of everybody, 0 to 1."""
        return self.size / self.everybody if self.everybody else 0.0

    @property
    def has_others(self) -> bool:
        return self.size > SAMPLE


def preview(
    draft: Draft,
    *,
    now: datetime,
    after: int = 0,
    viewer: int | None = None,
    owners: Owners = None,
    patiently: bool = False,
    sitting: str = "",
) -> Preview:
    """What the draft means, with people beyond the contact `after`. One question to the facts, one to the records.

    A rule for `viewer` may speak of them; all numbers and people are those of `owners`. What takes longer than `SOON`
    is estimated, unless somebody waits `patiently` for the exact number; no question goes beyond the limits of the
    settings. Whoever asks again in the same `sitting` stops what was asked there before.
    """
    if sitting:
        facts.stop(sitting)
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
        return _of_companies(draft, rule, known, unfinished, now=now, viewer=viewer, owners=owners)
    agreed = Every((rule, Agreed(consents.NEWSLETTER, consents.EMAIL, str(ConsentAct.GIVEN))))
    parts = [Every(), agreed, *known.values()]
    given: dict[str, Any] = {"sample": SAMPLE, "after": after, "viewer": viewer, "owners": owners}
    try:
        found, reason = _found(rule, parts, now, given, patiently=patiently, sitting=sitting)
    except facts.Stopped as error:
        return Preview(str(error), "", unfinished)
    sentence, wrong = _stopped(reason, known) if reason else ("", "")
    if found is None:
        return Preview(sentence, wrong, unfinished)
    everybody, writable, *counts = found.counts
    return Preview(
        wrong=wrong,
        unfinished=unfinished,
        sentence=rules.sentence(rule),
        size=found.size,
        everybody=everybody,
        agreed=writable,
        people=people(found.people, owners),
        last=found.people[-1] if found.people else 0,
        counts=dict(zip(known, counts, strict=True)),
        about=found.of,
        stopped=sentence if found.of else "",
    )


def glimpsed(rule: Rule, parts: list[Rule], *, now: datetime, owners: Owners = None) -> tuple[Glimpse | None, str]:
    """Who of these owners' meets a finished rule, exactly or nearly, and why everybody could not be counted, if so."""
    found, reason = _found(rule, parts, now, {"sample": SAMPLE, "owners": owners}, patiently=False)
    return found, _stopped(reason, {})[0] if reason else ""


def _found(
    rule: Rule, parts: list[Rule], now: datetime, asked: Mapping[str, Any], *, patiently: bool, sitting: str = ""
) -> tuple[Glimpse | None, facts.TooHeavy | None]:
    """Who meets the rule, exactly or nearly, and why everybody could not be counted."""
    reason: facts.TooHeavy | None = None
    try:
        with _bounded(settings.PREVIEW_SECONDS if patiently else min(SOON, settings.PREVIEW_SECONDS), sitting):
            return queries.glimpse(rule, parts, now, **asked), None
    except facts.TooHeavy as error:
        is_hopeless = patiently or settings.PREVIEW_SECONDS <= SOON or isinstance(error, facts.TooLarge)
        reason = error if is_hopeless else None
    try:
        with _bounded(settings.PREVIEW_SECONDS, sitting):
            return queries.estimate(rule, parts, now, **asked), reason
    except facts.TooHeavy as error:
        return None, reason or error


def _bounded(seconds: float, sitting: str = "") -> AbstractContextManager[None]:
    return facts.bounded(seconds=seconds, megabytes=settings.PREVIEW_MEGABYTES, mark=sitting)


def _stopped(reason: facts.TooHeavy, known: Mapping[str, Rule]) -> tuple[str, str]:
    """Why counting was stopped and what to do, and the place of the condition that is probably at fault."""
    if isinstance(reason, facts.TooLarge):
        limit = _("Counting this needed more than {number} MB of memory and was stopped.")
        words = limit.format(number=settings.PREVIEW_MEGABYTES)
    else:
        words = ngettext(
            "Counting this took longer than {number} second and was stopped.",
            "Counting this took longer than {number} seconds and was stopped.",
            settings.PREVIEW_SECONDS,
        ).format(number=settings.PREVIEW_SECONDS)
    reach = {place: _looks_back(rule) for place, rule in known.items()}
    widest = max(reach, key=lambda place: reach[place], default="")
    if not widest or not reach[widest]:
        return f"{words} {_('Take a condition away.')}", ""
    advice = _("Furthest back looks: {condition}. Let it look at fewer days, or take a condition away.")
    return f"{words} {advice.format(condition=known[widest].words())}", widest


def _looks_back(rule: Rule) -> int:
    """Over how many minutes a condition looks at what happened."""
    if not any(leaf.event_names for leaf in rule.leaves()):
        return 0
    said = rule.to_json()
    return int(said["within"]) * MINUTES[said.get("unit", "days")] if said.get("within") else FOR_EVER


def _of_companies(
    draft: Draft,
    rule: Rule,
    known: dict[str, Rule],
    unfinished: tuple[str, ...],
    *,
    now: datetime,
    viewer: int | None,
    owners: Owners,
) -> Preview:
    """A question to the records for each condition; those about somebody there are one question to the facts."""
    there = reach.among_firms(Company.objects.active(), owners)
    of_people = [one.place for one in draft.conditions() if one.of == Record.CONTACT and one.place in known]
    try:
        with _bounded(settings.PREVIEW_SECONDS):
            found = firms.narrowed(there, rule, now, viewer=viewer, owners=owners)
            asked = queries.counts([known[one] for one in of_people], now, viewer=viewer, owners=owners)
    except facts.TooHeavy as error:
        return Preview(*_stopped(error, {place: known[place] for place in of_people}), unfinished)
    counts = dict(zip(of_people, asked, strict=True))
    for place in known.keys() - counts.keys():
        counts[place] = firms.narrowed(there, known[place], now, viewer=viewer, owners=owners).count()
    return Preview(
        unfinished=unfinished,
        sentence=rules.sentence(rule),
        size=found.count(),
        everybody=there.count(),
        companies=list(found.order_by("name_key", "pk")[:SAMPLE]),
        counts=counts,
    )


def people(contact_ids: list[int], owners: Owners = None) -> list[Contact]:
    """The contacts of these ids that exist and are of these owners, in that order. One query."""
    found = reach.among_people(Contact.objects.select_related("company"), owners).in_bulk(contact_ids)
    return [found[one] for one in contact_ids if one in found]
