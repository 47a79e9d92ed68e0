from datetime import datetime, time, timedelta

import pytest

from relacja.journeys import steps, waiting
from relacja.lib.errors import Refused


def at(text: str) -> datetime:
    return datetime.fromisoformat(text)


@pytest.mark.parametrize(
    ("moment", "wall", "expected"),
    [
        ("2026-03-28T12:00:00+00:00", "02:30", "2026-03-29T01:30:00+00:00"),  # 02:30 is missing: 03:30 it is
        ("2026-03-29T01:30:00+00:00", "02:30", "2026-03-30T00:30:00+00:00"),  # and not a second time that night
        ("2026-10-24T12:00:00+00:00", "02:30", "2026-10-25T00:30:00+00:00"),  # the first of two
        ("2026-10-25T00:30:00+00:00", "02:30", "2026-10-26T01:30:00+00:00"),  # the second does not count
        ("2026-10-25T01:15:00+00:00", "02:30", "2026-10-26T01:30:00+00:00"),
        ("2026-12-31T23:30:00+00:00", "00:00", "2027-01-01T23:00:00+00:00"),
        ("2028-02-28T12:00:00+00:00", "09:00", "2028-02-29T08:00:00+00:00"),
    ],
)
def test_a_time_of_day_comes_once_a_day(moment, wall, expected):
    assert waiting.next_at(at(moment), time.fromisoformat(wall)) == at(expected)


@pytest.mark.parametrize(
    ("moment", "days", "hours_later"),
    [
        ("2026-03-28T12:00:00+00:00", 1, 23),
        ("2026-10-24T12:00:00+00:00", 1, 25),
        ("2026-10-24T12:00:00+00:00", 2, 49),
        ("2026-06-01T12:00:00+00:00", 1, 24),
    ],
)
def test_a_day_keeps_the_time_on_the_wall(moment, days, hours_later):
    assert waiting.after_days(at(moment), days) == at(moment) + timedelta(hours=hours_later)


def test_a_day_counted_from_the_missing_hour_lands_on_it():
    assert waiting.after_days(at("2026-03-28T01:30:00+00:00"), 1) == at("2026-03-29T01:30:00+00:00")


def test_minutes_and_hours_are_lengths_whatever_the_clocks_do():
    wait = steps.read({"id": "w", "kind": "wait", "hours": 3})

    assert wait.due(at("2026-03-29T00:00:00+00:00")) == at("2026-03-29T03:00:00+00:00")


def test_a_length_and_a_time_of_day_follow_each_other():
    wait = steps.read({"id": "w", "kind": "wait", "days": 2, "until": "09:00"})

    assert wait.due(at("2026-11-02T12:00:00+00:00")) == at("2026-11-05T08:00:00+00:00")


@pytest.mark.parametrize(
    "fields", [{}, {"minutes": -1}, {"minutes": 1.5}, {"until": "25:00"}, {"until": 9}, {"weeks": 1}, {"days": 401}]
)
def test_a_wait_that_makes_no_sense_is_refused(fields):
    with pytest.raises(Refused):
        steps.read({"id": "w", "kind": "wait", **fields})


@pytest.mark.parametrize(("day", "leaves_at"), [("2026-03-28", "01:30"), ("2026-10-24", "00:30")])
def test_people_leave_a_wait_until_half_past_two_once_in_the_nights_of_the_change(world, day, leaves_at):
    world.now = at(f"{day}T12:00:00+00:00")
    wait = {"id": "w", "kind": "wait", "until": "02:30"}
    journey = world.journey(steps=[wait, {"id": "m", "kind": "test-letter"}], exit_on=[])
    anna = world.person()
    world.happens("Product Added", anna)

    moved_at = []
    for _ in range(30 * 4):
        if world.after(timedelta(minutes=15)):
            moved_at.append(world.now)

    assert [f"{moment:%H:%M}" for moment in moved_at] == [leaves_at]
    assert (world.letters(anna), world.inside(journey)) == (1, 0)
