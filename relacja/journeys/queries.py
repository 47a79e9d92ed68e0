"""Questions about journeys: what is in force, how many people are where, and why."""

import uuid
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db.models import Count, Exists, F, Max, OuterRef, Q, QuerySet, Subquery

from relacja.clickhouse import facts
from relacja.contacts import reach
from relacja.contacts.models import Contact
from relacja.contacts.searching import found
from relacja.events.models import Alias
from relacja.journeys import rules
from relacja.journeys.models import Enrolment, EnrolmentQuerySet, Journey, JourneyVersion, State, Trace
from relacja.journeys.rules import Definition, Node
from relacja.messaging.models import Reason
from relacja.staff.reach import Owners


@dataclass(frozen=True, slots=True)
class InForce:
    """A version with its meaning. `open_since` is when its journey began to take people in; None while it does not."""

    version: JourneyVersion
    definition: Definition
    open_since: datetime | None

    @property
    def journey(self) -> Journey:
        return self.version.journey


@dataclass(frozen=True, slots=True)
class Happened:
    """An event of somebody's history."""

    id: uuid.UUID
    name: str
    at: datetime
    received_at: datetime
    properties: dict[str, Any]


def in_force() -> list[InForce]:
    """The newest version of every journey, and the older ones that people are still inside of. One query."""
    newest = JourneyVersion.objects.filter(journey=OuterRef("journey")).order_by("-number").values("number")[:1]
    first = JourneyVersion.objects.filter(journey=OuterRef("journey")).order_by("number").values("published_at")[:1]
    inhabited = Exists(Enrolment.objects.active().filter(version=OuterRef("pk")))
    versions = (
        JourneyVersion.objects.filter(journey__archived_at=None)
        .annotate(newest=Subquery(newest), first_at=Subquery(first))
        .filter(Q(number=F("newest")) | inhabited)
        .select_related("journey")
        .order_by("journey_id", "number")
    )
    return [
        InForce(
            version=version,
            definition=rules.read(version.definition),
            open_since=version.first_at if version.number == version.newest and not version.journey.paused_at else None,
        )
        for version in versions
    ]


def history(
    contact_ids: Iterable[int], *, names: Iterable[str], since: datetime, limit: int = 100_000
) -> dict[int, list[Happened]]:
    """What happened to these contacts under these names since then, oldest first. One query and one question."""
    owners = {contact_id: contact_id for contact_id in contact_ids}
    owners |= dict(
        Alias.objects.filter(contact_id__in=list(owners), ended_at=None).values_list("profile_id", "contact_id")
    )
    found: dict[int, list[Happened]] = {}
    if not owners:
        return found
    rows = facts.rows(
        "journeys",
        "history",
        profiles=sorted(owners),
        names=sorted(names),
        since=int(since.timestamp() * 1000),
        limit=limit,
    )
    for row in rows:
        moment = Happened(uuid.UUID(row["id"]), row["name"], row["at"], row["received_at"], row["properties"])
        found.setdefault(owners[row["profile_id"]], []).append(moment)
    return found


def next_due(*, until: datetime) -> Enrolment | None:
    """Whoever has been due longest in a journey that is neither paused nor archived. One query."""
    due = Enrolment.objects.active().filter(due_at__lte=until, journey__archived_at=None, journey__paused_at=None)
    return due.select_related("version__journey").order_by("due_at").first()


@dataclass(frozen=True, slots=True)
class Overview:
    """A journey as its list shows it. `number` is the version in force, 0 before the first."""

    journey: Journey
    number: int
    inside: int
    sent: int
    done: int
    left: int


@dataclass(frozen=True, slots=True)
class Stop:
    """A step of a version with how many people came to it, wait there, went on from it, and left while there."""

    node: Node
    words: str
    branch_label: Any
    entered: int
    waiting: int
    passed: int
    left: int
    results: tuple[tuple[str, str, int], ...]


@dataclass(frozen=True, slots=True)
class Refusals:
    """How many did not get a message, for one reason."""

    sentence: str
    people: int


def overviews(seen: Owners = None) -> list[Overview]:
    """Every journey that is not archived, by name, with how many people of these owners are where. Four queries."""
    totals: dict[int, dict[str, int]] = {}
    for row in _entries(seen).values("version__journey_id", "state").annotate(people=Count("pk")):
        totals.setdefault(row["version__journey_id"], {})[row["state"]] = row["people"]
    sent = dict(_traces(seen).filter(outcome="queued").values_list("version__journey_id").annotate(people=Count("pk")))
    newest = dict(JourneyVersion.objects.values_list("journey_id").annotate(number=Max("number")))
    return [
        Overview(
            journey=journey,
            number=newest.get(journey.pk, 0),
            inside=totals.get(journey.pk, {}).get(State.ACTIVE, 0),
            sent=sent.get(journey.pk, 0),
            done=totals.get(journey.pk, {}).get(State.DONE, 0),
            left=totals.get(journey.pk, {}).get(State.LEFT, 0),
        )
        for journey in Journey.objects.kept().order_by("name", "pk")
    ]


@dataclass(frozen=True, slots=True)
class Busy:
    """A journey with people inside."""

    journey: Journey
    inside: int


def busy(limit: int = 6, seen: Owners = None) -> list[Busy]:
    """The journeys that most people of these owners are inside of now. Two queries; looks only at those inside."""
    inside = _entries(seen).active().values_list("journey_id").annotate(people=Count("pk")).order_by("-people")
    people = dict(inside[:limit])
    found = Journey.objects.kept().in_bulk(people)
    return [Busy(found[pk], count) for pk, count in people.items() if pk in found]


def overview(journey: Journey, seen: Owners = None) -> Overview:
    """The same for one journey. Three queries."""
    of_journey = _entries(seen).filter(version__journey=journey)
    people = dict(of_journey.values_list("state").annotate(people=Count("pk")))
    newest = journey.versions.order_by("-number").values_list("number", flat=True).first()
    sent = _traces(seen).filter(version__journey=journey, outcome="queued").count()
    return Overview(
        journey,
        newest or 0,
        inside=people.get(State.ACTIVE, 0),
        sent=sent,
        done=people.get(State.DONE, 0),
        left=people.get(State.LEFT, 0),
    )


def stops(version: JourneyVersion, definition: Definition, seen: Owners = None) -> list[Stop]:
    """The steps of a version in reading order with their counts of people of these owners. Two queries."""
    waiting = dict(_entries(seen).active().filter(version=version).values_list("step").annotate(people=Count("pk")))
    passed: dict[str, dict[str, int]] = {}
    left: dict[str, int] = {}
    rows = _traces(seen).filter(version=version).values_list("step", "outcome", "passed").annotate(people=Count("pk"))
    for step, outcome, went_on, people in rows:
        if went_on:
            passed.setdefault(step, {})[outcome] = people
        else:
            left[step] = left.get(step, 0) + people
    return [
        Stop(
            node=node,
            words=node.step.words(),
            branch_label=_branch_label(node, definition),
            entered=waiting.get(node.id, 0) + sum(passed.get(node.id, {}).values()) + left.get(node.id, 0),
            waiting=waiting.get(node.id, 0),
            passed=sum(passed.get(node.id, {}).values()),
            left=left.get(node.id, 0),
            results=_results(node, passed.get(node.id, {})),
        )
        for node in definition.nodes.values()
    ]


def refusals(version: JourneyVersion, seen: Owners = None) -> list[Refusals]:
    """Why people of these owners did not get a message of this version, the most frequent reason first. One query."""
    refused = _traces(seen).filter(version=version, outcome="refused")
    counted = refused.values_list("data__reason").annotate(people=Count("pk")).order_by("-people")
    labels = dict(Reason.choices)
    return [Refusals(str(labels.get(reason, reason)), people) for reason, people in counted]


def people_at(
    version: JourneyVersion, step: str, what: str, *, before: int = 0, limit: int = 50, seen: Owners = None
) -> list[Enrolment]:
    """The newest people of these owners who wait at a step, left while there, or passed it with the outcome `what`.

    One query.
    """
    of_version = _entries(seen).filter(version=version).select_related("contact")
    if what == "waiting":
        found = of_version.active().filter(step=step)
    elif what == "left":
        found = of_version.filter(state=State.LEFT, step=step, traces__step=step, traces__passed=False)
    elif what:
        found = of_version.filter(traces__step=step, traces__outcome=what, traces__passed=True)
    else:
        found = of_version.filter(Q(step=step) | Q(traces__step=step, traces__passed=True)).distinct()
    if before:
        found = found.filter(pk__lt=before)
    return list(found.order_by("-pk")[:limit])


def entries_of(contact_id: int, limit: int = 5) -> list[Enrolment]:
    """The latest entries of a contact, those inside first. One query."""
    found = Enrolment.objects.filter(contact_id=contact_id).select_related("journey")
    return list(found.order_by("state", "-entered_at")[:limit])


def people_named(text: str, limit: int = 8, seen: Owners = None) -> list[Contact]:
    """Contacts of these owners that somebody may mean by `text`."""
    return list(reach.among_people(found(text), seen)[:limit]) if text.strip() else []


def _entries(seen: Owners) -> EnrolmentQuerySet:
    """The entries of people of these owners."""
    return Enrolment.objects.all() if seen is None else Enrolment.objects.filter(reach.owned(seen, "contact__"))


def _traces(seen: Owners) -> QuerySet[Trace]:
    """What steps did with people of these owners."""
    return Trace.objects.all() if seen is None else Trace.objects.filter(reach.owned(seen, "enrolment__contact__"))


def _results(node: Node, outcomes: dict[str, int]) -> tuple[tuple[str, str, int], ...]:
    """The outcomes worth counting, in words, most people first."""
    counted = sorted(outcomes.items(), key=lambda pair: -pair[1])
    return tuple((one, words, people) for one, people in counted if (words := node.step.result_words(one)))


def _branch_label(node: Node, definition: Definition) -> Any:
    """The name of the branch that begins with this step."""
    for other in definition.nodes.values():
        if node.branch and other.ways.get(node.branch) == node.id and node.branch in other.step.branches:
            return other.step.branches[node.branch]
    return ""
