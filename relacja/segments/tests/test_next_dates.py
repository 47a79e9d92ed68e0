"""Lists in the order in which dates come, and by how long somebody has been in their stage."""

import json
from datetime import UTC, date, datetime, timedelta

import pytest
from django.utils import timezone
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from relacja.contacts import actions, columns, copying, dates, exports, narrowing
from relacja.contacts.listing import firms
from relacja.contacts.models import Company, Contact, Meaning, Record, Stage
from relacja.contacts.narrowing import Asked
from relacja.contacts.plain import ATTRIBUTE
from relacja.lib import days
from relacja.segments.tests.making import make_contact
from relacja.segments.tests.test_by_day import DAYS, nows

NOW = datetime(2026, 11, 22, 9, tzinfo=UTC)
RANDOMLY = settings(
    max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture], derandomize=True
)
NEXT = f"{dates.NEXT}{ATTRIBUTE}birthday"


def make_dates(of=Record.CONTACT) -> None:
    more = {"meaning": Meaning.BIRTHDAY, "basis": "Zgoda"}
    actions.make_field(of, kind="date", label="Urodziny", key="birthday", now=NOW, **more)
    actions.make_field(of, kind="date", label="Przegląd", key="service", now=NOW)


@pytest.fixture
def people(facts, db) -> list[Contact]:
    make_dates()
    held = [*({"birthday": day.isoformat()} for day in DAYS), {}, {"service": "2026-12-01"}, {"service": "2020-01-01"}]
    made = [make_contact(NOW - timedelta(days=400), f"p{number}@zolc.example") for number in range(len(held))]
    for contact, attributes in zip(made, held, strict=True):
        contact.attributes = attributes
        contact.copied_version = 0
    Contact.objects.bulk_update(made, ["attributes", "copied_version"])
    copying.copy_changed()
    return made


@RANDOMLY
@given(now=nows)
def test_the_facts_put_people_in_the_order_of_plain_python(people, now):
    today = timezone.localdate(now)
    expected = {}
    for person in people:
        held = person.attributes.get("birthday")
        on = days.next_return(date.fromisoformat(held), today) if held else None
        expected[person.pk] = int(f"{on:%Y%m%d}") if on else None

    found = narrowing.answers().places(Asked(at=now), NEXT, beyond=None, backwards=False, limit=100)

    assert {place.id: place.value for place in found} == expected
    values = [place.value for place in found if place.value is not None]
    assert values == sorted(values)


def test_whichever_date_comes_first_leads_the_list(people):
    found = narrowing.answers().places(Asked(at=NOW), dates.SOONEST, beyond=None, backwards=False, limit=100)

    assert (found[0].id, found[0].value) == (people[-2].pk, 20261201)
    assert next(place.value for place in found if place.id == people[-1].pk) is None


def test_the_list_shows_and_sorts_by_the_next_day(people, as_alice):
    page = as_alice.get("/contacts/", {"sort": NEXT, "columns": f"{NEXT},{dates.SOONEST},stage_since"})

    assert page.status_code == 200
    assert "Urodziny: kiedy" in page.text
    assert "Na etapie od" in page.text


def test_a_file_holds_the_next_day(people):
    column = columns.offered()[NEXT]

    assert exports.text(people[4], column, now=datetime(2026, 11, 22, tzinfo=UTC)) == "2027-02-28"
    assert exports.text(people[-1], column, now=NOW) == ""


@RANDOMLY
@given(now=nows, descending=st.booleans())
def test_the_records_put_companies_in_the_order_of_plain_python(companies, now, descending):
    sign = "-" if descending else ""
    today = timezone.localdate(now)
    order = firms.Order(f"{sign}{NEXT}", today=today)
    held = {one.pk: date.fromisoformat(one.attributes["birthday"]) for one in companies[:-1]}
    on = {pk: days.next_return(day, today) for pk, day in held.items()}

    found = firms.page(firms.Filters(), order, limit=5)
    more = firms.page(firms.Filters(), order, after=found.after, limit=50)

    seen = [one.pk for one in [*found.rows, *more.rows]]
    assert [on[pk] for pk in seen[:-1]] == sorted(on.values(), reverse=descending)
    assert seen[-1] == companies[-1].pk
    assert len(set(seen)) == len(companies)


@pytest.fixture
def companies(db) -> list[Company]:
    make_dates(Record.COMPANY)
    held = [*({"birthday": day.isoformat()} for day in DAYS), {}]
    return [
        Company.objects.create(
            name=f"Firma {number}", name_key=f"firma {number}", attributes=attributes, created_at=NOW
        )
        for number, attributes in enumerate(held)
    ]


def test_the_list_of_companies_shows_and_sorts_by_the_next_day(companies, as_alice):
    page = as_alice.get("/companies/", {"sort": f"-{NEXT}", "columns": NEXT})

    assert page.status_code == 200
    assert "Urodziny: kiedy" in page.text


def test_how_long_somebody_is_in_their_stage_is_a_condition_and_an_order(facts, as_alice):
    long_ago = NOW - timedelta(days=100)
    old, moved = make_contact(long_ago), make_contact(long_ago, "ewa@zolc.example")
    actions.set_stage(moved.pk, Stage.CUSTOMER, now=NOW - timedelta(days=3))
    copying.copy_changed()
    rule = {"kind": "attribute", "field": "attributes.stage_since", "op": "longer_ago", "value": 30}

    found = narrowing.answers().ids(Asked(rule=narrowing.Rule(json.dumps(rule), NOW)))
    order = narrowing.answers().places(Asked(at=NOW), "stage_since", beyond=None, backwards=False, limit=10)

    assert found == [old.pk]
    assert [place.id for place in order] == [old.pk, moved.pk]


def test_the_beginning_of_a_stage_is_when_it_came_about(facts):
    anna = make_contact(NOW - timedelta(days=100))
    actions.set_stage(anna.pk, Stage.CUSTOMER, now=NOW, at=NOW - timedelta(days=40))

    column = columns.offered()["stage_since"]

    assert columns.value(Contact.objects.get(pk=anna.pk), column, now=NOW) == NOW - timedelta(days=40)
