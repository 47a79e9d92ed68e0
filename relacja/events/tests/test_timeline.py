"""The timeline: newest first, each event once, in parts that meet without a gap."""

import uuid
from datetime import timedelta

from relacja.events import queries
from relacja.events.event import Event
from relacja.events.subscribers import fact_of

NAMES = ("Page Viewed", "Product Viewed")


def stored(facts, now, *, count: int, times: int = 1) -> list[str]:
    """Ids of events of contact 1, newest first; two of them share each moment."""
    events = [
        Event.of(
            id=uuid.uuid4(),
            name=NAMES[number % 2],
            at=now - timedelta(days=number // 2),
            received_at=now,
            profile_id=1,
        )
        for number in range(count)
    ]
    for _ in range(times):
        facts.insert("event", [fact_of(event) for event in events])
    return [str(event.id) for event in sorted(events, key=lambda event: (event.at, str(event.id)), reverse=True)]


def test_an_event_that_was_stored_twice_is_told_once(facts, now):
    ids = stored(facts, now, count=30, times=3)

    assert [moment.id for moment in queries.timeline(1, limit=20)] == ids[:20]
    assert [moment.id for moment in queries.timeline(1, limit=100)] == ids


def test_parts_of_a_timeline_meet_without_a_gap(facts, now):
    ids = stored(facts, now, count=31)

    found: list[str] = []
    before = None
    while part := queries.timeline(1, before=before, limit=7):
        found += [moment.id for moment in part]
        before = queries.place(part[-1].place)

    assert found == ids
