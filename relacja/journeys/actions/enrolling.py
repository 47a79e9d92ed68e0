"""Events let people in, push their first wait, and take them out."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any, Protocol
from uuid import UUID

from django.db import transaction
from django.db.models import Case, DateTimeField, Max, Value, When

from relacja.contacts.models import Contact
from relacja.events.event import Event
from relacja.events.queries import contacts_of
from relacja.journeys import queries
from relacja.journeys.actions import telling
from relacja.journeys.models import Enrolment, State, Trace
from relacja.journeys.queries import InForce
from relacja.lib import live

RECOGNISED = "Visitor Recognised"
ARCHIVED = "Contact Archived"
QUIET = "quiet"  # in its context: an event that lets nobody in, like the first words about people who were imported
LATE = timedelta(seconds=5)
AT_ONCE = 200

Key = tuple[int, int]  # journey, contact


class Moment(Protocol):
    """An event, fresh from the log or out of the facts."""

    @property
    def id(self) -> UUID: ...
    @property
    def name(self) -> str: ...
    @property
    def at(self) -> datetime: ...
    @property
    def received_at(self) -> datetime: ...
    @property
    def properties(self) -> dict[str, Any]: ...


@dataclass(slots=True)
class Changes:
    """What a batch of events does to who is inside, gathered before it is written in a few statements."""

    inside: dict[Key, Enrolment]
    last_entry: dict[Key, datetime]
    seen: set[tuple[int, int, UUID]]
    entered: list[Enrolment] = field(default_factory=list)
    pushed: dict[int, Enrolment] = field(default_factory=dict)
    left: list[tuple[Enrolment, Moment]] = field(default_factory=list)


@transaction.atomic
def react(events: Sequence[Event], *, now: datetime) -> None:
    """Let in, push and take out whom these events concern.

    A fixed number of queries for a batch in which nothing matters, and a few more for one in which something does.
    """
    versions = {one.version.pk: one for one in queries.in_force()}
    names = {name for one in versions.values() for name in one.definition.event_names}
    wanted = [event for event in events if event.name in names or event.name in (RECOGNISED, ARCHIVED)]
    if not versions or not wanted:
        return
    people = _people(wanted)
    wanted = [event for event in wanted if event.profile_id in people]
    if not wanted:
        return
    past = _past(wanted, people, versions.values(), now=now)
    changes = _as_it_stands(set(people.values()), [*wanted, *(one for found in past.values() for one in found)])
    for event in wanted:
        contact_id = people[event.profile_id]
        _take_out_or_push(event, contact_id, versions, changes, now=now)
        for one in versions.values():
            if one.open_since is not None and not event.mentions(QUIET):
                for moment in _beginnings(event, one, past.get(contact_id, ()), now=now):
                    _begin(moment, contact_id, one, changes, now=now)
    _write(changes, versions, now=now)


def _people(events: Iterable[Event]) -> dict[int, int]:
    """The contact behind each profile, of those who exist."""
    found = contacts_of(event.profile_id for event in events)
    existing = set(Contact.objects.filter(pk__in=set(found.values())).values_list("pk", flat=True))
    return {profile: contact for profile, contact in found.items() if contact in existing}


def _past(
    events: Sequence[Event], people: Mapping[int, int], versions: Iterable[InForce], *, now: datetime
) -> dict[int, list[queries.Happened]]:
    """The recent history of those of whom we hear late, or only now learn who they are."""
    doors = [one.definition for one in versions if one.open_since is not None]
    triggers = {one.trigger.event for one in doors}
    late = {
        people[event.profile_id]
        for event in events
        if event.name == RECOGNISED
        or (event.name in triggers and event.received_at - event.at > LATE and not event.mentions(QUIET))
    }
    if not late or not doors:
        return {}
    names = {name for one in doors for name in one.event_names}
    return queries.history(late, names=names, since=now - max(one.lookback for one in doors))


def _as_it_stands(contact_ids: set[int], moments: Sequence[Moment]) -> Changes:
    of_people = Enrolment.objects.filter(contact_id__in=contact_ids)
    last = of_people.values("journey_id", "contact_id").annotate(last=Max("entered_at"))
    event_ids = {moment.id for moment in moments}
    since = min(moment.at for moment in moments)
    seen = of_people.filter(entered_at__gte=since).values_list("journey_id", "contact_id", "trigger_event_id")
    return Changes(
        inside={(one.journey_id, one.contact_id): one for one in of_people.active()},
        last_entry={(row["journey_id"], row["contact_id"]): row["last"] for row in last},
        seen={row for row in seen if row[2] in event_ids},
    )


def _take_out_or_push(
    event: Event, contact_id: int, versions: Mapping[int, InForce], changes: Changes, *, now: datetime
) -> None:
    for one in versions.values():
        enrolment = changes.inside.get((one.version.journey_id, contact_id))
        if enrolment is None or enrolment.version_id != one.version.pk:
            continue
        if event.name == ARCHIVED or _ends(event, enrolment, one, now=now):
            changes.left.append((enrolment, event))
            del changes.inside[one.version.journey_id, contact_id]
        elif one.definition.trigger.check(event.name, event.properties, now):
            _push(enrolment, event, one, changes)


def _ends(event: Event, enrolment: Enrolment, one: InForce, *, now: datetime) -> bool:
    """What happened before the entry, and is only heard of now, ends nothing."""
    return event.at >= enrolment.entered_at and one.definition.takes_out(event.name, event.properties, now)


def _push(enrolment: Enrolment, moment: Moment, one: InForce, changes: Changes) -> None:
    """Let the first wait begin anew with `moment`."""
    definition = one.definition
    if not definition.restart or moment.id == enrolment.trigger_event_id or moment.at <= enrolment.entered_at:
        return
    if not definition.is_first_wait(enrolment.step):
        return
    due_at = definition.nodes[enrolment.step].step.due(moment.at)
    if due_at is None or due_at <= enrolment.due_at:
        return
    enrolment.due_at, enrolment.restarted_at = due_at, moment.at
    if enrolment.pk is not None:
        changes.pushed[enrolment.pk] = enrolment


def _beginnings(event: Event, one: InForce, past: Sequence[queries.Happened], *, now: datetime) -> Iterator[Moment]:
    """The moments at which `event` lets somebody in: its own, or those before we knew who they are."""
    heard = [moment for moment in past if moment.received_at <= event.received_at]
    ended = max(
        (moment.at for moment in heard if one.definition.takes_out(moment.name, moment.properties, now)), default=None
    )
    trigger = one.definition.trigger
    if event.name == RECOGNISED:
        for moment in heard:
            if trigger.check(moment.name, moment.properties, now) and (ended is None or moment.at > ended):
                yield moment
    if trigger.check(event.name, event.properties, now) and (ended is None or event.at > ended):
        yield event


def _begin(moment: Moment, contact_id: int, one: InForce, changes: Changes, *, now: datetime) -> None:
    key = (one.version.journey_id, contact_id)
    if enrolment := changes.inside.get(key):
        if enrolment.version_id == one.version.pk:
            _push(enrolment, moment, one, changes)
        return
    if (*key, moment.id) in changes.seen or not may_enter(one, moment.at, changes.last_entry.get(key), now=now):
        return
    node = one.definition.nodes[one.definition.first]
    enrolment = Enrolment(
        journey_id=one.version.journey_id,
        version=one.version,
        contact_id=contact_id,
        trigger_event_id=moment.id,
        trigger={"name": moment.name, "at": moment.at.isoformat(), "properties": moment.properties},
        entered_at=moment.at,
        step=node.id,
        due_at=node.step.due(moment.at) or moment.at,
    )
    changes.inside[key] = enrolment
    changes.entered.append(enrolment)
    changes.last_entry[key] = max(moment.at, changes.last_entry.get(key, moment.at))
    changes.seen.add((*key, moment.id))


def may_enter(one: InForce, at: datetime, last_entry: datetime | None, *, now: datetime) -> bool:
    """Whether what happened at `at` lets somebody in whose last entry was then: it is fresh, and not too soon again."""
    if one.open_since is None or at < one.open_since or at < now - one.definition.lookback:
        return False
    if last_entry is None:
        return True
    again_after = one.definition.again_after
    return again_after is not None and (not again_after or at - last_entry >= again_after)


def _write(changes: Changes, versions: Mapping[int, InForce], *, now: datetime) -> None:
    Enrolment.objects.bulk_create(changes.entered)
    pushed = list(changes.pushed.values())
    for start in range(0, len(pushed), AT_ONCE):
        _write_pushed(pushed[start : start + AT_ONCE])
    left = _write_left(changes.left, now=now)
    telling.entered(changes.entered, now=now)
    telling.left(left, now=now)
    touched = {one.journey_id for one in [*changes.entered, *pushed, *left]}
    for topic in [*(f"journey:{journey_id}" for journey_id in touched), *(["journeys"] if touched else [])]:
        live.publish(topic)


def _write_pushed(pushed: Sequence[Enrolment]) -> None:
    """Who has moved on in the meantime is not called back."""
    for step in {one.step for one in pushed}:
        here = [one for one in pushed if one.step == step]
        Enrolment.objects.active().filter(pk__in=[one.pk for one in here], step=step).update(
            due_at=_each(here, "due_at"), restarted_at=_each(here, "restarted_at")
        )


def _each(enrolments: Sequence[Enrolment], name: str) -> Case:
    return Case(
        *(When(pk=one.pk, then=Value(getattr(one, name))) for one in enrolments), output_field=DateTimeField(null=True)
    )


def _write_left(leaving: Sequence[tuple[Enrolment, Moment]], *, now: datetime) -> list[Enrolment]:
    """Take people out, unless they got out otherwise in the meantime. Returns those who left now."""
    left = []
    for reason in {moment.name for _, moment in leaving}:
        because = {one.pk: moment for one, moment in leaving if moment.name == reason}
        ended = Enrolment.objects.active().filter(pk__in=because)
        token = ended.claim(state=State.LEFT, ended_at=now, left_reason=reason[:200])
        claimed = list(Enrolment.objects.filter(pk__in=because, claim=token).select_related("version__journey"))
        Trace.objects.bulk_create(
            Trace(
                enrolment=one,
                version_id=one.version_id,
                step=one.step,
                outcome="left",
                data={"event": reason, "event_at": because[one.pk].at.isoformat()},
                at=now,
                passed=False,
            )
            for one in claimed
        )
        left += claimed
    return left
