"""Segments, people and events as tests want them."""

import uuid
from datetime import datetime

from relacja.contacts import actions as contacts
from relacja.contacts import rules as values
from relacja.contacts.models import Contact
from relacja.events import actions as events
from relacja.events.event import Event
from relacja.jobs.models import Job
from relacja.segments import actions
from relacja.segments.models import Segment

VIEWED = {"kind": "event", "name": "Product Viewed", "op": "at_least", "times": 1}


def make_contact(now: datetime, email: str = "anna@zolc.example", **fields: str) -> Contact:
    given = {"first_name": "Anna", "last_name": "Żółć", "email": email, **fields}
    return contacts.create(values=values.values(given), now=now)


def make_event(profile_id: int, name: str, at: datetime, **properties) -> Event:
    event = Event.of(id=uuid.uuid4(), name=name, at=at, received_at=at, profile_id=profile_id, properties=properties)
    events.append([event])
    return event


def make_segment(now: datetime, name: str = "Looked", rule: dict | None = None, counted: bool = True) -> Segment:
    """A segment; `counted` runs the work that creating it put off."""
    segment = actions.create(name=name, rule=rule or VIEWED, now=now)
    if counted:
        actions.recount(segment, now=now)
        Job.objects.all().delete()
        segment.refresh_from_db()
    return segment


def members(segment: Segment) -> list[int]:
    segment.refresh_from_db()
    return list(segment.people())


def moves(contact: Contact) -> list[str]:
    """The names of the segment events in a contact's history, oldest first."""
    from relacja.clickhouse import facts

    sql = "SELECT name FROM event WHERE profile_id = {id:UInt64} AND name LIKE 'Segment %' ORDER BY at, name"
    return [row["name"] for row in facts.ask(sql, {"id": contact.pk})]
