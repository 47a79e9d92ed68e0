"""Whatever dies or races: each step once per person per entry, nobody skipped."""

import threading
from datetime import timedelta
from uuid import uuid4

import pytest
from django.db import IntegrityError, connection
from django.test.utils import CaptureQueriesContext

from relacja.contacts.models import Contact
from relacja.events import actions as events
from relacja.events.event import Event, read
from relacja.events.models import Entry
from relacja.journeys import actions, queries
from relacja.journeys.actions import moving, telling
from relacja.journeys.models import Enrolment, State, Trace

from .conftest import HOUR, MINUTE, Letter, World, event


class Killed(BaseException):
    """The process is gone."""


def letters_of(who) -> int:
    logged = [one for entry in Entry.objects.all() for one in read(bytes(entry.events))]
    return sum(1 for one in logged if one.name == "Test Letter" and one.profile_id == who.pk)


def fill(world, number: int) -> None:
    events.append([event("Product Added", one.pk, world.now) for one in world.people(number)])
    world.deliver()


@pytest.mark.parametrize("before", [True, False])
@pytest.mark.parametrize(
    ("place", "name"),
    [
        (moving, "_claim"),
        (moving, "_run"),
        (moving, "_write"),
        (Letter, "run"),
        (telling, "completed"),
        (events, "append"),
    ],
)
def test_a_move_that_dies_anywhere_is_done_once_by_the_next(world, monkeypatch, place, name, before):
    world.journey()
    anna = world.person()
    world.happens("Product Added", anna)
    world.now += HOUR
    real, kills = getattr(place, name), iter([True, True, True])

    def deadly(*args, **kwargs):
        if before and next(kills, False):
            raise Killed
        answer = real(*args, **kwargs)
        if not before and next(kills, False):
            raise Killed
        return answer

    monkeypatch.setattr(place, name, deadly)
    deaths = 0
    for _ in range(10):
        try:
            if not actions.move_next(now=world.now, until=world.now):
                break
        except Killed:
            deaths += 1

    assert deaths == 3
    assert world.traces(anna) == [("w", "waited"), ("m", "written")]
    assert letters_of(anna) == 1
    assert world.enrolment(anna).state == State.DONE


def test_of_two_movers_who_see_the_same_people_one_moves_them(world, monkeypatch):
    world.journey()
    anna = world.person()
    world.happens("Product Added", anna)
    world.after(HOUR - timedelta(seconds=1))
    world.now += timedelta(seconds=1)
    assert actions.move_next(now=world.now, until=world.now) == 1
    real = moving._claim

    def slow(due, people):
        monkeypatch.setattr(moving, "_claim", real)
        assert actions.move_next(now=world.now, until=world.now) == 1
        return real(due, people)

    monkeypatch.setattr(moving, "_claim", slow)
    actions.move_next(now=world.now, until=world.now)

    assert world.traces(anna) == [("w", "waited"), ("m", "written")]
    assert letters_of(anna) == 1


def test_who_leaves_between_the_look_and_the_move_gets_nothing(world, monkeypatch):
    world.journey()
    anna = world.person()
    world.happens("Product Added", anna)
    world.now += HOUR
    actions.move_next(now=world.now, until=world.now)
    real = moving._claim

    def slow(due, people):
        world.happens("Order Completed", anna)
        return real(due, people)

    monkeypatch.setattr(moving, "_claim", slow)
    actions.move_next(now=world.now, until=world.now)

    assert letters_of(anna) == 0
    assert world.enrolment(anna).state == State.LEFT


def test_pausing_between_the_look_and_the_move_holds_people(world, monkeypatch):
    journey, anna = world.journey(), world.person()
    world.happens("Product Added", anna)
    world.now += HOUR
    real = moving._claim

    def slow(due, people):
        journey.pause(at=world.now)
        return real(due, people)

    monkeypatch.setattr(moving, "_claim", slow)
    actions.move_next(now=world.now, until=world.now)

    assert world.traces(anna) == []


def test_the_records_themselves_refuse_a_second_passing_and_a_second_place(world):
    world.journey()
    anna = world.person()
    world.happens("Product Added", anna)
    world.after(HOUR)
    trace = Trace.objects.filter(outcome="written").get()

    with pytest.raises(IntegrityError):
        Trace.objects.create(
            enrolment=trace.enrolment, version=trace.version, step="m", outcome="written", at=world.now
        )


def test_two_movers_a_hundred_times(world, monkeypatch):
    world.journey()
    world.now += HOUR
    people = world.people(100)
    moments = [event("Product Added", one.pk, world.now + timedelta(minutes=i)) for i, one in enumerate(people)]
    events.append(moments)
    world.deliver()
    real = moving._claim

    def racing(due, chosen):
        monkeypatch.setattr(moving, "_claim", real)
        actions.move_next(now=world.now, until=world.now)
        return real(due, chosen)

    world.now += HOUR
    for _ in people:
        for _ in range(2):
            monkeypatch.setattr(moving, "_claim", racing)
            actions.move_next(now=world.now, until=world.now)
        world.now += timedelta(minutes=1)

    assert Trace.objects.filter(outcome="written").count() == 100
    assert [letters_of(people[i]) for i in (0, 50, 99)] == [1, 1, 1]


def test_five_thousand_people_move_in_a_bounded_number_of_queries(world):
    journey = world.journey()
    fill(world, 5_000)
    assert world.inside(journey) == 5_000
    world.now += HOUR

    with CaptureQueriesContext(connection) as captured:
        moved = 0
        while found := actions.move_next(now=world.now, until=world.now):
            moved += found

    assert moved == 10_000
    assert Enrolment.objects.filter(state=State.DONE).count() == 5_000
    assert len(captured) < 11 * 30
    assert queries.next_due(until=world.now) is None


@pytest.mark.slow
@pytest.mark.django_db(transaction=True)
def test_two_movers_in_threads_write_each_letter_once(facts):
    if connection.vendor == "sqlite":
        pytest.skip("SQLite in memory has one connection; its writers queue up anyway")
    world = World()
    world.journey()
    fill(world, 60)
    people = list(Contact.objects.values_list("pk", flat=True))
    world.now += HOUR
    errors: list[Exception] = []

    def mover() -> None:
        try:
            while actions.move_next(now=world.now, until=world.now):
                pass
        except Exception as error:  # noqa: BLE001 - handed to the test
            errors.append(error)
        finally:
            connection.close()

    threads = [threading.Thread(target=mover) for _ in range(2)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()

    logged = [one for entry in Entry.objects.all() for one in read(bytes(entry.events)) if one.name == "Test Letter"]
    assert errors == []
    assert sorted(one.profile_id for one in logged) == sorted(people)
    assert Enrolment.objects.filter(state=State.DONE).count() == 60


def test_a_quiet_event_lets_nobody_in_even_when_it_comes_late(world):
    world.journey()
    world.now += HOUR
    quiet, loud = world.people(2)
    said = {"name": "Product Added", "at": world.now - MINUTE, "received_at": world.now}
    events.append(
        [
            Event.of(id=uuid4(), profile_id=quiet.pk, context={"quiet": True}, **said),
            Event.of(id=uuid4(), profile_id=loud.pk, **said),
            Event.of(id=uuid4(), profile_id=quiet.pk, name="Visitor Recognised", at=world.now, received_at=world.now),
        ]
    )

    world.deliver()

    assert set(Enrolment.objects.values_list("contact_id", flat=True)) == {loud.pk}
