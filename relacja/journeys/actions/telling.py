"""What people's timelines say about journeys."""

import uuid
from collections.abc import Iterable
from datetime import datetime

from relacja.events import actions as events
from relacja.events.event import Event
from relacja.journeys.models import Enrolment


def entered(enrolments: Iterable[Enrolment], *, now: datetime) -> None:
    events.append([_event("Journey Entered", one, now=now) for one in enrolments])


def left(enrolments: Iterable[Enrolment], *, now: datetime) -> None:
    events.append([_event("Journey Left", one, now=now, reason=one.left_reason) for one in enrolments])


def completed(enrolments: Iterable[Enrolment], *, now: datetime) -> None:
    events.append([_event("Journey Completed", one, now=now) for one in enrolments])


def _event(name: str, enrolment: Enrolment, *, now: datetime, **properties: str) -> Event:
    version = enrolment.version
    return Event.of(
        id=uuid.uuid4(),
        name=name,
        at=now,
        received_at=now,
        profile_id=enrolment.contact_id,
        channel="system",
        properties={
            "journey": version.journey.name,
            "journey_key": version.journey.key,
            "version": version.number,
            "enrolment": enrolment.pk,
            **properties,
        },
    )
