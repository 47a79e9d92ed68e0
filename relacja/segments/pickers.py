"""The part of a form where an audience is chosen (`segments/audience.html`), with what it means right now."""

import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any
from urllib.parse import parse_qsl, urlencode

from django.http import QueryDict
from django.urls import reverse

from relacja.contacts import consents, narrowing
from relacja.contacts.models import ConsentAct, Contact
from relacja.lib.errors import Refused
from relacja.segments import audience, exclusions, previews, rules, sizes
from relacja.segments.audience import PREFIX, Audience
from relacja.segments.exclusions import Aim
from relacja.segments.models import Segment
from relacja.segments.rules import Every, Rule
from relacja.segments.segment_rules.consent import Agreed
from relacja.staff.reach import Owners

NO_RULE = "no-rule"
NOWHERE = Aim()


@dataclass(frozen=True, slots=True)
class Choice:
    """A segment that may be chosen, and whether it is: to be in, or to be left out."""

    key: str
    name: str
    size: int
    is_in: bool
    is_out: bool


@dataclass(frozen=True, slots=True)
class LeftOut:
    """How many are left out for a reason and for none before it; `href` opens them where that can be said."""

    words: str
    size: int
    href: str = ""


@dataclass(frozen=True, slots=True)
class Meaning:
    """Who is meant: how many, of how many, who for instance, and how many are left out for which reason.

    `asked` are `size` and all who are left out; `gone` of those who were named are archived, in the trash or erased.
    With `about` the numbers are what is to be expected after asking so many people; `problem` says why there are none.
    """

    problem: str = ""
    size: int = 0
    everybody: int = 0
    agreed: int = 0
    asked: int = 0
    gone: int = 0
    left_out: list[LeftOut] = field(default_factory=list)
    people: list[Contact] = field(default_factory=list)
    about: int = 0


@dataclass(frozen=True, slots=True)
class Origin:
    """The form in which an audience is chosen: the destination to which the builder leads back, and what it carries.

    `aim` says how those who are meant are to be reached; where it `is_open`, that is chosen in the form as well.
    """

    destination: str
    carried: str = ""
    aim: Aim = NOWHERE
    is_open: bool = False

    def builder(self, chosen: Audience) -> str:
        """Where the rule of the audience is written; it comes back with the rest of the audience."""
        rest = Audience(chosen.segments, chosen.match, chosen.without, contacts=chosen.contacts)
        aim = [("aim", self.aim.code)] if self.is_open else []
        carried = [*parse_qsl(self.carried), *aim, ("audience", _compact(rest.to_json()))]
        query = {"for": self.destination, "list": urlencode(carried)}
        if chosen.rule != audience.ALL:
            query["rule"] = _compact(chosen.rule.to_json())
        return f"{reverse('segments:narrowing')}?{urlencode(query)}"


@dataclass(frozen=True, slots=True)
class Picker:
    """What the template draws. `contacts` is as it stands in the form, `field` the input at fault."""

    origin: Origin
    audience: Audience
    choices: list[Choice]
    contacts: str
    meaning: Meaning
    field: str = ""

    @property
    def rule(self) -> str:
        return _compact(self.audience.rule.to_json()) if self.audience.rule != audience.ALL else ""

    @property
    def lacks(self) -> list[str]:
        """What the audience speaks of that is no longer there, such as an archived segment."""
        return rules.lacks(self.audience.as_rule().to_json())

    @property
    def condition(self) -> str:
        """The rule as a sentence; nothing where there is none."""
        return rules.sentence(self.audience.rule) if self.audience.rule != audience.ALL else ""

    @property
    def inside(self) -> list[str]:
        """The names of the segments that somebody must be in."""
        return [one.name for one in self.choices if one.is_in]

    @property
    def outside(self) -> list[str]:
        """The names of those who are left out."""
        return [one.name for one in self.choices if one.is_out]

    @property
    def aims(self) -> list[tuple[str, str]]:
        """How those who are meant may be reached, to choose from."""
        found = [NOWHERE, *(Aim(consents.EMAIL, purpose) for purpose in consents.LABELS), Aim(consents.EMAIL)]
        return [(one.code, one.words()) for one in found]

    @property
    def builder(self) -> str:
        return self.origin.builder(self.audience)


def picker(chosen: Audience, origin: Origin, *, now: datetime, owners: Owners = None) -> Picker:
    """The part of a form with this audience in it; numbers and people are those of `owners`."""
    named = ", ".join(f"#{one}" for one in chosen.contacts)
    shown = meaning(chosen, origin.aim, now=now, owners=owners)
    return Picker(origin, chosen, _choices(chosen, owners), named, shown)


def posted(given: QueryDict, *, now: datetime, owners: Owners = None) -> Picker:
    """The part as somebody filled it in; what is refused stays in it, with the reason."""
    origin = Origin(
        given.get(f"{PREFIX}-for", ""),
        given.get(f"{PREFIX}-carried", ""),
        Aim.of_code(given.get(f"{PREFIX}-aim", "")),
        is_open=f"{PREFIX}-open" in given,
    )
    given = given.copy()
    if given.get(f"{PREFIX}-do") == NO_RULE:
        given[f"{PREFIX}-rule"] = ""
    try:
        return picker(audience.of_form(given), origin, now=now, owners=owners)
    except Refused as refusal:
        return refused(given, origin, refusal, owners=owners)


def refused(given: QueryDict, origin: Origin, refusal: Refused, *, owners: Owners = None) -> Picker:
    """The part with what cannot be meant: everything but the numbers of people is kept where it can be read."""
    named, given = given.get(f"{PREFIX}-contacts", ""), given.copy()
    given[f"{PREFIX}-contacts"] = ""
    try:
        kept = audience.of_form(given)
    except Refused:
        kept = Audience()
    return Picker(origin, kept, _choices(kept, owners), named, Meaning(str(refusal)), refusal.field)


def meaning(chosen: Audience, aim: Aim = NOWHERE, *, now: datetime, owners: Owners = None) -> Meaning:
    """Who is meant right now. One question to the facts, four to the records; estimated when it takes long."""
    rule, excluded = exclusions.reached(chosen, aim), exclusions.of(chosen, aim)
    agreed = Every((*rule.rules, Agreed(consents.NEWSLETTER, consents.EMAIL, str(ConsentAct.GIVEN))))
    parts: list[Rule] = [Every(), agreed, *(one.rule for one in excluded)]
    found, problem = previews.glimpsed(rule, parts, now=now, owners=owners)
    if found is None:
        return Meaning(problem)
    everybody, writable, *left = found.counts
    left_out = [LeftOut(one.words, size, _people(one.rule)) for one, size in zip(excluded, left, strict=True) if size]
    return Meaning(
        problem,
        found.size,
        everybody,
        writable,
        found.size + sum(left),
        _gone(chosen),
        left_out,
        previews.people(found.people, owners),
        found.of,
    )


def _gone(chosen: Audience) -> int:
    """How many of those who were named are not there any more."""
    if not chosen.contacts:
        return 0
    return len(chosen.contacts) - Contact.objects.active().filter(pk__in=chosen.contacts).count()


def _people(rule: Rule) -> str:
    """The list of those who meet the rule; nothing where it is too long for an address."""
    text = _compact(rule.to_json())
    return f"{reverse('contacts:contacts')}?{urlencode({'rule': text})}" if len(text) <= narrowing.LONGEST // 2 else ""


def _choices(chosen: Audience, owners: Owners) -> list[Choice]:
    """The live segments by name, and archived ones that are chosen all the same; sizes among people of `owners`."""
    offered = Segment.objects.live().named() | Segment.objects.filter(key__in={*chosen.segments, *chosen.without})
    return [
        Choice(one.key, one.name, size, one.key in chosen.segments, one.key in chosen.without)
        for one, size in sizes.sized(offered.order_by("name"), owners)
    ]


def _compact(data: Mapping[str, Any]) -> str:
    return json.dumps(data, ensure_ascii=False, separators=(",", ":"))
