"""Days compared with today: the facts, the records and plain Python agree, whatever the day and the hour."""

from datetime import UTC, date, datetime, timedelta

import pytest
from django.utils import translation
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from relacja.contacts import actions as contacts
from relacja.contacts import conditions
from relacja.contacts.by_day import OPERATORS, YEARLY
from relacja.contacts.models import Company, Contact, Meaning, Record
from relacja.lib.errors import Refused
from relacja.segments import actions, queries, rules
from relacja.segments.actions.passing import FOLLOWED
from relacja.segments.rules import Person
from relacja.segments.tests.making import make_contact, make_segment, members

DAYS = [
    date(1850, 3, 1),
    date(1899, 12, 31),
    date(1924, 2, 29),
    date(1969, 12, 31),
    date(1988, 2, 28),
    date(1988, 2, 29),
    date(1988, 3, 1),
    date(1990, 1, 1),
    date(1990, 12, 31),
    date(2026, 10, 25),
    date(2026, 11, 22),
    date(2026, 11, 29),
    date(2027, 2, 28),
    date(2028, 2, 29),
    date(2100, 2, 28),
]
MOMENTS = ["2026-02-28T22:59:00", "2026-02-28T23:00:00", "2024-02-28T23:30:00.5", "2025-12-31T23:00:00"]
NOWS = [
    datetime(2026, 10, 24, 22, 0, tzinfo=UTC),  # the day of 25 hours begins
    datetime(2026, 10, 25, 22, 59, tzinfo=UTC),
    datetime(2027, 2, 27, 23, 30, tzinfo=UTC),  # 28 February of a year without a 29th
    datetime(2027, 2, 28, 23, 0, tzinfo=UTC),
    datetime(2028, 2, 28, 12, 0, tzinfo=UTC),
    datetime(2028, 2, 29, 12, 0, tzinfo=UTC),
    datetime(2026, 12, 31, 22, 59, tzinfo=UTC),
    datetime(2026, 12, 31, 23, 0, tzinfo=UTC),
    datetime(2026, 3, 28, 23, 30, tzinfo=UTC),  # the day of 23 hours
]
RANDOMLY = settings(
    max_examples=150, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture], derandomize=True
)
nows = st.one_of(
    st.sampled_from(NOWS),
    st.integers(0, 3 * 366 * 24 * 60).map(
        lambda minutes: datetime(2026, 1, 1, tzinfo=UTC) + timedelta(minutes=minutes)
    ),
)


def leaf(op: str, number: int | None, field: str = "attributes.on") -> dict:
    right = {"value": number} if OPERATORS[op].counts else {}
    return {"kind": "attribute", "field": field, "op": op, **right}


@pytest.fixture
def people(facts, now) -> dict[int, Person]:
    values = [*(day.isoformat() for day in DAYS), *(f"{at}+00:00" for at in MOMENTS), "", "2026-02-31", "no day"]
    made = {
        number: Person(
            number, {"created_at": datetime.fromisoformat(f"{at}+00:00")}, {"on": value, "deep": {"on": value}}, (), now
        )
        for number, (value, at) in enumerate(zip(values, MOMENTS * len(values), strict=False), start=1)
    }
    facts.insert(
        "contact",
        [
            {"id": one.id, **one.columns, "attributes": one.attributes, "version": 1, "is_deleted": 0}
            for one in made.values()
        ],
    )
    return made


@RANDOMLY
@given(op=st.sampled_from(sorted(OPERATORS)), number=st.integers(1, 364), now=nows)
@pytest.mark.parametrize("field", ["attributes.on", "created_at"])
def test_the_facts_say_what_plain_python_says(people, op, number, now, field):
    rule = rules.read(leaf(op, number, field))

    found = set(queries.ids(rule, now))

    asked = (Person(one.id, one.columns, one.attributes, (), now) for one in people.values())
    assert found == {one.id for one in asked if rule.check(one)}


@pytest.fixture
def companies(db, now) -> list[Company]:
    contacts.make_field(Record.COMPANY, kind="date", label="On", meaning=Meaning.ANNIVERSARY, now=now)
    held = [*(day.isoformat() for day in DAYS), ""]
    made = [
        Company(
            name=f"Firma {number}",
            name_key=f"firma {number}",
            attributes={"on": value} if value else {},
            created_at=datetime.fromisoformat(f"{MOMENTS[number % len(MOMENTS)]}+00:00"),
        )
        for number, value in enumerate(held)
    ]
    return Company.objects.bulk_create(made)


@RANDOMLY
@given(op=st.sampled_from(sorted(OPERATORS)), number=st.integers(1, 364), now=nows)
@pytest.mark.parametrize("path", ["attributes.on", "created"])
def test_the_records_say_what_plain_python_says(companies, op, number, now, path):
    condition = conditions.made(conditions.subjects(), path, op, number if OPERATORS[op].counts else None)

    found = Company.objects.alias(asked=condition.subject.expression()).filter(condition.q("asked", now))

    assert {one.pk for one in found} == {one.pk for one in companies if condition.check(one, now)}


def test_a_field_that_comes_once_is_not_asked_for_its_anniversary(db, now):
    contacts.make_field(Record.COMPANY, kind="date", label="Koniec", now=now)

    with pytest.raises(Refused):
        conditions.made(conditions.subjects(), "attributes.koniec", "returns_today", None)


@pytest.mark.parametrize(
    ("op", "number"),
    [("returns_in_next", 365), ("in_next", 3651), ("in_next", 0), ("days_ahead", True), ("today", 3)],
)
def test_numbers_of_days_have_limits(op, number):
    with pytest.raises(Refused):
        rules.read({"kind": "attribute", "field": "attributes.on", "op": op, "value": number})


@pytest.mark.parametrize(
    ("op", "number", "english", "polish"),
    [
        ("in_next", 1, "on is in the next 1 day", "on: w ciągu najbliższego 1 dnia"),
        ("in_next", 7, "on is in the next 7 days", "on: w ciągu najbliższych 7 dni"),
        ("days_ahead", 22, "on is in exactly 22 days", "on: dokładnie za 22 dni"),
        ("days_ago", 1, "on was exactly 1 day ago", "on: dokładnie 1 dzień temu"),
        ("longer_ago", 30, "on was more than 30 days ago", "on: dawniej niż 30 dni temu"),
        ("today", None, "on is today", "on: dziś"),
        ("returns_today", None, "anniversary of “on” is today", "rocznica daty „on” jest dziś"),
        (
            "returned_in_last",
            5,
            "anniversary of “on” was in the last 5 days",
            "rocznica daty „on” była w ciągu ostatnich 5 dni",
        ),
        ("returns_this_month", None, "anniversary of “on” is this month", "rocznica daty „on” jest w tym miesiącu"),
    ],
)
def test_sentences_have_the_right_plurals(db, op, number, english, polish):
    rule = rules.read(leaf(op, number))

    with translation.override("en"):
        assert rule.words() == english
    with translation.override("pl"):
        assert rule.words() == polish


def test_a_segment_of_birthdays_turns_at_midnight_of_the_company(facts, deliver):
    evening = datetime(2026, 11, 22, 22, 59, 50, tzinfo=UTC)
    today, tomorrow = make_contact(evening), make_contact(evening, "ewa@zolc.example")
    Contact.objects.filter(pk=today.pk).update(attributes={"on": "1990-11-22"})
    Contact.objects.filter(pk=tomorrow.pk).update(attributes={"on": "1990-11-23"})
    deliver(evening)
    segment = make_segment(evening, rule={"all": [leaf("returns_today", None)]})
    assert members(segment) == [today.pk]

    actions.follow(now=evening - FOLLOWED)
    actions.follow(now=evening + timedelta(seconds=9))
    before_midnight = members(segment)
    actions.follow(now=evening + timedelta(seconds=9) + FOLLOWED)

    assert (before_midnight, members(segment)) == ([today.pk], [tomorrow.pk])


def test_the_form_offers_anniversaries_for_days_that_return(as_alice, now):
    contacts.make_field(Record.CONTACT, kind="date", label="Koniec", now=now)
    contacts.make_field(Record.CONTACT, kind="date", label="Klient od", meaning=Meaning.ANNIVERSARY, now=now)

    def offered(field: str) -> set[str]:
        rule = rules.kinds()["attribute"]
        [how] = rule.blanks[1].inputs({"field": field})
        return {code for code, _label in how.options}

    assert offered("attributes.klient_od") >= set(OPERATORS)
    assert not offered("attributes.koniec") & YEARLY
    assert offered("created_at") >= set(OPERATORS)
