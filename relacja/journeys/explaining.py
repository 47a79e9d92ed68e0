"""Why did this happen, or not? The whole story of one contact and one journey."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from enum import StrEnum
from typing import Any

from relacja.journeys import queries, rules
from relacja.journeys.foreseeing import Scripted, simulate
from relacja.journeys.models import Enrolment, Journey, State
from relacja.journeys.queries import Happened
from relacja.journeys.rules import Definition
from relacja.lib.errors import Refused
from relacja.segments import queries as segments
from relacja.segments import rules as segment_rules

AHEAD_DAYS = 365
LOOK_BACK = timedelta(days=90)
MOST_ENTRIES = 20
MOST_MISSED = 10


class Why(StrEnum):
    """Why an event did not let somebody in, or where somebody stands."""

    UNPUBLISHED = "unpublished"
    NEVER = "never"
    BEFORE = "before"
    FILTERED = "filtered"
    PAUSED = "paused"
    INSIDE = "inside"
    AGAIN = "again"
    LATE = "late"
    ENDED = "ended"
    UNREAD = "unread"
    UNKNOWN = "unknown"
    WAITING = "waiting"
    DONE = "done"
    LEFT = "left"


@dataclass(frozen=True, slots=True)
class Line:
    """What one step did."""

    at: datetime
    icon: str
    tone: str
    step: str
    told: str


@dataclass(frozen=True, slots=True)
class Entry:
    """One time inside: what began it, what happened step by step, and how it stands or ended."""

    enrolment: Enrolment
    began_with: str
    lines: tuple[Line, ...]
    why: Why
    step: str
    reason: str
    reason_at: datetime | None


@dataclass(frozen=True, slots=True)
class Missed:
    """An event that might have let somebody in, and why it did not. `until` ends what stood in the way."""

    at: datetime
    event: str
    why: Why
    because: str = ""
    because_at: datetime | None = None
    until: datetime | None = None


@dataclass(frozen=True, slots=True)
class Explanation:
    """Newest first. `why` is the answer in one word; `since` is how far back we looked.

    Where an audience begins the journey, `is_meant` says whether it means them right now, and `lacks` what is missing.
    """

    why: Why
    trigger: str
    since: datetime
    entries: tuple[Entry, ...] = ()
    missed: tuple[Missed, ...] = field(default_factory=tuple)
    is_meant: bool | None = None
    lacks: str = ""


def explain(journey: Journey, contact_id: int, *, now: datetime) -> Explanation:
    """Why this contact is, was, or never was in the journey. Four queries and one question to the facts."""
    versions = {version.pk: version for version in journey.versions.order_by("number")}
    if not versions:
        return Explanation(Why.UNPUBLISHED, "", now)
    definitions = {pk: rules.read(version.definition) for pk, version in versions.items()}
    newest = definitions[max(versions, key=lambda pk: versions[pk].number)]
    opened = min(version.published_at for version in versions.values())
    enrolments = list(
        journey.enrolments.filter(contact_id=contact_id)
        .prefetch_related("traces")
        .order_by("-entered_at", "-pk")[:MOST_ENTRIES]
    )
    since = max(now - LOOK_BACK, opened - newest.lookback)
    past = queries.history([contact_id], names=newest.event_names, since=since).get(contact_id, [])
    entries = tuple(_entry(one, definitions[one.version_id]) for one in enrolments)
    missed = tuple(_missed(past, enrolments, newest, journey, opened, now))[:MOST_MISSED]
    is_meant, lacks = _standing(newest, contact_id, now)
    return Explanation(_answer(entries, missed), newest.trigger.words(), since, entries, missed, is_meant, lacks)


def _standing(definition: Definition, contact_id: int, now: datetime) -> tuple[bool | None, str]:
    """Whether the audience that begins the journey means them right now, and in words what is missing if not."""
    if not definition.trigger.audience:
        return None, ""
    try:
        found = segments.explain(segment_rules.read(definition.trigger.who), contact_id, now)
    except Refused:
        return None, ""
    return found.holds, found.missing


def ahead(journey: Journey, contact_id: int, *, now: datetime) -> list[Line]:
    """What would happen to this contact if the newest version began for them now. Nothing is written."""
    version = journey.versions.order_by("-number").first()
    if version is None:
        return []
    definition = rules.read(version.definition)
    begun = Scripted(contact_id, definition.trigger.event, now, begins=True)
    lines = []
    for one in simulate(definition, [begun], start=now, days=AHEAD_DAYS, key=journey.key, version=version.number):
        step = definition.nodes[one.step].step
        lines.append(Line(one.at, step.icon, step.tone, step.words(), step.told(one.result, one.data)))
    return lines


def _answer(entries: Sequence[Entry], missed: Sequence[Missed]) -> Why:
    """What to say first: where they are, or why the last occasion let them in or did not."""
    if entries and entries[0].why == Why.WAITING:
        return Why.WAITING
    last = next((one for one in missed if one.why != Why.INSIDE), None)
    if last is not None and (not entries or last.at > entries[0].enrolment.entered_at):
        return last.why
    return entries[0].why if entries else Why.NEVER


def _entry(enrolment: Enrolment, definition: Definition) -> Entry:
    traces = sorted(enrolment.traces.all(), key=lambda trace: trace.pk)
    lines = []
    for trace in traces:
        step = definition.nodes[trace.step].step
        if trace.passed:
            lines.append(Line(trace.at, step.icon, step.tone, step.words(), step.told(trace.outcome, trace.data)))
    ending: dict[str, Any] = next((trace.data for trace in traces if not trace.passed), {})
    why = {State.ACTIVE: Why.WAITING, State.DONE: Why.DONE, State.LEFT: Why.LEFT}[State(enrolment.state)]
    return Entry(
        enrolment=enrolment,
        began_with=rules.event_words(str(enrolment.trigger.get("name", ""))),
        lines=tuple(lines),
        why=why,
        step=definition.nodes[enrolment.step].step.words(),
        reason=rules.reason_words(enrolment.left_reason) if enrolment.left_reason else "",
        reason_at=_moment(ending.get("event_at")),
    )


def _missed(
    past: Sequence[Happened],
    enrolments: Sequence[Enrolment],
    definition: Definition,
    journey: Journey,
    opened: datetime,
    now: datetime,
) -> list[Missed]:
    began = {one.trigger_event_id for one in enrolments}
    found = []
    for moment in reversed(past):
        if _might_begin(moment, definition) and moment.id not in began:
            found.append(_why_not(moment, past, enrolments, definition, journey, opened, now))
    return found


def _might_begin(moment: Happened, definition: Definition) -> bool:
    """Coming into another audience is not worth a word."""
    trigger = definition.trigger
    return moment.name == trigger.event and (not trigger.audience or moment.properties.get("key") == trigger.key)


def _why_not(
    moment: Happened,
    past: Sequence[Happened],
    enrolments: Sequence[Enrolment],
    definition: Definition,
    journey: Journey,
    opened: datetime,
    now: datetime,
) -> Missed:
    label = rules.event_words(moment.name)
    if not definition.trigger.check(moment.name, moment.properties, now):
        return Missed(moment.at, label, Why.FILTERED, because=definition.trigger.words())
    if moment.at < opened:
        return Missed(moment.at, label, Why.BEFORE, because_at=opened)
    inside = next((one for one in enrolments if _was_inside(one, moment.at)), None)
    if inside is not None:
        return Missed(moment.at, label, Why.INSIDE, because_at=inside.entered_at)
    last = max((one.entered_at for one in enrolments if one.entered_at <= moment.at), default=None)
    again = definition.again_after
    if last is not None and (again is None or moment.at - last < again):
        until = None if again is None else last + again
        return Missed(moment.at, label, Why.AGAIN, rules.words_again(definition), last, until)
    if moment.received_at - moment.at > definition.lookback:
        return Missed(moment.at, label, Why.LATE, because_at=moment.received_at)
    ended = next((one for one in past if _ends_after(one, moment, definition, now)), None)
    if ended is not None:
        return Missed(moment.at, label, Why.ENDED, rules.event_words(ended.name), ended.at)
    if journey.paused_at is not None and moment.received_at >= journey.paused_at:
        return Missed(moment.at, label, Why.PAUSED, because_at=journey.paused_at)
    if now - moment.received_at < timedelta(minutes=1):
        return Missed(moment.at, label, Why.UNREAD)
    return Missed(moment.at, label, Why.UNKNOWN)


def _was_inside(enrolment: Enrolment, at: datetime) -> bool:
    return enrolment.entered_at <= at and (enrolment.ended_at is None or at < enrolment.ended_at)


def _ends_after(moment: Happened, trigger: Happened, definition: Definition, now: datetime) -> bool:
    return moment.at > trigger.at and definition.takes_out(moment.name, moment.properties, now)


def _moment(text: Any) -> datetime | None:
    return datetime.fromisoformat(text) if isinstance(text, str) else None
