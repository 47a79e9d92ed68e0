"""What is offered while one types who or which company is meant."""

import re

import pytest

from relacja.contacts import actions, field_kinds, rules
from relacja.contacts.tests.people import make_contact
from relacja.contacts.tests.test_fields import make_field

pytestmark = pytest.mark.django_db


def offered(client, of, text):
    answer = client.get(f"/contacts/suggestions/{of}/", {"q": text})
    assert answer.status_code == 200
    return re.findall(r'<option value="([^"]*)">([^<]*)</option>', answer.text)


def test_people_are_offered_so_that_a_reference_takes_them(as_alice, now):
    ewa = make_contact(now, first_name="Ewa", last_name="Żółć", email="ewa@poczta.example")

    ((value, detail),) = offered(as_alice, "contact", "zol")

    assert (value, detail) == (f"#{ewa.pk} Ewa Żółć", "ewa@poczta.example")
    assert field_kinds.of("reference").parse(value, field_kinds.Options("Who")) == ewa.pk


def test_companies_are_offered_by_number_or_by_name(as_alice, now):
    contact = make_contact(now)
    actions.edit(contact, values=rules.values({}), company="Żagle i Maszty", version=contact.version, by=None, now=now)
    contact.refresh_from_db()

    assert offered(as_alice, "company", "maszt") == [(f"#{contact.company_id} Żagle i Maszty", "")]
    assert offered(as_alice, "company-name", "zagle") == [("Żagle i Maszty", "")]


@pytest.mark.parametrize("text", ["", "   ", "#", "nobody of that name"])
def test_nothing_is_offered_for_nothing(as_alice, now, text):
    make_contact(now)

    assert offered(as_alice, "contact", text) == []


def test_what_is_shown_never_becomes_markup(as_alice, now):
    make_contact(now, first_name="<b>", last_name='"x"', email="b@x.example")

    page = as_alice.get("/contacts/suggestions/contact/", {"q": "b@x"}).text

    assert "<b>" not in page
    assert "&lt;b&gt; &quot;x&quot;" in page


def test_other_lists_are_not_there(as_alice):
    assert as_alice.get("/contacts/suggestions/secrets/", {"q": "a"}).status_code == 404


def test_a_reference_is_edited_by_its_name(as_alice, now):
    field = make_field(now, kind="reference", label="Poleca")
    ewa, jan = make_contact(now, first_name="Ewa"), make_contact(now, email="jan@x.example")

    page = f"/contacts/{jan.pk}/facts/own-{field.key}/"

    as_alice.post(page, {f"attributes.{field.key}": f"#{ewa.pk} Ewa", "version": jan.version})

    form = as_alice.get(page, headers={"HX-Request": "true"}).text
    assert f'value="#{ewa.pk} {ewa}"' in form
    assert 'data-suggest="/contacts/suggestions/contact/"' in form
