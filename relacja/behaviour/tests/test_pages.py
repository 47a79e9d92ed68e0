"""What behaviour says, on the page of a contact, with its evidence, and in letters."""

from datetime import timedelta

import pytest

from relacja.contacts.actions import merge
from relacja.contacts.models import Contact
from relacja.messaging import merge_fields
from relacja.messaging.merge_fields import Reader
from relacja.segments.tests.making import make_contact, make_event


@pytest.fixture
def anna(facts, deliver, now) -> Contact:
    """Ordered bicycles four times, every twenty days."""
    anna = make_contact(now)
    for number in range(4):
        at = now - timedelta(days=20 * number + 5)
        products = [{"category": "Rowery" if number else "Kaski", "name": f"P{number}"}]
        make_event(anna.pk, "Order Completed", at, order_id=f"Z{number}", total=100 + number, products=products)
    deliver()
    return anna


def test_the_page_says_what_behaviour_says_with_why(anna, as_alice):
    page = as_alice.get(f"/contacts/{anna.pk}/").text
    asked = page.partition('id="panel-behaviour" hx-get="')[2].partition('"')[0]

    panel = as_alice.get(asked).text
    assert "Rowery" in panel
    assert "3 z 4 zamówień" in panel
    assert f"/contacts/{anna.pk}/behaviour/#favourite_category" in panel
    assert "Ulubiona marka" not in panel


def test_nothing_is_said_of_whom_nothing_is_known(facts, as_alice, now):
    ewa = make_contact(now, "ewa@zolc.example")

    assert as_alice.get(f"/contacts/{ewa.pk}/panels/behaviour/").content == b""
    assert as_alice.get(f"/contacts/{ewa.pk}/panels/unheard-of/").status_code == 404
    assert as_alice.get(f"/contacts/{ewa.pk}/behaviour/").status_code == 200


def test_the_evidence_leads_to_the_moments_it_rests_on(anna, as_alice):
    page = as_alice.get(f"/contacts/{anna.pk}/behaviour/")

    told = page.text.partition('id="favourite_category"')[2].partition("</section>")[0]
    assert told.count(f"/contacts/{anna.pk}/?before=") == 3
    assert "20 dni" in page.text
    assert "101,50" in page.text


def test_a_letter_speaks_of_the_habits_of_its_reader(anna, now):
    [values] = merge_fields.values_for([Reader(anna.pk, {}, now)])
    [silent] = merge_fields.values_for([Reader(anna.pk, {}, now)], texts="{{ contact.name }}")

    assert values["behaviour"]["favourite_category"] == "Rowery"
    assert values["behaviour"]["days_between_orders"] == 20
    assert "behaviour" not in silent


def test_behaviour_follows_whoever_two_records_turn_out_to_be(anna, deliver, as_alice, alice, now):
    ewa = make_contact(now, "ewa@zolc.example")
    deliver()

    made = merge.merge(ewa, anna, taken=[], by=alice, now=now)
    deliver()

    assert "3 z 4 zamówień" in as_alice.get(f"/contacts/{ewa.pk}/panels/behaviour/").text
    merge.part(made, by=alice, now=now)
    deliver()
    assert as_alice.get(f"/contacts/{ewa.pk}/panels/behaviour/").content == b""
