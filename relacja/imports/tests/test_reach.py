"""A file brought by somebody who sees only their own customers."""

import pytest
from django.test import Client

from conftest import make_user
from relacja.contacts.models import Contact
from relacja.contacts.tests.people import make_contact
from relacja.imports import actions
from relacja.imports.tests.making import checked, make_import, table
from relacja.staff import actions as staff

FILE = table(("Imię", "E-mail", "Miasto"), ("Anna", "anna@zolc.example", "Hel"), ("Ewa", "ewa@zolc.example", "Puck"))


@pytest.fixture
def olga(db, now):
    user = make_user("olga@firma.example", "marketing")
    staff.reach_of_person(user, "own", now=now)
    return user


def test_rows_about_somebody_elses_customer_are_refused_and_who_is_new_is_of_who_brought_them(olga, now):
    theirs = make_contact(now)
    one = make_import(FILE, now, by=olga)

    foretold = checked(one, now)
    actions.start(one, now=now)
    actions.run(one, now=now)

    one.refresh_from_db()
    theirs.refresh_from_db()
    assert (foretold["created"], foretold["refused"]) == (1, 1)
    assert (one.created, one.refused, theirs.city) == (1, 1, "")
    assert Contact.objects.get(email="ewa@zolc.example").owner == olga


def test_an_import_is_seen_by_who_brought_it(olga, alice, now):
    theirs, mine = make_import(FILE, now, by=alice, name="cudze.csv"), make_import(FILE, now, by=olga, name="moje.csv")
    client = Client()
    client.force_login(olga)

    html = client.get("/imports/").text

    assert ("moje.csv" in html, "cudze.csv" in html) == (True, False)
    assert client.get(f"/imports/{theirs.pk}/").status_code == 404
    assert client.get(f"/imports/{mine.pk}/").status_code == 302
