"""Who meets a rule: counted, listed, asked again for a few, and explained for one."""

import uuid
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

from django.utils.translation import gettext as _
from pyroaring import BitMap64

from relacja.clickhouse import bitmaps, facts
from relacja.events.models import Alias
from relacja.lib.errors import Refused
from relacja.segments import beyond, rules
from relacja.segments.binder import Passing, Touched, Whole
from relacja.segments.missing import missing
from relacja.segments.models import Segment
from relacja.segments.rules import Every, Evidence, Happened, Leaf, Not, Person, Rule, Some
from relacja.staff.reach import Owners

LEAVES_AT_ONCE = 200
SAMPLED = 5_000
SPOTS = 20
SETS_AT_ONCE = 6
MOST_EVENTS = 10_000
BEGINNING = datetime(1970, 1, 1, tzinfo=UTC)


@dataclass(frozen=True, slots=True)
class Clause:
    """One line of an explanation: a group or a condition, whether it is true, and for a condition why.

    A group that only passes on the answer of what it holds `says_more` nothing.
    """

    depth: int
    words: str
    holds: bool
    says_more: bool
    heading: str
    evidence: Evidence | None


@dataclass(frozen=True, slots=True)
class Explanation:
    """Why somebody meets a rule or does not: the clauses in reading order, the first being the whole rule.

    `missing` is what would have to become true, in words.
    """

    contact_id: int
    holds: bool
    clauses: tuple[Clause, ...]
    missing: str = ""


@dataclass(frozen=True, slots=True)
class Glimpse:
    """How many meet a rule, how many each part of it, and the first of the people by id.

    `of` is how many were asked when only some were: the numbers are then what is to be expected of everybody.
    """

    size: int
    counts: list[int]
    people: list[int]
    of: int = 0


class NobodyThere(Refused):
    """There is no such contact in the facts."""


def count(rule: Rule, now: datetime) -> int:
    """How many contacts meet the rule. One question, at 1 M contacts and 20 M events 0.1 to 0.9 s."""
    return int(_whole(rule, now, "count() AS found")[0]["found"])


def counts(questions: Sequence[Rule], now: datetime, *, viewer: int | None = None, owners: Owners = None) -> list[int]:
    """How many contacts of these owners meet each of the rules. One question; equal conditions are asked once."""
    if not questions:
        return []
    bind = Whole(now, viewer=viewer, owners=owners)
    found = facts.ask(bind.statement(_counts(questions, bind), "1"), bind.parameters)[0]
    return [int(found[f"c{index}"]) for index in range(len(questions))]


def glimpse(
    rule: Rule,
    parts: Sequence[Rule],
    now: datetime,
    *,
    sample: int,
    after: int = 0,
    viewer: int | None = None,
    owners: Owners = None,
) -> Glimpse:
    """Who of these owners' meets the rule, and how many each of its parts. One question, one pass over the contacts.

    The people are the first by id beyond `after`, or the first of all where there is nobody beyond it.
    """
    bind = Whole(now, viewer=viewer, owners=owners)
    whole, number = rule.sql(bind), int(sample)
    some = [
        f"groupArraySortedIf({number})(id, ({whole}) AND id > {bind(least, 'UInt64')}) AS {name}"
        for name, least in (("beyond", after), ("first", 0))[: 2 if after else 1]
    ]
    answer = ", ".join([_counts([rule, *parts], bind), *some])
    found = facts.ask(bind.statement(answer, "1"), bind.parameters)[0]
    size, *counted = (int(found[f"c{index}"]) for index in range(len(parts) + 1))
    return Glimpse(size, counted, [int(one) for one in found["beyond"] or found.get("first", [])])


def estimate(
    rule: Rule,
    parts: Sequence[Rule],
    now: datetime,
    *,
    sample: int,
    after: int = 0,
    viewer: int | None = None,
    owners: Owners = None,
) -> Glimpse:
    """The same from `SAMPLED` people in `SPOTS` places of the list by id, whose events lie together; all if fewer.

    Reads a tenth of the events whatever the rule. The numbers are as far off as chance has it: of 5,000 people, 500
    who meet a rule stand for a tenth of everybody give or take a hundredth.
    """
    bind = Whole(now, viewer=viewer, owners=owners)
    everybody = facts.ask(bind.statement(f"{bitmaps.of('id', '1')} AS found", "1"), bind.parameters)
    existing = bitmaps.read(everybody[0]["found"])
    asked = _scattered(existing)
    found, *counted = holding([rule, *parts], asked, now, viewer=viewer)
    scale = len(existing) / len(asked) if asked else 0.0
    people = sorted(found)
    beyond = [one for one in people if one > after] or people
    of = len(asked) if len(asked) < len(existing) else 0
    return Glimpse(_expected(len(found), scale), [_expected(len(one), scale) for one in counted], beyond[:sample], of)


def ids(rule: Rule, now: datetime) -> list[int]:
    """Every contact that meets the rule, in no order."""
    return list(_whole(rule, now, "groupArray(id) AS found")[0]["found"])


def members(rule: Rule, after_id: int, limit: int, now: datetime, *, viewer: int | None = None) -> list[int]:
    """The next `limit` contacts that meet the rule, by id, after `after_id`."""
    bind = Whole(now, viewer=viewer)
    rest = f"AND id > {bind(after_id, 'UInt64')} ORDER BY id LIMIT {bind(limit, 'UInt32')}"
    return [row["id"] for row in facts.ask(bind.statement("id", rule.sql(bind), rest), bind.parameters)]


def everybody(questions: Sequence[Rule], now: datetime) -> list[BitMap64]:
    """For each rule, all who meet it. Each condition is asked once, however many rules share it, some at a time.

    200 rules with 170 conditions take 15 s at 1 M contacts and 20 M events, and 200 MB more than one of them.
    """
    leaves = _leaves(questions)
    answers: dict[Leaf, BitMap64] = {}
    for start in range(0, len(leaves), SETS_AT_ONCE):
        answers |= _sets(leaves[start : start + SETS_AT_ONCE], now)
    bind = Whole(now)
    present = facts.ask(bind.statement(f"{bitmaps.of('id', '1')} AS found", "1"), bind.parameters)
    existing = bitmaps.read(present[0]["found"])
    return [rule.among(existing, answers) for rule in questions]


def holding(
    questions: Sequence[Rule], contact_ids: Sequence[int], now: datetime, *, viewer: int | None = None
) -> list[set[int]]:
    """For each rule, those of the given contacts that meet it: the incremental form of `everybody`.

    One question for two hundred rules: 0.15 s of work for one contact, 0.6 s for two hundred scattered over 20 M
    events, of whom each lies in another granule of every month.
    """
    leaves, profiles = _leaves(questions), profiles_of(contact_ids)
    answers = {leaf: BitMap64() for leaf in leaves}
    existing = BitMap64()
    for start in range(0, len(leaves) or 1, LEAVES_AT_ONCE):
        part = leaves[start : start + LEAVES_AT_ONCE]
        for row in _touched(part, list(contact_ids), profiles, now, viewer=viewer):
            existing.add(row["id"])
            for index, leaf in enumerate(part):
                if row[f"c{index}"]:
                    answers[leaf].add(row["id"])
    return [set(rule.among(existing, answers)) for rule in questions]


def tells_whom_time_concerns(rule: Rule) -> bool:
    """Whether `passed` knows whose answer to the rule changes as time passes."""
    bind = Passing(BEGINNING, BEGINNING)
    return all(leaf.passed(bind) for leaf in rule.leaves())


def passed(questions: Sequence[Rule], since: datetime, now: datetime, *, most: int) -> list[int] | None:
    """Contacts whose answer to one of the rules the time from `since` to `now` may have changed.

    None when they are more than `most`. Each of the rules `tells_whom_time_concerns`.
    """
    bind = Passing(since, now)
    for leaf in _leaves(questions):
        leaf.passed(bind)
    statement = bind.statement(most + 1)
    found = [row["contact_id"] for row in facts.ask(statement, bind.parameters)] if statement else []
    return found if len(found) <= most else None


def fewest(questions: Sequence[Rule], since: datetime, now: datetime, *, most: int) -> list[Rule]:
    """As many of the rules as possible whose `passed` are together not more than `most`. Two questions."""
    bind = Passing(since, now)
    named: dict[Rule, frozenset[str]] = {}
    for rule in questions:
        for leaf in rule.leaves():
            leaf.passed(bind)
        named[rule] = bind.latest()
    crowds: dict[str, int] = {}
    for conditions, statement in bind.crowds():
        row = facts.ask(statement, bind.parameters)[0]
        crowds |= {condition: row[f"c{index}"] for index, condition in enumerate(conditions)}
    found, taken = [], set[str]()
    for rule in sorted(named, key=lambda one: sum(crowds[condition] for condition in named[one])):
        if sum(crowds[condition] for condition in taken | named[rule]) > most:
            break
        found.append(rule)
        taken |= named[rule]
    return found


def explain(rule: Rule, contact_id: int, now: datetime, *, viewer: int | None = None) -> Explanation:
    """Why the contact meets the rule, or why not. The answers come from the statement that decides membership.

    Three questions to the facts about one person's rows, whatever the rule; at most the newest 10,000 events are read.
    """
    nodes = list(rules.nodes(rule))
    holds = _standing([rule], contact_id, now, viewer=viewer)
    someone = person(contact_id, {name for leaf in rule.leaves() for name in leaf.event_names}, now)
    clauses = tuple(
        Clause(
            depth,
            node.words(),
            holds(node),
            not (isinstance(node, Every | Some) and (len(node.rules) < 2 or _is_inside_not(nodes, index))),
            node.heading(),
            node.evidence(someone) if isinstance(node, Leaf) else None,
        )
        for index, (depth, node) in enumerate(nodes)
    )
    absent = missing(rule, holds)
    return Explanation(contact_id, clauses[0].holds, clauses, rules.sentence(absent) if absent else "")


def missing_of(questions: Sequence[Rule], contact_id: int, now: datetime) -> list[Rule | None]:
    """For each rule what the contact lacks, or None where they meet it. One question, whatever the number of rules."""
    holds = _standing(questions, contact_id, now)
    return [missing(rule, holds) for rule in questions]


def _standing(
    questions: Sequence[Rule], contact_id: int, now: datetime, *, viewer: int | None = None
) -> Callable[[Rule], bool]:
    """Whether the contact meets a rule made of the conditions in these. Raises `NobodyThere`."""
    leaves, profiles = _leaves(questions), profiles_of([contact_id])
    answers: dict[Leaf, BitMap64] = {}
    for start in range(0, len(leaves) or 1, LEAVES_AT_ONCE):
        part = leaves[start : start + LEAVES_AT_ONCE]
        rows = _touched(part, [contact_id], profiles, now, viewer=viewer)
        if not rows:
            raise NobodyThere(_("There is no such contact, or it is archived."))
        answers |= {leaf: BitMap64([contact_id] if rows[0][f"c{at}"] else []) for at, leaf in enumerate(part)}
    alone = BitMap64([contact_id])
    return lambda rule: contact_id in rule.among(alone, answers)


def _is_inside_not(nodes: Sequence[tuple[int, Rule]], index: int) -> bool:
    return index > 0 and isinstance(nodes[index - 1][1], Not) and isinstance(nodes[index][1], Some)


def person(contact_id: int, names: Iterable[str], now: datetime) -> Person:
    """What the facts know about one contact: its row, and its newest events of the given names."""
    found = facts.rows("segments", "person_row", id=contact_id)
    if not found:
        raise NobodyThere(_("There is no such contact, or it is archived."))
    columns = dict(found[0])
    attributes = columns.pop("attributes")
    events = history(contact_id, names)
    return Person(contact_id, columns, attributes, events, now, beyond=beyond.of(contact_id))


def history(contact_id: int, names: Iterable[str]) -> tuple[Happened, ...]:
    """The newest events of these names of one contact, each once. One question to the facts, one query."""
    events = facts.rows(
        "segments",
        "person_events",
        profiles=profiles_of([contact_id]),
        names=sorted(names),
        limit=MOST_EVENTS,
    )
    return events_of(events)


def events_of(rows: Iterable[Mapping[str, Any]]) -> tuple[Happened, ...]:
    """Rows of `person_events` as a rule sees them."""
    return tuple(Happened(**{**row, "id": uuid.UUID(row["id"])}) for row in rows)


def segments_of(contact_id: int) -> list[Segment]:
    """The live segments the contact is in, by name. Three queries; members that are remembered are not read."""
    inside = Segment.objects.live().named().holding(contact_id)
    return list(Segment.objects.live().filter(pk__in=inside).defer("members").order_by("name")) if inside else []


def profiles_of(contact_ids: Iterable[int]) -> list[int]:
    """Every profile whose history belongs to one of the contacts: their own and those joined to them."""
    own = sorted(set(contact_ids))
    found = list(own)
    for start in range(0, len(own), 500):
        joined = Alias.objects.filter(contact_id__in=own[start : start + 500], ended_at=None)
        found += joined.values_list("profile_id", flat=True)
    return found


def _scattered(everybody: BitMap64) -> list[int]:
    """`SAMPLED` of them, in `SPOTS` places evenly from the first to the last; all of them if they are few."""
    if len(everybody) <= SAMPLED:
        return list(everybody)
    each, step = SAMPLED // SPOTS, len(everybody) / SPOTS
    return [one for spot in range(SPOTS) for one in everybody[int(spot * step) : int(spot * step) + each]]


def _expected(found: int, scale: float) -> int:
    """How many of everybody that is, in two digits: more would claim to be known."""
    number = found * scale
    return int(float(f"{number:.2g}")) if scale > 1 else found


def _leaves(questions: Sequence[Rule]) -> list[Leaf]:
    """The conditions of all the rules, each once."""
    return list(dict.fromkeys(leaf for rule in questions for leaf in rule.leaves()))


def _sets(leaves: Sequence[Leaf], now: datetime) -> dict[Leaf, BitMap64]:
    """For each condition, all who meet it."""
    bind = Whole(now)
    answer = ", ".join(f"{bitmaps.of('id', leaf.sql(bind))} AS c{index}" for index, leaf in enumerate(leaves))
    found = facts.ask(bind.statement(answer, "1"), bind.parameters)[0]
    return {leaf: bitmaps.read(found[f"c{index}"]) for index, leaf in enumerate(leaves)}


def _counts(questions: Sequence[Rule], bind: Whole) -> str:
    return ", ".join(f"countIf({rule.sql(bind)}) AS c{index}" for index, rule in enumerate(questions))


def _whole(rule: Rule, now: datetime, answer: str) -> list[dict[str, Any]]:
    bind = Whole(now)
    return facts.ask(bind.statement(answer, rule.sql(bind)), bind.parameters)


def _touched(
    questions: Sequence[Rule],
    contact_ids: list[int],
    profile_ids: list[int],
    now: datetime,
    *,
    viewer: int | None = None,
) -> list[dict[str, Any]]:
    bind = Touched(now, contact_ids=contact_ids, profile_ids=profile_ids, viewer=viewer)
    conditions = [question.sql(bind) for question in questions]
    return facts.ask(bind.statement(conditions), bind.parameters)
