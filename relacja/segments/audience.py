"""Whom a part of the program means: everybody, or who is in segments, by a rule, or named; less who is in others.

An audience is another way to write a rule. Whoever keeps one keeps the rule that it is (`as_rule`), and `of_rule` finds
the audience in it again; so everything that asks rules, words them and looks for segments in them knows audiences too.
"""

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

from django.http import QueryDict
from django.utils.translation import gettext as _

from relacja.lib.errors import Refused
from relacja.segments import rules
from relacja.segments.models import Segment
from relacja.segments.rules import BadRule, Every, Not, Rule, Some
from relacja.segments.segment_rules.among import Among, numbers
from relacja.segments.segment_rules.membership import InSegment

VERSION = 1
MATCHES = ("any", "all")
FIELDS = {"version", "segments", "match", "except", "rule", "contacts"}
MOST_SEGMENTS = 20
PREFIX = "audience"
LONGEST = 20_000
ALL = Every()


@dataclass(frozen=True, slots=True)
class Audience:
    """Those who are in any (or in all, by `match`) of the segments, meet the rule, and are among the named contacts.

    What is empty asks for nothing. Those in one of `without` are left out, whatever else is true of them.
    """

    segments: tuple[str, ...] = ()
    match: str = "any"
    without: tuple[str, ...] = ()
    rule: Rule = ALL
    contacts: tuple[int, ...] = ()

    @property
    def is_everybody(self) -> bool:
        return not self.parts and not self.without

    @property
    def parts(self) -> list[Rule]:
        """What somebody must meet, before anybody is left out."""
        inside = tuple(InSegment("in", key) for key in self.segments)
        found: list[Rule] = []
        if inside and self.match == "any" and len(inside) > 1:
            found.append(Some(inside))
        else:
            found += inside
        if self.contacts:
            found.append(Among(self.contacts))
        if self.rule != ALL:
            found += self.rule.rules if isinstance(self.rule, Every) else (self.rule,)
        return found

    def as_rule(self) -> Every:
        """The same as a rule of the language."""
        return Every((*self.parts, *(InSegment("not_in", key) for key in self.without)))

    def words(self) -> str:
        """The audience as a sentence."""
        return _("Everybody.") if self.is_everybody else rules.sentence(self.as_rule())

    def to_json(self) -> dict[str, Any]:
        """The audience for programs; what is empty is left out."""
        found: dict[str, Any] = {"version": VERSION}
        if self.segments:
            found |= {"segments": list(self.segments), "match": self.match}
        if self.without:
            found["except"] = list(self.without)
        if self.contacts:
            found["contacts"] = list(self.contacts)
        if self.rule != ALL:
            found["rule"] = self.rule.to_json()
        return found


def of_rule(rule: Rule) -> Audience:
    """The audience that a rule is: its conditions on segments and on named people stand apart from the others."""
    segments: tuple[str, ...] = ()
    without: list[str] = []
    contacts: tuple[int, ...] = ()
    match, rest, alone = "any", [], []
    for part in rule.rules if isinstance(rule, Every) else (rule,):
        if isinstance(part, InSegment) and part.op == "in":
            alone.append(part)
        elif isinstance(part, InSegment):
            without.append(part.segment)
        elif not segments and isinstance(part, Some) and (keys := _inside(part)):
            segments = keys
        elif isinstance(part, Not) and (keys := _inside(part.rule)):
            without += keys
        elif not contacts and isinstance(part, Among):
            contacts = part.contacts
        else:
            rest.append(part)
    if segments:
        rest += alone
    elif alone:
        segments, match = tuple(one.segment for one in alone), "all" if len(alone) > 1 else "any"
    return Audience(segments, match, tuple(dict.fromkeys(without)), _whole(rest), contacts)


def read(data: Any) -> Audience:
    """The audience that JSON describes: an object of version 1, or any rule. Raises `Refused` naming what is wrong."""
    if not isinstance(data, Mapping) or "version" not in data:
        return of_rule(rules.read(data))
    if data["version"] != VERSION or isinstance(data["version"], bool):
        raise BadRule(_("An audience is of version {number}.").format(number=VERSION), field="version")
    for key in data.keys() - FIELDS:
        raise BadRule(_("“{field}” is not a field of an audience.").format(field=str(key)[:80]), field=str(key)[:80])
    match = data.get("match", "any")
    if match not in MATCHES:
        raise BadRule(_("“match” is “any” or “all”."), field="match")
    segments, without = (_keys(data.get(name, []), name) for name in ("segments", "except"))
    named = data.get("contacts", [])
    contacts = Among.blanks[0].read(named) if named else ()
    rule = _placed(data["rule"]) if data.get("rule") else ALL
    found = Audience(segments, match, without, rule, contacts)
    rules.read(found.as_rule().to_json())
    return found


def of_form(posted: Mapping[str, Any]) -> Audience:
    """The audience that a form holds, by the inputs of the picker (`segments/audience.html`). Raises `Refused`."""
    listed = getattr(posted, "getlist", lambda name: posted.get(name, []))
    named = numbers(str(posted.get(f"{PREFIX}-contacts", "")))
    text = str(posted.get(f"{PREFIX}-rule", ""))
    written: dict[str, Any] = {
        "version": VERSION,
        "segments": list(listed(f"{PREFIX}-segments")),
        "match": posted.get(f"{PREFIX}-match", "any"),
        "except": list(listed(f"{PREFIX}-except")),
        "contacts": named or [],
    }
    if isinstance(named, str):
        raise Refused(_("Write numbers of contacts, such as #12, #15."), field="contacts")
    if text:
        written["rule"] = parsed(text)
    return read(written)


def of_query(asked: QueryDict, otherwise: Rule) -> Audience:
    """The audience that an address carries: what stood in the form, with the rule the builder came back with."""
    if "audience" not in asked and "rule" not in asked:
        return of_rule(otherwise)
    kept = read(parsed(asked.get("audience", ""))) if "audience" in asked else Audience()
    if "rule" not in asked:
        return kept
    rule = rules.read(parsed(asked.get("rule", "")))
    return replace(kept, rule=rule) if "audience" in asked else of_rule(rule)


def parsed(text: str) -> Any:
    """JSON out of an address or a form. Raises `Refused`."""
    try:
        return json.loads(text) if len(text) <= LONGEST else None
    except (ValueError, RecursionError) as error:
        raise BadRule(_("This is not JSON.")) from error


def _inside(rule: Rule) -> tuple[str, ...]:
    """The segments of a rule that says nothing but that somebody is in one of them."""
    found = rule.rules if isinstance(rule, Some) else (rule,)
    keys = [one.segment for one in found if isinstance(one, InSegment) and one.op == "in"]
    return tuple(keys) if len(keys) == len(found) else ()


def _whole(parts: Sequence[Rule]) -> Rule:
    return parts[0] if len(parts) == 1 else Every(tuple(parts))


def _placed(data: Any) -> Rule:
    try:
        return rules.read(data)
    except Refused as refusal:
        refusal.field = f"rule.{refusal.field}".rstrip(".")
        raise


def _keys(value: Any, field: str) -> tuple[str, ...]:
    """Keys of segments that are there, each once."""
    if not isinstance(value, list) or len(value) > MOST_SEGMENTS or not all(isinstance(one, str) for one in value):
        words = _("“{field}” is a list of at most {number} keys of segments.")
        raise BadRule(words.format(field=field, number=MOST_SEGMENTS), field=field)
    known = set(Segment.objects.filter(key__in=value).values_list("key", flat=True))
    for key in value:
        if key not in known:
            raise BadRule(_("There is no segment “{key}”.").format(key=key[:80]), field=field)
    return tuple(dict.fromkeys(value))
