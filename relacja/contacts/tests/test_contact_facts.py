"""Facts about a contact are edited in their place."""

import pytest

from relacja.contacts import actions, rules
from relacja.contacts.models import Contact
from relacja.contacts.tests.people import make_contact

HTMX = {"HX-Request": "true"}


def test_a_fact_is_edited_in_its_place(as_alice, alice, now):
    contact = make_contact(now)

    form = as_alice.get(f"/contacts/{contact.pk}/facts/address/", headers=HTMX).text
    saved = as_alice.post(
        f"/contacts/{contact.pk}/facts/address/",
        {"street": "Długa 1", "postal_code": "81-368", "city": "Gdynia", "country": "PL", "version": contact.version},
        headers=HTMX,
    )

    contact.refresh_from_db()
    assert "<html" not in form
    assert 'name="street"' in form
    assert (contact.street, contact.city) == ("Długa 1", "Gdynia")
    assert saved.status_code == 200
    assert "81-368 Gdynia" in saved.text
    assert "Alice" in saved.text


def test_a_fact_is_edited_without_script(as_alice, now):
    contact = make_contact(now)

    page = as_alice.get(f"/contacts/{contact.pk}/facts/email/")
    saved = as_alice.post(f"/contacts/{contact.pk}/facts/email/", {"email": "ania@zolc.example"})

    contact.refresh_from_db()
    assert "<html" in page.text
    assert saved.url == f"/contacts/{contact.pk}/"
    assert contact.email == "ania@zolc.example"


@pytest.mark.parametrize("key", ["name", "email", "phone", "address", "work", "language", "stage", "owner"])
def test_every_fact_has_a_form(as_alice, now, key):
    contact = make_contact(now)

    response = as_alice.get(f"/contacts/{contact.pk}/facts/{key}/")

    assert response.status_code == 200
    assert f'action="/contacts/{contact.pk}/facts/{key}/"' in response.text


def test_stage_owner_and_company_are_edited_like_any_fact(as_alice, alice, now):
    contact = make_contact(now)

    as_alice.post(f"/contacts/{contact.pk}/facts/stage/", {"stage": "prospect"})
    as_alice.post(f"/contacts/{contact.pk}/facts/owner/", {"owner": alice.pk})
    as_alice.post(f"/contacts/{contact.pk}/facts/work/", {"company": "Studio Żak", "job_title": "owner"})

    contact.refresh_from_db()
    assert (contact.stage, contact.owner, str(contact.company)) == ("prospect", alice, "Studio Żak")


@pytest.mark.parametrize(
    ("key", "given"),
    [("email", {"email": "nobody at all"}), ("phone", {"phone": "call me"}), ("stage", {"stage": "x"})],
)
def test_what_cannot_be_taken_is_said_in_its_place_and_kept(as_alice, now, key, given):
    contact = make_contact(now)

    response = as_alice.post(f"/contacts/{contact.pk}/facts/{key}/", given, headers=HTMX)

    assert response.status_code == 422
    assert "error" in response.text
    if key != "stage":
        assert next(iter(given.values())) in response.text
    assert Contact.objects.get(pk=contact.pk).version == contact.version


def test_an_address_that_is_somebody_elses_leads_to_them(as_alice, now):
    anna = make_contact(now)
    jan = make_contact(now, first_name="Jan", email="jan@zolc.example")

    response = as_alice.post(f"/contacts/{jan.pk}/facts/email/", {"email": "ANNA@zolc.example"}, headers=HTMX)

    assert response.status_code == 422
    assert f'href="/contacts/{anna.pk}/"' in response.text


def test_what_somebody_changed_meanwhile_is_shown_beside_what_was_typed(as_alice, bob, now):
    contact = make_contact(now, city="Gdańsk")
    seen = contact.version
    actions.edit(contact, values=rules.values({"city": "Gdynia"}), by=bob, now=now)
    given = {"city": "Sopot", "street": "", "postal_code": "", "country": "PL"}

    first = as_alice.post(f"/contacts/{contact.pk}/facts/address/", {**given, "version": seen}, headers=HTMX)

    contact.refresh_from_db()
    assert first.status_code == 422
    assert contact.city == "Gdynia"
    for text in ("Bob", "Gdynia", "Sopot"):
        assert text in first.text
    again = first.text.split('name="version" value="')[1].split('"')[0]
    as_alice.post(f"/contacts/{contact.pk}/facts/address/", {**given, "version": again}, headers=HTMX)
    contact.refresh_from_db()
    assert contact.city == "Sopot"


def test_two_people_may_change_different_facts_at_once(as_alice, bob, now):
    contact = make_contact(now)
    seen = contact.version
    actions.edit(contact, values=rules.values({"city": "Gdynia"}), by=bob, now=now)

    response = as_alice.post(
        f"/contacts/{contact.pk}/facts/email/", {"email": "ania@zolc.example", "version": seen}, headers=HTMX
    )

    contact.refresh_from_db()
    assert response.status_code == 200
    assert (contact.city, contact.email) == ("Gdynia", "ania@zolc.example")
