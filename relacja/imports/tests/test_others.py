"""Further addresses and numbers of one row: they name the person beside the first ones."""

import pytest

from relacja.contacts.models import Contact, Identity
from relacja.contacts.tests.people import make_contact
from relacja.imports import queries
from relacja.imports.tests.making import counts, digest, make_import, ran, table, undone

pytestmark = pytest.mark.django_db
HEAD = ("Imię", "Nazwisko", "E-mail", "E-mail 2", "Telefon", "Telefon komórkowy")


def names(contact) -> set[tuple[str, str]]:
    return set(Identity.objects.filter(contact=contact).values_list("kind", "value"))


def test_somebody_new_is_named_by_all_of_them(now):
    rows = table(HEAD, ("Ewa", "Nowak", "ewa@x.example", "Ewa@Dom.example", "601234567", "602 345 678"))

    one = make_import(rows, now)
    ran(one, now)

    ewa = Contact.objects.get()
    assert [column["target"] for column in one.columns][2:] == ["email", "other_email", "phone", "other_phone"]
    assert (ewa.email, ewa.phone) == ("ewa@x.example", "+48601234567")
    assert names(ewa) == {
        ("email", "ewa@x.example"),
        ("email", "ewa@dom.example"),
        ("phone", "+48601234567"),
        ("phone", "+48602345678"),
    }


def test_where_the_first_cell_is_empty_the_second_is_the_first(now):
    ran(make_import(table(HEAD, ("Ewa", "Nowak", "", "ewa@dom.example", "", "602345678")), now), now)

    ewa = Contact.objects.get()
    assert (ewa.email, ewa.phone) == ("ewa@dom.example", "+48602345678")


def test_somebody_is_known_by_any_of_them_and_goes_back_to_what_they_were(now, facts):
    ewa = make_contact(now, first_name="Ewa", email="ewa@dom.example")
    before = digest()
    rows = table(HEAD, ("Ewa", "", "ewa@dom.example", "ewa@praca.example", "", ""))

    one = ran(make_import(rows, now), now)

    assert counts(one) == (0, 1, 0, 0)
    assert names(ewa) == {("email", "ewa@dom.example"), ("email", "ewa@praca.example")}
    assert next(iter(queries.lines(one, "updated").lines)).outcome.after["other_email"] == ["ewa@praca.example"]
    again = ran(make_import(rows, now), now)
    assert counts(again) == (0, 0, 1, 0)
    undone(one, now)
    assert names(ewa) == {("email", "ewa@dom.example")}
    assert digest() == before


def test_what_names_somebody_else_refuses_the_row_and_says_which_cell(now):
    make_contact(now, first_name="Ewa", email="ewa@x.example")
    make_contact(now, first_name="Jan", email="jan@x.example")

    one = ran(make_import(table(HEAD, ("Ewa", "", "ewa@x.example", "jan@x.example", "", "")), now), now)

    fault = next(iter(queries.refused(one)))[1].faults[0]
    assert (fault.code, fault.heading, fault.value) == ("two_people", "E-mail 2", "jan@x.example")
    assert Identity.objects.count() == 2


def test_the_same_cell_twice_is_one_name(now):
    ran(make_import(table(HEAD, ("Ewa", "", "ewa@x.example", "EWA@x.example", "601234567", "601 234 567")), now), now)

    assert names(Contact.objects.get()) == {("email", "ewa@x.example"), ("phone", "+48601234567")}
