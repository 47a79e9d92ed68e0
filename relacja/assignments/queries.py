"""Which rule fits whom, and why."""

import json
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from django.utils import timezone
from pyroaring import BitMap64

from relacja.assignments.choosing import Chooser
from relacja.assignments.models import AssignmentRule
from relacja.lib.errors import Refused
from relacja.segments import queries as segments
from relacja.segments import rules
from relacja.segments.queries import Explanation
from relacja.segments.rules import Every, Rule, Some
from relacja.staff import teams
from relacja.staff.models import User

NOBODYS = {"kind": "owner", "op": "nobody"}


@dataclass(frozen=True, slots=True)
class Line:
    """A rule with its words; `here` are those it may give people to today, `broken` says why it cannot be asked."""

    rule: AssignmentRule
    sentence: str
    here: list[str]
    broken: str


@dataclass(frozen=True, slots=True)
class Tried:
    """What a rule says to one contact: why it fits or not, and whether it is the one that decides."""

    line: Line
    explanation: Explanation | None
    decides: bool
    owner: str = ""


def readable(rule: AssignmentRule) -> Rule | None:
    """Its conditions, or None when they cannot be read any more."""
    try:
        return rules.read(rule.rule)
    except Refused:
        return None


def in_force() -> list[tuple[AssignmentRule, Rule]]:
    """The rules in their order, without those that cannot be read any more. One query."""
    return [(rule, asked) for rule in AssignmentRule.objects.in_order() if (asked := readable(rule)) is not None]


def lines(today: date) -> list[Line]:
    """The rules in their order, in words. A fixed number of queries."""
    names, away = teams.roster(), _away(today)
    return [_line(rule, names, away) for rule in AssignmentRule.objects.in_order()]


def here(rule: AssignmentRule, today: date) -> list[int]:
    """The ids of those whom the rule may give people to today: who works here and is not away. Three queries."""
    return _here(rule, teams.roster(), _away(today))


def fitting(contact_ids: Sequence[int], now: datetime) -> dict[int, list[int]]:
    """For each of these contacts the rules that fit, by id, in their order. One question to the facts."""
    found = in_force()
    holding = segments.holding([asked for _rule, asked in found], contact_ids, now)
    fits: dict[int, list[int]] = {}
    for (rule, _asked), people in zip(found, holding, strict=True):
        for contact_id in people:
            fits.setdefault(contact_id, []).append(rule.pk)
    return fits


def nobodys(now: datetime) -> BitMap64:
    """Whom nobody takes care of and a rule fits. One question to the facts."""
    found = [asked for _rule, asked in in_force()]
    return BitMap64(segments.ids(Every((rules.read(NOBODYS), Some(tuple(found)))), now)) if found else BitMap64()


def tried(contact_id: int, now: datetime) -> list[Tried]:
    """What each rule says to a contact, in their order. Two questions to the facts for each rule."""
    decided, told = False, []
    for line in lines(timezone.localdate(now)):
        asked = readable(line.rule)
        explanation = segments.explain(asked, contact_id, now) if asked else None
        decides = not decided and bool(explanation and explanation.holds) and bool(line.here)
        told.append(Tried(line, explanation, decides, _whose_turn(line, now) if decides else ""))
        decided = decided or decides
    return told


def reason(rule: AssignmentRule) -> dict[str, Any]:
    """Why a rule chose somebody, as the event keeps it: what it asked for, and who was in question."""
    found: dict[str, Any] = {"rule": json.dumps(rule.rule, ensure_ascii=False), "way": "person"}
    if rule.team is not None:
        found |= {"way": str(rule.way), "team": rule.team.name}
    return found


def _line(rule: AssignmentRule, roster: teams.Roster, away: set[int]) -> Line:
    asked = readable(rule)
    sentence = "" if asked is None or asked == Every() else rules.sentence(asked)
    broken = rules.said(rule.rule) if asked is None else ""
    return Line(rule, sentence, [roster.who(pk) for pk in _here(rule, roster, away)], broken)


def _here(rule: AssignmentRule, roster: teams.Roster, away: set[int]) -> list[int]:
    people = [rule.person_id] if rule.person_id else roster.people.get(rule.team_id or 0, ())
    return [pk for pk in people if pk in roster.here and pk not in away]


def _away(today: date) -> set[int]:
    return set(User.objects.filter(away_until__gte=today).values_list("pk", flat=True))


def _whose_turn(line: Line, now: datetime) -> str:
    """Who would get the contact now; nothing moves."""
    return teams.roster().who(Chooser(line.rule, here(line.rule, timezone.localdate(now))).next())
