from datetime import timedelta

import pytest

from relacja.events import actions as events
from relacja.journeys import actions, pumps, watching
from relacja.journeys.models import Hold

from .conftest import HOUR, MINUTE, event

SECOND = timedelta(seconds=1)


@pytest.fixture
def pump(world, monkeypatch):
    """The pump as if the process had just started, with a heart that we beat."""
    heart = {"beat": 0.0}
    monkeypatch.setattr(pumps, "_clock", watching.Clock())
    monkeypatch.setattr(pumps, "_horizon", watching.Horizon("journeys"))
    monkeypatch.setattr(pumps.time, "monotonic", lambda: heart["beat"])

    def run(passed=SECOND, really=None) -> None:
        world.now += passed
        heart["beat"] += (passed if really is None else really).total_seconds()
        while pumps.move(now=world.now):
            world.deliver()

    return run


def test_an_order_that_is_written_but_not_read_holds_the_message_back(world, pump):
    world.journey()
    anna = world.person()
    world.happens("Product Added", anna)
    world.now += HOUR - SECOND
    events.append([event("Order Completed", anna.pk, world.now)])

    pump()
    assert world.letters(anna) == 0
    world.deliver()
    pump()

    assert (world.letters(anna), world.enrolment(anna).left_reason) == (0, "Order Completed")


def test_under_constant_traffic_people_still_move(world, pump):
    world.journey()
    anna, other = world.person(), world.person("Jan")
    world.happens("Product Added", anna)
    pump(HOUR)
    for _ in range(4):
        events.append([event("Page Seen", other.pk, world.now)])
        world.deliver()
        events.append([event("Page Seen", other.pk, world.now)])
        pump()

    assert world.letters(anna) == 1


def test_a_reader_that_stands_still_stops_everybody_in_time(world):
    horizon = watching.Horizon("journeys")
    world.journey()
    events.append([event("Page Seen", 1, world.now)])
    world.deliver()
    assert horizon.until(now=world.now) == world.now
    events.append([event("Page Seen", 1, world.now)])

    assert horizon.until(now=world.now + 5 * SECOND) == world.now
    assert horizon.until(now=world.now + MINUTE) is None


@pytest.mark.parametrize("jump", [timedelta(minutes=11), timedelta(days=1), timedelta(days=3650)])
def test_a_clock_that_jumps_moves_nobody_until_a_person_says_go_on(world, pump, alice, jump):
    world.journey()
    anna = world.person()
    world.happens("Product Added", anna)
    pump()

    pump(jump + HOUR, really=HOUR)
    assert world.letters(anna) == 0
    assert watching.held() is not None
    actions.go_on(now=world.now, by=alice)
    pump()

    assert world.traces(anna)[-1][1] == "written"
    assert Hold.objects.count() == 1


def test_a_clock_that_is_set_back_and_right_again_fires_nothing_early(world, pump):
    world.journey()
    anna = world.person()
    world.happens("Product Added", anna)
    pump()
    pump(-2 * HOUR, really=SECOND)
    assert (world.letters(anna), watching.held()) == (0, None)

    pump(2 * HOUR + SECOND, really=SECOND)

    assert world.letters(anna) == 0
    assert watching.held() is not None


def test_a_restart_is_no_jump(world, pump):
    world.journey()
    anna = world.person()
    world.happens("Product Added", anna)

    pump(timedelta(days=3), really=SECOND)

    assert (world.letters(anna), watching.held()) == (1, None)
