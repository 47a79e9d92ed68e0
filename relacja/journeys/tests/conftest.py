"""People, carts and journeys to test with, and a step that stands for a message."""

import uuid
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

import pytest

from relacja.contacts import actions as contacts
from relacja.contacts import rules as contact_rules
from relacja.contacts.models import Contact
from relacja.events import actions as events
from relacja.events import subscriptions
from relacja.events.event import Event
from relacja.journeys import actions
from relacja.journeys.models import Enrolment, Journey, Trace
from relacja.journeys.steps import Cohort, Outcome, Step, step

START = datetime.fromisoformat("2026-11-02T12:00:00+00:00")
HOUR = timedelta(hours=1)
MINUTE = timedelta(minutes=1)


@step("test-letter")
@dataclass(frozen=True, slots=True)
class Letter(Step):
    """Writes one note in the records for everybody: what a message would be."""

    label = "Letter"
    icon = "mail"
    writes = True

    def words(self) -> str:
        return "Letter"

    def run(self, cohort: Cohort, *, now: datetime) -> Mapping[int, Outcome]:
        events.append([event("Test Letter", person.contact_id, now) for person in cohort.people])
        return {person.enrolment_id: Outcome("written") for person in cohort.people}

    def foresee(self, cohort: Cohort, *, now: datetime) -> Mapping[int, Outcome]:
        return {person.enrolment_id: Outcome("written") for person in cohort.people}

    def told(self, result: str, data: Mapping[str, Any]) -> str:
        return "Written"


def event(
    name: str, profile_id: int, at: datetime, /, *, received_at: datetime | None = None, **properties: Any
) -> Event:
    return Event.of(
        id=uuid.uuid4(),
        name=name,
        at=at,
        received_at=received_at or at,
        profile_id=profile_id,
        channel="web",
        properties=properties,
    )


@dataclass
class World:
    """A company with a clock of its own: events are delivered and people are moved when we say so."""

    now: datetime = START

    def person(self, name: str = "Anna") -> Contact:
        given = {"first_name": name, "last_name": "Żółć", "email": f"{name.lower()}@zolc.example"}
        return contacts.create(values=contact_rules.values(given), now=self.now)

    def people(self, number: int) -> list[Contact]:
        return Contact.objects.bulk_create(
            Contact(
                first_name=f"P{i}",
                email=f"p{i}@zolc.example",
                name_key=f"p{i}",
                created_at=self.now,
                changed_at=self.now,
            )
            for i in range(number)
        )

    def journey(self, **draft: Any) -> Journey:
        given = {
            "trigger": {"event": "Product Added"},
            "again": "days",
            "again_days": 1,
            "restart": True,
            "exit_on": [{"event": "Order Completed"}],
            "steps": [{"id": "w", "kind": "wait", "minutes": 60}, {"id": "m", "kind": "test-letter"}],
        }
        journey = actions.create(name="Cart", now=self.now, draft={**given, **draft})
        actions.publish(journey, now=self.now)
        return journey

    def happens(self, name: str, who: Contact | int, /, *, at: datetime | None = None, **properties: Any) -> Event:
        profile_id = who if isinstance(who, int) else who.pk
        made = event(name, profile_id, at or self.now, received_at=self.now, **properties)
        events.append([made])
        self.deliver()
        return made

    def deliver(self) -> None:
        while any([subscriptions.deliver(name, now=self.now) for name in ("facts", "contact-profiles", "journeys")]):  # noqa: C419 - each of them has to read
            pass

    def move(self) -> int:
        self.deliver()
        moved = 0
        while found := actions.move_next(now=self.now, until=self.now):
            moved += found
            self.deliver()
        return moved

    def after(self, length: timedelta) -> int:
        """Let time pass, minute by minute as it were, and move whoever is due at its end."""
        self.now += length
        return self.move()

    def inside(self, journey: Journey) -> int:
        return journey.enrolments.active().count()

    def traces(self, who: Contact) -> list[tuple[str, str]]:
        found = Trace.objects.filter(enrolment__contact=who).order_by("id")
        return list(found.values_list("step", "outcome"))

    def letters(self, who: Contact) -> int:
        return Trace.objects.filter(enrolment__contact=who, outcome="written").count()

    def enrolment(self, who: Contact) -> Enrolment:
        return Enrolment.objects.filter(contact=who).latest("id")


@pytest.fixture
def world(facts) -> World:
    return World()
