"""Moving people on: a cohort at a time, in one transaction, each by a conditional update.

Who a cohort moves, what its step writes, the traces and the events stand or fall together, so a process that dies
anywhere repeats nothing and skips nobody. Of two movers who see the same people, each moves only those it changed.
"""

from collections.abc import Mapping, Sequence
from datetime import datetime

from django.db import transaction
from django.db.models import Exists, OuterRef

from relacja.journeys import queries, rules
from relacja.journeys.actions import telling
from relacja.journeys.models import Enrolment, EnrolmentQuerySet, Journey, JourneyVersion, State, Trace
from relacja.journeys.rules import Definition, Node
from relacja.journeys.steps import OUT, Cohort, Outcome, Traveller
from relacja.lib import live
from relacja.lib.errors import Refused

COHORT = 1_000


def move_next(*, now: datetime, until: datetime) -> int:
    """Move the cohort that has been due longest at `until`. Returns how many people were due; 0 when nobody was.

    A step that refuses to be done at all, because its segment or template is gone, pauses its journey and says why.
    """
    oldest = queries.next_due(until=until)
    if oldest is None:
        return 0
    try:
        return _move(oldest, now=now, until=until)
    except Refused as refusal:
        oldest.version.journey.pause(at=now, trouble=str(refusal))
        _tell(oldest.version.journey_id)
        return 1


def _move(oldest: Enrolment, *, now: datetime, until: datetime) -> int:
    version = oldest.version
    definition = rules.read(version.definition)
    node = definition.nodes[oldest.step]
    due = Enrolment.objects.active().filter(version=version, step=node.id, due_at__lte=until)
    people = list(due.order_by("due_at")[:COHORT])
    decided = None if node.step.writes else _run(node, version, people, now=now)
    with transaction.atomic():
        ours = _claim(due, people)
        outcomes = _run(node, version, ours, now=now) if decided is None else decided
        _write(ours, outcomes, node, version, definition, now=now)
    return len(people)


def _claim(due: EnrolmentQuerySet, people: Sequence[Enrolment]) -> list[Enrolment]:
    """Those of `people` who are still due here; from now on nobody else can move them."""
    ids = [one.pk for one in people]
    running = Journey.objects.running().filter(pk=OuterRef("journey_id"))
    token = due.filter(Exists(running), pk__in=ids).claim()
    return list(Enrolment.objects.filter(pk__in=ids, claim=token))


def _run(node: Node, version: JourneyVersion, people: Sequence[Enrolment], *, now: datetime) -> Mapping[int, Outcome]:
    return node.step.run(cohort_of(version, node, people), now=now) if people else {}


def cohort_of(version: JourneyVersion, node: Node, people: Sequence[Enrolment]) -> Cohort:
    """People as a step sees them."""
    return Cohort(
        journey_id=version.journey_id,
        journey_key=version.journey.key,
        version=version.number,
        step_id=node.id,
        people=tuple(
            Traveller(one.pk, one.contact_id, one.due_at, one.trigger_event_id, one.trigger) for one in people
        ),
    )


def _write(
    people: Sequence[Enrolment],
    outcomes: Mapping[int, Outcome],
    node: Node,
    version: JourneyVersion,
    definition: Definition,
    *,
    now: datetime,
) -> None:
    Trace.objects.bulk_create(_trace(one, outcomes[one.pk], version, now=now) for one in people)
    for way in {outcomes[one.pk].way for one in people}:
        group = [one for one in people if outcomes[one.pk].way == way]
        rows = Enrolment.objects.filter(pk__in=[one.pk for one in group])
        following = None if way == OUT else node.ways[way]
        for one in group:
            one.version = version
        if way == OUT:
            rows.update(state=State.LEFT, ended_at=now, left_reason="step")
            for one in group:
                one.left_reason = "step"
            telling.left(group, now=now)
        elif following is None:
            rows.update(state=State.DONE, ended_at=now)
            telling.completed(group, now=now)
        else:
            waits_until = definition.nodes[following].step.due(now)
            rows.update(step=following, **({"due_at": waits_until} if waits_until else {}))
    _tell(version.journey_id)


def _tell(journey_id: int) -> None:
    """Pages that show who is where ask again."""
    live.publish(f"journey:{journey_id}")
    live.publish("journeys")


def _trace(enrolment: Enrolment, outcome: Outcome, version: JourneyVersion, *, now: datetime) -> Trace:
    return Trace(
        enrolment=enrolment,
        version=version,
        step=enrolment.step,
        outcome=outcome.result,
        data=dict(outcome.data),
        at=now,
    )
