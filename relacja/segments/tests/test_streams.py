"""What happens, and time that passes, leave every segment as counting it from the start would.

EXAMPLES=1000 tries a thousand streams, which takes an hour.
"""

import os
import random
import uuid
from datetime import timedelta

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from relacja.segments import actions, queries, rules
from relacja.segments.models import Clock, Segment
from relacja.segments.rules import Happened, Person
from relacja.segments.tests.test_meaning import NAMES, PEOPLE, PROPERTIES, event_row, people, trees

__all__ = ["people"]
STEPS = 4
STREAMS = settings(
    max_examples=int(os.environ.get("EXAMPLES", "30")),
    deadline=None,
    derandomize=True,
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
)


@pytest.mark.slow
@STREAMS
@given(asked=st.lists(trees(), min_size=4, max_size=8), seed=st.integers(0, 10**6))
def test_a_stream_of_events_and_of_time_moves_the_same_people_as_counting_anew(people, now, asked, seed):
    dice = random.Random(seed)
    known, segments = dict(people), begun(asked, now)
    at = now
    for _step in range(STEPS):
        at += timedelta(seconds=dice.choice([15, 40, 61, 600, 1800, 3500]), milliseconds=dice.randrange(1000))
        happened = {who: new_event(dice, at) for who in dice.sample(range(1, PEOPLE + 1), dice.randrange(4))}
        for who, event in happened.items():
            tell(who, event)
            known[who] = Person(who, known[who].columns, known[who].attributes, (*known[who].events, event), at)
        actions.ask_again(happened, now=at, after={event.name for event in happened.values()})
        actions.follow(now=at)

        for segment, rule in segments:
            segment.refresh_from_db()
            expected = {one.id for one in known.values() if rule.check(as_of(one, at))}
            assert set(segment.people()) == expected, rules.sentence(rule)
            assert queries.everybody([rule], at)[0] == segment.people()
    forget(now)


def begun(asked, now):
    Segment.objects.all().delete()
    made = []
    for number, tree in enumerate(asked):
        segment = actions.create(name=f"S {number}", rule=tree, now=now)
        actions.recount(segment, now=now)
        segment.refresh_from_db()
        made.append((segment, rules.read(tree)))
    Clock.objects.update_or_create(pk=1, defaults={"followed_at": now, "lost_at": now - timedelta(days=1)})
    return made


def new_event(dice, at) -> Happened:
    return Happened(uuid.UUID(int=dice.getrandbits(128)), dice.choice(NAMES), at, dice.choice(PROPERTIES))


def tell(who: int, event: Happened) -> None:
    from relacja.clickhouse import facts

    facts.insert("event", [event_row(event, who)])


def as_of(person: Person, at) -> Person:
    return Person(person.id, person.columns, person.attributes, person.events, at)


def forget(now) -> None:
    """What the stream brought is gone before the next one begins."""
    from relacja.clickhouse import facts

    facts.command("ALTER TABLE event DELETE WHERE at > {now:DateTime64(3)} SETTINGS mutations_sync = 1", {"now": now})
