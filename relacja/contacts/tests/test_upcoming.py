"""The first page says whose dates come within a week."""

from datetime import UTC, datetime, timedelta

import pytest
from django.utils import timezone

from relacja.contacts import actions, copying, dates, upcoming
from relacja.contacts.models import Contact, Meaning, Record
from relacja.contacts.tests.people import make_people
from relacja.lib.errors import Unavailable

NOW = datetime(2026, 11, 22, 9, tzinfo=UTC)


@pytest.fixture
def crowd(facts, alice) -> list[Contact]:
    """Ten people; eight have a birthday within a week, two of them are Alice's."""
    upcoming._kept._held.clear()
    actions.make_field(
        Record.CONTACT, kind="date", label="Urodziny", key="birthday", meaning=Meaning.BIRTHDAY, basis="Zgoda", now=NOW
    )
    made = make_people(NOW - timedelta(days=100), 10)
    for number, person in enumerate(made):
        person.attributes = {"birthday": f"1990-11-{29 - number}"}
        person.owner = alice if number in (3, 5) else None
        person.copied_version = 0
    Contact.objects.bulk_update(made, ["attributes", "owner", "copied_version"])
    copying.copy_changed()
    return made


def test_the_nearest_come_first_and_all_are_counted(crowd, alice):
    among = dates.watched(Record.CONTACT)

    mine, everybody = upcoming.of(alice.pk, among, now=NOW), upcoming.of(None, among, now=NOW)

    assert [(person.pk, coming.days) for person, coming in mine.people] == [(crowd[5].pk, 2), (crowd[3].pk, 4)]
    assert [coming.days for _person, coming in everybody.people] == [0, 1, 2, 3, 4]
    assert (mine.count, everybody.count) == (2, 8)


def test_all_leads_to_the_list_behind_it(crowd, as_alice, alice, monkeypatch):
    monkeypatch.setattr(timezone, "now", lambda: NOW)
    among = dates.watched(Record.CONTACT)

    everybody = as_alice.get(upcoming.of(None, among, now=NOW).href)
    mine = as_alice.get(upcoming.of(alice.pk, among, now=NOW).href)

    assert everybody.text.count('<tr id="contact-') == 8
    assert mine.text.count('<tr id="contact-') == 2
    assert everybody.text.index(f"contact-{crowd[7].pk}") < everybody.text.index(f"contact-{crowd[0].pk}")


def test_the_first_page_opens_the_person(crowd, as_alice, monkeypatch):
    monkeypatch.setattr(timezone, "now", lambda: NOW)

    page = as_alice.get("/")

    assert f"/contacts/{crowd[5].pk}/" in page.text
    assert "kończy 36 lat" in page.text


def test_the_anniversary_of_being_added_is_there_only_if_the_history_tells_of_it(crowd):
    assert [one.key for one in dates.watched(Record.CONTACT)] == ["birthday"]

    actions.notice(dates.ADDED, [0], now=NOW)

    assert [one.key for one in dates.watched(Record.CONTACT)] == ["birthday", "created_at"]


def test_the_page_stands_while_the_facts_do_not_answer(crowd, as_alice, monkeypatch):
    def fail(*_asked, **_more):
        raise Unavailable("Przerwa.")

    monkeypatch.setattr(upcoming.narrowing, "answers", fail)

    page = as_alice.get("/")

    assert page.status_code == 200
    assert "Przerwa." in page.text
