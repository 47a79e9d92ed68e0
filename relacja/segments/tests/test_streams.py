"""What happens, and time that passes, leave every segment as counting it from the start would.

EXAMPLES=1000 tries a thousand streams.
"""

import os
import random
import uuid
from datetime import timedelta

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from relacja.jobs.models import Job
from relacja.segments import actions, queries, rules
from relacja.segments.models import Clock, Segment
from relacja.segments.rules import Happened, Person
from relacja.segments.tests.randomly import ASKED, NAMES, PEOPLE, PROPERTIES, event_row, trees

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
def test_a_stream_of_events_and_of_time_moves_the_same_people_as_counting_anew(before, now, asked, seed):
    try:
        streamed(random.Random(seed), dict(before), begun(asked, now), now)
    finally:
        forget()


def streamed(dice, known, segments, at) -> None:
    for _step in range(STEPS):
        at += timedelta(seconds=dice.choice([15, 40, 61, 600, 1800, 3500]), milliseconds=dice.randrange(1000))
        happened = {who: new_event(dice, at) for who in dice.sample(range(1, PEOPLE + 1), dice.randrange(4))}
        for who, event in happened.items():
            tell(who, event)
            known[who] = Person(who, known[who].columns, known[who].attributes, (*known[who].events, event), at)
        actions.ask_again(happened, now=at, after={event.name for event in happened.values()})
        actions.follow(now=at)

        counted = queries.everybody([rule for _segment, rule in segments], at)
        for (segment, rule), everybody in zip(segments, counted, strict=True):
            segment.refresh_from_db()
            expected = {one.id for one in known.values() if rule.check(as_of(one, at))}
            assert set(segment.people()) == expected, rules.sentence(rule)
            assert set(everybody) == expected, rules.sentence(rule)
        assert_explained(dice, segments, known, at)


def begun(asked, now):
    read = [rules.read(tree) for tree in asked]
    made = [actions.create(name=f"S {number}", rule=tree, now=now) for number, tree in enumerate(asked)]
    for segment, found in zip(made, queries.everybody(read, now), strict=True):
        segment.settle(found, counted_at=now)
        segment.refresh_from_db()
    Clock.objects.update_or_create(pk=1, defaults={"followed_at": now, "lost_at": now - timedelta(days=1)})
    Job.objects.all().delete()
    return list(zip(made, read, strict=True))


def assert_explained(dice, segments, known, at) -> None:
    """One person is told the same about one of the segments, condition by condition."""
    who, (segment, rule) = dice.randrange(1, PEOPLE + 1), dice.choice(segments)
    explained = queries.explain(rule, who, at)
    someone = as_of(known[who], at)
    assert explained.holds == (who in segment.people())
    assert [clause.holds for clause in explained.clauses] == [node.check(someone) for _depth, node in rules.nodes(rule)]


def new_event(dice, at) -> Happened:
    return Happened(uuid.UUID(int=dice.getrandbits(128)), dice.choice(NAMES), at, dice.choice(PROPERTIES))


def tell(who: int, event: Happened) -> None:
    from relacja.clickhouse import facts

    facts.insert("event", [event_row(event, who)])


def as_of(person: Person, at) -> Person:
    return Person(person.id, person.columns, person.attributes, person.events, at)


@pytest.fixture
def before(people, facts):
    """What had happened before a stream began. Kept in a table: to delete what came takes half a second each time."""
    facts.command("CREATE TABLE event_before AS event ENGINE = Memory")
    facts.command("INSERT INTO event_before SELECT * FROM event")
    yield people
    facts.command("DROP TABLE event_before")


def forget() -> None:
    """What the stream brought is gone before the next one begins, which is drawn from the segments there are."""
    from relacja.clickhouse import facts

    Segment.objects.exclude(key__in=ASKED).delete()
    facts.command("TRUNCATE TABLE event")
    facts.command("INSERT INTO event SELECT * FROM event_before")
