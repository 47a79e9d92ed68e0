"""The part of a form where an audience is chosen (`segments/audience.html`), with what it means right now."""

import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any
from urllib.parse import parse_qsl, urlencode

from django.http import QueryDict
from django.urls import reverse

from relacja.contacts import consents
from relacja.contacts.models import ConsentAct, Contact
from relacja.lib.errors import Refused
from relacja.segments import audience, previews, rules, sizes
from relacja.segments.audience import PREFIX, Audience
from relacja.segments.models import Segment
from relacja.segments.rules import Every
from relacja.segments.segment_rules.consent import Agreed
from relacja.staff.reach import Owners

NO_RULE = "no-rule"


@dataclass(frozen=True, slots=True)
class Choice:
    """A segment that may be chosen, and whether it is: to be in, or to be left out."""

    key: str
    name: str
    size: int
    is_in: bool
    is_out: bool


@dataclass(frozen=True, slots=True)
class Meaning:
    """Who is meant: how many, of how many, who for instance, and how many are left out by which segment.

    With `about` the numbers are what is to be expected after asking so many people; `problem` says why there are none.
    """

    problem: str = ""
    size: int = 0
    everybody: int = 0
    agreed: int = 0
    left_out: list[tuple[str, int]] = field(default_factory=list)
    people: list[Contact] = field(default_factory=list)
    about: int = 0


@dataclass(frozen=True, slots=True)
class Origin:
    """The form in which an audience is chosen: the destination to which the builder leads back, and what it carries."""

    destination: str
    carried: str = ""

    def builder(self, chosen: Audience) -> str:
        """Where the rule of the audience is written; it comes back with the rest of the audience."""
        rest = Audience(chosen.segments, chosen.match, chosen.without, contacts=chosen.contacts)
        carried = [*parse_qsl(self.carried), ("audience", _compact(rest.to_json()))]
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
    def builder(self) -> str:
        return self.origin.builder(self.audience)


def picker(chosen: Audience, origin: Origin, *, now: datetime, owners: Owners = None) -> Picker:
    """The part of a form with this audience in it; numbers and people are those of `owners`."""
    named = ", ".join(f"#{one}" for one in chosen.contacts)
    return Picker(origin, chosen, _choices(chosen, owners), named, meaning(chosen, now=now, owners=owners))


def posted(given: QueryDict, *, now: datetime, owners: Owners = None) -> Picker:
    """The part as somebody filled it in; what is refused stays in it, with the reason."""
    origin = Origin(given.get(f"{PREFIX}-for", ""), given.get(f"{PREFIX}-carried", ""))
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


def meaning(chosen: Audience, *, now: datetime, owners: Owners = None) -> Meaning:
    """Who is meant right now. One question to the facts, two to the records; estimated when it takes long."""
    rule, left_out = chosen.as_rule(), chosen.left_out
    agreed = Every((rule, Agreed(consents.NEWSLETTER, consents.EMAIL, str(ConsentAct.GIVEN))))
    found, problem = previews.glimpsed(
        rule, [Every(), agreed, *(one for _key, one in left_out)], now=now, owners=owners
    )
    if found is None:
        return Meaning(problem)
    everybody, writable, *gone = found.counts
    names = dict(Segment.objects.filter(key__in=chosen.without).values_list("key", "name"))
    return Meaning(
        problem,
        found.size,
        everybody,
        writable,
        [(names.get(key, key), count) for (key, _rule), count in zip(left_out, gone, strict=True)],
        previews.people(found.people, owners),
        found.of,
    )


def _choices(chosen: Audience, owners: Owners) -> list[Choice]:
    """The live segments by name, and archived ones that are chosen all the same; sizes among people of `owners`."""
    offered = Segment.objects.live().named() | Segment.objects.filter(key__in={*chosen.segments, *chosen.without})
    return [
        Choice(one.key, one.name, size, one.key in chosen.segments, one.key in chosen.without)
        for one, size in sizes.sized(offered.order_by("name"), owners)
    ]


def _compact(data: Mapping[str, Any]) -> str:
    return json.dumps(data, ensure_ascii=False, separators=(",", ":"))
