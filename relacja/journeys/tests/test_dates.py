"""A birthday begins a journey: once for everybody who has one, and only on that day."""

from datetime import timedelta

import pytest

from relacja.contacts import actions as contacts
from relacja.contacts.actions import noticing
from relacja.contacts.models import Contact, Meaning, Record

TRIGGER = {"event": "Date Reached", "where": [{"property": "field", "op": "is", "value": "birthday"}]}


@pytest.fixture
def journey(world):
    for key, meaning in (("birthday", Meaning.BIRTHDAY), ("next_service", Meaning.ONCE)):
        contacts.make_field(
            Record.CONTACT, kind="date", label=key, key=key, meaning=meaning, basis="Zgoda", now=world.now
        )
        contacts.notice(f"attributes.{key}", [-7, 0], now=world.now)
    return world.journey(trigger=TRIGGER, restart=False, again_days=300, steps=[{"id": "m", "kind": "test-letter"}])


def with_dates(world, name: str, **held: str) -> Contact:
    person = world.person(name)
    Contact.objects.filter(pk=person.pk).update(attributes=held, copied_version=0)
    world.deliver()
    return person


def notice(world) -> None:
    while noticing.note_next(now=world.now):
        pass
    world.move()


def test_who_has_a_birthday_gets_one_letter_that_day_and_one_a_year_later(world, journey):
    anna = with_dates(world, "Anna", birthday="1986-11-02")
    soon = with_dates(world, "Ewa", birthday="1986-11-09")
    serviced = with_dates(world, "Jan", next_service="2026-11-02")

    notice(world)
    world.now += timedelta(hours=2)
    notice(world)

    assert (world.letters(anna), world.letters(soon), world.letters(serviced)) == (1, 0, 0)
    world.now += timedelta(days=365)
    notice(world)
    assert world.letters(anna) == 2


def test_birthdays_missed_for_days_are_written_down_but_only_fresh_ones_are_wished_for(world, journey):
    yesterday = with_dates(world, "Anna", birthday="1986-11-04")
    before = with_dates(world, "Ewa", birthday="1986-11-03")

    world.now += timedelta(days=3, hours=-4)  # the morning of 5 November
    notice(world)

    assert (world.letters(yesterday), world.letters(before)) == (1, 0)
