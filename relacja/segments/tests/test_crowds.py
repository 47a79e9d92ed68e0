"""Many segments whose windows end for many people at once: the small ones are followed, the others counted in turn."""

from datetime import timedelta

import pytest

from relacja.segments import actions, queries, rules
from relacja.segments.actions import keeping, passing
from relacja.segments.models import Clock, Segment
from relacja.segments.tests.making import VIEWED, members

SEGMENTS = 300
CROWD = 40
SMALL = SEGMENTS // 3


def within(minutes: int) -> dict:
    return {**VIEWED, "within": minutes, "unit": "minutes"}


@pytest.fixture
def edges(facts, now):
    """At the edge of each of three hundred windows stand two people, and at two of three edges forty."""
    at = {"now": now.replace(tzinfo=None)}
    facts.command(
        "INSERT INTO contact (id, created_at, version, is_deleted)"
        f" SELECT number + 1, {{now:DateTime64(3, 'UTC')}}, 1, 0 FROM numbers({SEGMENTS * CROWD})",
        at,
    )
    facts.command(
        "INSERT INTO event (id, name, at, received_at, profile_id, properties, context)"
        " SELECT generateUUIDv4(), 'Product Viewed', subtractSeconds(subtractMinutes({now:DateTime64(3, 'UTC')},"
        f" 30 + intDiv(number, {CROWD})), -10) AS at, at, 1 + number, '{{}}', '{{}}' FROM numbers({SEGMENTS * CROWD})"
        f" WHERE number % {CROWD} < if(intDiv(number, {CROWD}) % 3 = 0, 2, {CROWD})",
        at,
    )
    found = [actions.create(name=f"S {number}", rule=within(30 + number), now=now) for number in range(SEGMENTS)]
    for one, people in zip(found, queries.everybody([rules.read(one.rule) for one in found], now), strict=True):
        one.settle(people, counted_at=now)
    Clock.objects.create(pk=1, followed_at=now, lost_at=now - timedelta(days=1))
    return found


def is_true(segment: Segment, at) -> bool:
    return members(segment) == sorted(queries.ids(rules.read(segment.rule), at))


@pytest.mark.slow
def test_the_segments_with_few_at_their_edges_are_followed_and_the_others_counted_in_turn(edges, now, monkeypatch):
    counted = []
    together = keeping.recount_together
    monkeypatch.setattr(
        keeping, "recount_together", lambda some, **at: counted.append(len(some)) or together(some, **at)
    )
    small, large = edges[::3], [one for number, one in enumerate(edges) if number % 3]
    monkeypatch.setattr(passing, "MOST_PASSED", 2 * SMALL + CROWD)
    begun = Clock.objects.get().lost_at

    actions.follow(now=now + timedelta(seconds=15))
    first = now + timedelta(seconds=15)

    assert all(is_true(one, first) for one in small[:5] + small[-5:])
    assert sum(is_true(one, first) for one in large) <= 2
    assert counted == [0]
    assert Clock.objects.get().lost_at == begun
    assert 0 < len(Clock.objects.get().crowded) <= len(large)

    monkeypatch.setattr(passing, "TOGETHER", 100)
    for minute in (1, 2, 3, 4, 5):
        actions.follow(now=first + timedelta(minutes=minute))

    assert counted == [0, 0, 100, 100, counted[4], counted[5]]
    assert sum(counted) < 2 * len(large)
    assert not Segment.objects.filter(pk__in=Clock.objects.get().crowded, counted_at__lte=now).exists()


@pytest.mark.slow
def test_when_few_stand_there_again_the_counted_ones_are_followed_again(edges, now, monkeypatch):
    monkeypatch.setattr(passing, "MOST_PASSED", 10)
    monkeypatch.setattr(passing, "TOGETHER", SEGMENTS)

    actions.follow(now=now + timedelta(seconds=15))
    crowded = len(Clock.objects.get().crowded)
    monkeypatch.setattr(passing, "MOST_PASSED", 100_000)
    at = now + timedelta(minutes=3)
    actions.follow(now=at)
    actions.follow(now=at + timedelta(seconds=15))

    assert crowded > SEGMENTS // 2
    assert Clock.objects.get().crowded == {}
    assert all(is_true(one, at + timedelta(seconds=15)) for one in edges[:3] + edges[-3:])
