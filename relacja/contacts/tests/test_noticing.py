"""Dates that come are written into the history of people: once for each, and for the days nobody was there."""

from datetime import UTC, date, datetime, timedelta

import pytest
from django.utils import translation

from relacja.contacts import actions, copying, dates
from relacja.contacts.actions import noticing
from relacja.contacts.models import Contact, Field, Meaning, Noted, Notice, Record
from relacja.contacts.tests.people import make_contact
from relacja.events import vocabulary
from relacja.events.event import read
from relacja.events.models import Entry

NOW = datetime(2026, 11, 22, 9, tzinfo=UTC)
BIRTHDAY = "attributes.birthday"


@pytest.fixture
def birthday(db) -> Field:
    made = actions.make_field(
        Record.CONTACT,
        kind="date",
        label="Urodziny",
        key="birthday",
        meaning=Meaning.BIRTHDAY,
        basis="Zgoda",
        now=NOW,
    )
    actions.notice(BIRTHDAY, [0], now=NOW)
    return made


def make_people(*values: str, key="birthday") -> list[Contact]:
    """One for each date, known to the facts."""
    long_ago = NOW - timedelta(days=100)
    first = Contact.objects.count()
    made = [make_contact(long_ago, email=f"p{first + n}@zolc.example") for n in range(len(values))]
    for contact, value in zip(made, values, strict=True):
        Contact.objects.filter(pk=contact.pk).update(attributes={key: value}, copied_version=0)
    copying.copy_changed()
    return made


def run(now=NOW) -> int:
    """Everything that is due; how many steps it took."""
    steps = 0
    while noticing.note_next(now=now):
        steps += 1
    return steps


def written() -> list[tuple]:
    events = [event for entry in Entry.objects.order_by("pk") for event in read(bytes(entry.events))]
    of_dates = [(event, event.properties) for event in events if event.name.startswith("Date ")]
    return [(event.profile_id, event.name, said["date"], said["days"]) for event, said in of_dates]


def test_a_birthday_is_written_down_once_however_often_one_looks(facts, birthday):
    anna, _ewa = make_people("1986-11-22", "1986-11-23")

    run()
    run(NOW + timedelta(hours=3))

    assert written() == [(anna.pk, "Date Reached", "2026-11-22", 0)]


def test_it_says_which_date_it_is_and_how_many_years_have_passed(facts, birthday):
    make_people("1986-11-22")

    run()

    [event] = [one for one in read(bytes(Entry.objects.latest("pk").events)) if one.name == "Date Reached"]
    assert event.properties == {"field": "birthday", "label": "Urodziny", "date": "2026-11-22", "days": 0, "years": 40}
    with translation.override("pl"):
        assert vocabulary.sentence(event.name, event.properties) == "Dziś: Urodziny, 22 lis 2026"


def test_days_before_and_after_are_events_of_their_own(facts, birthday):
    actions.notice(BIRTHDAY, [-7, 3], now=NOW)
    anna, ewa, _ada = make_people("1986-11-29", "1986-11-19", "1986-11-22")

    run()

    assert sorted(written()) == [(anna.pk, "Date Coming", "2026-11-29", 7), (ewa.pk, "Date Passed", "2026-11-19", 3)]
    with translation.override("en"):
        said = {"days": 3, "label": "Birthday", "date": "2026-11-19"}
        assert vocabulary.sentence("Date Passed", said) == "3 days ago: Birthday, 19 Nov 2026"


def test_who_is_told_of_later_in_the_day_is_written_about_all_the_same(facts, birthday):
    run()
    [anna] = make_people("1990-11-22")

    run(NOW + timedelta(hours=1))

    assert [one[0] for one in written()] == [anna.pk]


def test_days_on_which_nobody_was_there_are_made_up_for(facts, birthday):
    people = make_people("1980-11-23", "1980-11-24", "1980-11-25", "1980-11-21")
    later = datetime(2026, 11, 25, 6, tzinfo=UTC)

    run(later)

    assert [one[:3] for one in written()] == [
        (people[0].pk, "Date Reached", "2026-11-23"),
        (people[1].pk, "Date Reached", "2026-11-24"),
        (people[2].pk, "Date Reached", "2026-11-25"),
    ]
    events = [event for entry in Entry.objects.order_by("-pk")[:3] for event in read(bytes(entry.events))]
    assert sorted(event.at for event in events) == [
        datetime(2026, 11, 23, 11, tzinfo=UTC),
        datetime(2026, 11, 24, 11, tzinfo=UTC),
        later,
    ]
    assert Notice.objects.get().noted_until == date(2026, 11, 25)


def test_thirty_days_are_made_up_for_at_most(facts, birthday):
    late = NOW + timedelta(days=60)
    on = [(late - timedelta(days=back)).date().replace(year=1980).isoformat() for back in (31, 30)]
    people = make_people(*on)

    run(late)

    assert [one[0] for one in written()] == [people[1].pk]


def test_a_crash_between_two_thousands_loses_and_doubles_nothing(facts, birthday, monkeypatch):
    monkeypatch.setattr(noticing, "AT_ONCE", 2)
    people = make_people(*["1980-11-22"] * 5)
    assert noticing.note_next(now=NOW)

    def die(*_events):
        raise KeyboardInterrupt

    monkeypatch.setattr(noticing, "append", die)
    with pytest.raises(KeyboardInterrupt):
        noticing.note_next(now=NOW)
    monkeypatch.undo()
    run()

    assert sorted(one[0] for one in written()) == [one.pk for one in people]
    assert Noted.objects.count() == 5


def test_the_records_decide_when_the_facts_are_behind(facts, birthday):
    anna, ewa, ada = make_people("1980-11-22", "1980-11-22", "1980-11-22")
    Contact.objects.filter(pk=anna.pk).update(attributes={"birthday": "1980-11-23"})
    Contact.objects.filter(pk=ewa.pk).update(archived_at=NOW)

    assert run() == 1
    assert [one[0] for one in written()] == [ada.pk]


@pytest.mark.parametrize(
    ("now", "born"),
    [
        (datetime(2027, 2, 28, 9, tzinfo=UTC), ["1988-02-28", "1988-02-29"]),
        (datetime(2028, 2, 28, 9, tzinfo=UTC), ["1988-02-28"]),
        (datetime(2028, 2, 29, 9, tzinfo=UTC), ["1988-02-29"]),
        (datetime(2027, 3, 1, 9, tzinfo=UTC), ["1988-03-01"]),
        (datetime(2026, 10, 24, 22, 0, tzinfo=UTC), ["1988-10-25"]),
        (datetime(2026, 10, 24, 21, 59, tzinfo=UTC), []),
    ],
)
def test_awkward_days(facts, birthday, now, born):
    Notice.objects.update(noted_until=timezone_day(now))
    values = ["1988-02-28", "1988-02-29", "1988-03-01", "1988-10-25", f"{timezone_day(now)}"]
    people = dict(zip(make_people(*values), values, strict=True))

    run(now)

    found = {one[0] for one in written()}
    assert sorted(value for person, value in people.items() if person.pk in found) == born


def timezone_day(now: datetime) -> date:
    return (now + timedelta(hours=2 if now.month == 10 else 1)).date()


def test_dates_that_come_once_and_the_anniversary_of_being_added(facts, db):
    field = actions.make_field(Record.CONTACT, kind="date", label="Koniec umowy", now=NOW)
    actions.notice(f"attributes.{field.key}", [-30], now=NOW)
    actions.notice(dates.ADDED, [0], now=NOW)
    anna, ewa = make_people("2026-12-22", "2025-12-22", key=field.key)
    Contact.objects.filter(pk=ewa.pk).update(created_at=datetime(2023, 11, 21, 23, 30, tzinfo=UTC), copied_version=0)
    Contact.objects.filter(pk=anna.pk).update(created_at=NOW, copied_version=0)
    copying.copy_changed()

    run()

    assert sorted(written()) == [(anna.pk, "Date Coming", "2026-12-22", 30), (ewa.pk, "Date Reached", "2026-11-22", 0)]


def test_a_field_that_is_archived_is_written_about_no_more(facts, birthday):
    make_people("1980-11-22")
    actions.archive_field(birthday, now=NOW)

    assert run() == 0


def test_the_same_is_written_next_year_again_though_long_ago_is_forgotten(facts, birthday):
    make_people("1980-11-22")
    run()
    next_year = datetime(2027, 11, 22, 9, tzinfo=UTC)

    noticing.forget_noted(now=next_year)
    run(next_year)

    assert [one[2] for one in written()] == ["2026-11-22", "2027-11-22"]
    assert Noted.objects.count() == 1


def test_a_step_costs_the_same_however_many_there_are(facts, birthday, django_assert_max_num_queries):
    make_people(*["1980-11-22"] * 40)

    with django_assert_max_num_queries(8):
        noticing.note_next(now=NOW)

    assert len(written()) == 40
