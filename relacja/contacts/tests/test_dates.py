"""Fields with a meaning: dates that come once, birthdays, anniversaries; and what pages say about them."""

from datetime import UTC, date, datetime, timedelta

import pytest
from django.db import IntegrityError, transaction
from django.utils import translation

from relacja.contacts import actions, dates, fields
from relacja.contacts.models import Contact, Field, Meaning, Notice, Record
from relacja.contacts.rules import Values
from relacja.contacts.tests.people import make_contact
from relacja.contacts.tests.programs import Program
from relacja.lib.errors import Refused

BASIS = "Zgoda z karty klienta"


def make_date(now, label="Koniec umowy", of=Record.CONTACT, **more) -> Field:
    return actions.make_field(of, kind="date", label=label, now=now, **more)


def make_birthday(now, **more) -> Field:
    return make_date(now, "Urodziny", meaning=Meaning.BIRTHDAY, basis=BASIS, key="birthday", **more)


def put(contact, now, **attributes) -> Contact:
    actions.edit(contact, values=Values({}, attributes), now=now)
    return Contact.objects.get(pk=contact.pk)


def said(contact, now) -> list[tuple[str, str, str]]:
    return [(str(one.what.label), one.when, one.said) for one in dates.of_record(contact, now=now)]


def test_a_birthday_is_personal_and_not_kept_without_a_basis(db, now):
    with pytest.raises(Refused) as refused:
        make_date(now, "Urodziny", meaning=Meaning.BIRTHDAY)
    assert refused.value.field == "basis"

    field = make_birthday(now)

    assert field.is_personal
    assert fields.made(field).help.endswith(BASIS)
    with pytest.raises(Refused):
        actions.change_field(field, label="Urodziny", meaning=Meaning.BIRTHDAY, basis="  ")
    with pytest.raises(IntegrityError), transaction.atomic():
        Field.objects.filter(pk=field.pk).update(basis="")


def test_only_dates_return_every_year(db, now):
    field = actions.make_field(Record.CONTACT, kind="text", label="Imieniny", meaning=Meaning.ANNIVERSARY, now=now)

    assert field.meaning == Meaning.ONCE


def test_dates_that_come_stand_first_and_say_how_far_they_are_and_what_they_are_then(db):
    now = datetime(2026, 11, 22, 12, tzinfo=UTC)
    make_birthday(now)
    make_date(now)
    make_date(now, "Kaucja")
    anna = make_contact(datetime(2023, 11, 27, 12, tzinfo=UTC))
    anna = put(anna, now, birthday="1986-11-23", koniec_umowy="2026-11-10", kaucja="2027-01-01")

    with translation.override("en"):
        assert said(anna, now) == [
            ("Urodziny", "tomorrow", "turns 40"),
            ("With us", "in 5 days", "3rd anniversary"),
            ("Kaucja", "in 40 days", ""),
            ("Koniec umowy", "12 days ago", ""),
        ]
    with translation.override("pl"):
        assert said(anna, now)[0] == ("Urodziny", "jutro", "kończy 40 lat")
        assert said(anna, now)[1] == ("Z nami", "za 5 dni", "3. rocznica")


@pytest.mark.parametrize(
    ("number", "polish"),
    [(0, "dziś"), (1, "jutro"), (-1, "wczoraj"), (2, "za 2 dni"), (22, "za 22 dni"), (-5, "5 dni temu")],
)
def test_how_far_a_day_is_in_polish(number, polish):
    with translation.override("pl"):
        assert dates.far(number) == polish


@pytest.mark.parametrize(("years", "polish"), [(1, "kończy 1 rok"), (22, "kończy 22 lata"), (40, "kończy 40 lat")])
def test_how_old_somebody_gets_in_polish(years, polish):
    with translation.override("pl"):
        assert dates.described(Meaning.BIRTHDAY, years) == polish


def test_ordinals_in_english():
    with translation.override("en"):
        found = [
            dates.described(Meaning.ANNIVERSARY, years).split()[0] for years in (1, 2, 3, 11, 12, 13, 21, 103, 111)
        ]

    assert found == ["1st", "2nd", "3rd", "11th", "12th", "13th", "21st", "103rd", "111th"]


def test_days_are_those_of_the_company_also_in_the_nights_the_clocks_change(db):
    make_birthday(datetime(2026, 1, 1, tzinfo=UTC))
    anna = put(
        make_contact(datetime(2026, 1, 1, 12, tzinfo=UTC)), datetime(2026, 1, 2, tzinfo=UTC), birthday="1990-10-26"
    )

    before, after = (
        next(one.days for one in dates.of_record(anna, now=at) if one.what.key == "birthday")
        for at in (datetime(2026, 10, 25, 22, 59, tzinfo=UTC), datetime(2026, 10, 25, 23, 0, tzinfo=UTC))
    )

    assert (before, after) == (1, 0)


def test_the_page_of_a_contact_has_the_dates_and_the_basis(as_alice, now):
    make_birthday(now)
    anna = put(make_contact(now - timedelta(days=400)), now, birthday="1986-02-28")

    page = as_alice.get(f"/contacts/{anna.pk}/").text
    form = as_alice.get(f"/contacts/{anna.pk}/facts/own-birthday/").text

    assert 'id="panel-dates"' in page
    assert "28 lut 2027" in page
    assert BASIS in page
    assert BASIS in form


def test_the_page_of_a_company_has_its_dates(as_alice, now):
    make_date(now, of=Record.COMPANY)
    firm = actions.create_company(values={"name": "Żuraw", "attributes.koniec_umowy": "2026-10-30"}, now=now)

    page = as_alice.get(f"/companies/{firm.pk}/").text

    assert "30 paź 2026" in page
    assert "Ważne daty" in page


def test_dates_that_many_keep_are_made_in_one_click(as_alice, as_bob, db):
    as_alice.post("/settings/fields/suggestions/customer_since/")

    field = Field.objects.get(key="customer_since")
    assert (field.kind, field.meaning) == ("date", Meaning.ANNIVERSARY)
    assert set(Notice.objects.values_list("path", "days")) == {("attributes.customer_since", 0)}
    assert as_alice.post("/settings/fields/suggestions/customer_since/").status_code == 404
    assert as_bob.post("/settings/fields/suggestions/next_service/").status_code == 403


def test_a_birthday_asks_for_its_basis_first(as_alice, db):
    asked = as_alice.post("/settings/fields/suggestions/birthday/")
    form = as_alice.get(asked.url)
    without = as_alice.post(asked.url, {"label": "Urodziny", "meaning": "birthday", "basis": ""})
    given = {"label": "Urodziny", "meaning": "birthday", "basis": BASIS, "on_the_day": "1", "days_before": "30, 7"}
    made = as_alice.post(asked.url, given)

    assert "Zgoda tej osoby" in form.text
    assert without.status_code == 422
    assert made.status_code == 302
    assert Field.objects.get().key == "birthday"
    assert sorted(Notice.objects.values_list("days", flat=True)) == [-30, -7, 0]


@pytest.mark.parametrize("days", ["0", "siedem", "366", "-7", "1,2,3,4,5,6,7,8,9,10,11"])
def test_days_that_make_no_sense_are_refused_in_the_form(as_alice, now, days):
    field = make_date(now)

    answer = as_alice.post(f"/settings/fields/{field.pk}/", {"label": "Koniec", "meaning": "once", "days_before": days})

    assert answer.status_code == 422
    assert not Notice.objects.exists()


def test_days_that_stay_go_on_where_they_were(as_alice, now):
    field = make_date(now)
    path = fields.made(field).path
    actions.notice(path, [-7, 0], now=now)
    Notice.objects.filter(days=-7).update(noted_until=date(2026, 1, 1))

    as_alice.post(
        f"/settings/fields/{field.pk}/",
        {"label": "Koniec", "meaning": "anniversary", "days_before": "7", "days_after": "3"},
    )

    field.refresh_from_db()
    assert field.meaning == Meaning.ANNIVERSARY
    assert dict(Notice.objects.values_list("days", "noted_until"))[-7] == date(2026, 1, 1)
    assert sorted(Notice.objects.values_list("days", flat=True)) == [-7, 3]


def test_the_anniversary_of_being_added_is_written_into_the_history_if_wanted(as_alice):
    as_alice.post("/settings/fields/added/", {"on_the_day": "1"})

    assert set(Notice.objects.values_list("path", "days")) == {(dates.ADDED, 0)}


def test_programs_hear_which_dates_return(db, now):
    make_birthday(now)
    make_date(now)

    found = {one["key"]: one for one in Program().get("/fields").json()["items"]}

    assert (found["birthday"]["meaning"], found["birthday"]["is_yearly"]) == ("birthday", True)
    assert found["birthday"]["basis"] == BASIS
    assert (found["koniec_umowy"]["meaning"], found["koniec_umowy"]["is_yearly"]) == ("once", False)
    assert found["city"]["meaning"] is None
