"""The page of a contact: who they are, what happened, what is said when something is amiss."""

import re
from datetime import timedelta
from html import unescape

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from relacja.contacts import actions, consents
from relacja.contacts.models import ConsentEntry, Contact
from relacja.contacts.tests.people import make_contact, make_words
from relacja.events import actions as events
from relacja.events import vocabulary
from relacja.lib.errors import Unavailable

HTMX = {"HX-Request": "true"}


def record(contact, name, now, /, **properties):
    return events.record(name, profile_id=contact.pk, at=now, now=now, channel="web", properties=properties)


def test_the_page_tells_who_somebody_is_and_what_happened(as_alice, deliver, now):
    contact = make_contact(now, phone="601234567", street="Długa 1", city="Gdynia", company="Studio Żak")
    record(
        contact,
        "Order Completed",
        now,
        order_id="ZAM-7",
        total=1084.9,
        currency="PLN",
        products=[{"name": "Kask Fala", "price": 489, "quantity": 2}],
    )
    deliver()

    page = as_alice.get(f"/contacts/{contact.pk}/").text

    for text in ("Anna Żółć", "anna@zolc.example", "601 234 567", "Długa 1", "Studio Żak", "ZAM-7", "Kask Fala"):
        assert text in page
    assert "978,00" in page
    assert "Składa zamówienie na 1 084,90 zł" in page
    assert f'topic="contact:{contact.pk}"' in page


@pytest.mark.usefixtures("kept")
def test_the_page_costs_the_same_however_much_happened(as_alice, alice, deliver, now):
    contact = make_contact(now)
    costs = []

    for moments in (1, 20):
        for number in range(moments):
            actions.add_note(contact, text=f"Note {number}", by=alice, now=now)
        deliver()
        as_alice.get(f"/contacts/{contact.pk}/")
        with CaptureQueriesContext(connection) as queries:
            page = as_alice.get(f"/contacts/{contact.pk}/").text
        costs.append(len(queries))
        assert page.count("Note ") >= moments

    assert costs[0] == costs[1]


def test_one_kind_of_event_is_shown_alone(as_alice, alice, deliver, now):
    contact = make_contact(now)
    actions.add_note(contact, text="Call in spring", by=alice, now=now)
    record(contact, "Page Viewed", now, title="Gravele", url="https://shop.example/gravele")
    deliver()

    page = as_alice.get(f"/contacts/{contact.pk}/?group=web", headers={**HTMX, "HX-Target": "live"}).text

    assert "<html" not in page
    assert "https://shop.example/gravele" in page
    assert "Call in spring" not in page


def test_older_moments_come_page_by_page_and_none_is_missed(as_alice, alice, deliver, now):
    contact = make_contact(now)
    for number in range(230):
        actions.add_note(contact, text=f"Note-{number:03}.", by=alice, now=now + timedelta(minutes=number))
    deliver()

    seen, url, target = "", f"/contacts/{contact.pk}/", {}
    for _ in range(3):
        page = as_alice.get(url, headers=target).text
        seen += page
        if older := re.search(r'hx-get="([^"]*before=[^"]*)"', page):
            url, target = f"/contacts/{contact.pk}/{unescape(older[1])}", {**HTMX, "HX-Target": "older"}

    assert [seen.count(f"Note-{number:03}.") for number in range(230)] == [1] * 230


def test_a_refresh_keeps_the_moments_that_were_shown_and_adds_the_new(as_alice, alice, deliver, now):
    contact = make_contact(now)
    for number in range(120):
        actions.add_note(contact, text=f"Note-{number:03}.", by=alice, now=now + timedelta(minutes=number))
    deliver()
    page = as_alice.get(f"/contacts/{contact.pk}/").text
    source = page.split("<live-part")[1].split('src="')[1].split('"')[0].replace("&amp;", "&")
    shown = {number for number in range(120) if f"Note-{number:03}." in page}

    actions.add_note(contact, text="Brand new.", by=alice, now=now + timedelta(days=1))
    deliver()
    fresh = as_alice.get(source, headers={**HTMX, "HX-Target": "live"}).text

    assert "Brand new." in fresh
    assert [part for part in ("who", "facts") if f'id="{part}" hx-swap-oob' not in fresh] == []
    assert {number for number in range(120) if f"Note-{number:03}." in fresh} == shown


def test_without_the_facts_the_page_still_opens_and_says_so(as_alice, now, monkeypatch):
    contact = make_contact(now)

    def out(*args, **options):
        raise Unavailable("The store of facts sleeps.")

    monkeypatch.setattr("relacja.clickhouse.facts.ask", out)
    response = as_alice.get(f"/contacts/{contact.pk}/")

    assert response.status_code == 200
    assert "The store of facts sleeps." in response.text
    assert "anna@zolc.example" in response.text


def test_a_note_is_written_and_read_back_as_typed(as_alice, deliver, now):
    contact = make_contact(now)

    response = as_alice.post(f"/contacts/{contact.pk}/notes/", {"text": "<b>Spring</b>\n& 5 > 3"}, headers=HTMX)
    deliver()

    assert response.status_code == 200
    assert "&lt;b&gt;Spring&lt;/b&gt;<br>&amp; 5 &gt; 3" in as_alice.get(f"/contacts/{contact.pk}/").text


def test_an_empty_note_says_nothing_and_is_not_written(as_alice, now):
    contact = make_contact(now)

    assert as_alice.post(f"/contacts/{contact.pk}/notes/", {"text": "  "}, headers=HTMX).status_code == 422


def test_a_contact_is_added(as_alice, now):
    response = as_alice.post("/contacts/new/", {"first_name": "Jan", "phone": "601 234 567", "company": "Studio Żak"})

    contact = Contact.objects.get()
    assert response.url == f"/contacts/{contact.pk}/"
    assert (contact.phone, str(contact.company)) == ("+48601234567", "Studio Żak")


def test_adding_somebody_who_is_here_already_leads_to_them(as_alice, now):
    anna = make_contact(now)

    response = as_alice.post("/contacts/new/", {"first_name": "Ania", "email": "anna@zolc.example", "city": "Hel"})

    assert response.status_code == 422
    assert f'href="/contacts/{anna.pk}/"' in response.text
    assert "Hel" in response.text
    assert Contact.objects.count() == 1


def test_archiving_can_be_undone_from_the_toast(as_alice, now):
    contact = make_contact(now)

    as_alice.post(f"/contacts/{contact.pk}/archive/")
    assert not Contact.objects.active().exists()

    undo = re.search(r'action="(/changes/[0-9]+/reversal/)"', as_alice.get("/contacts/").text)[1]
    as_alice.post(undo)
    assert Contact.objects.active().exists()


def test_a_contact_is_taken_over(as_alice, alice, now):
    contact = make_contact(now)

    as_alice.post(f"/contacts/{contact.pk}/owner/")

    contact.refresh_from_db()
    assert contact.owner == alice


def test_somebody_who_may_only_look_changes_nothing(as_bob, now, facts):
    contact = make_contact(now)
    before = Contact.objects.values().get()

    page = as_bob.get(f"/contacts/{contact.pk}/").text
    posts = ["facts/email/", "facts/stage/", "notes/", "owner/", "archive/", "restoration/", "consents/withdrawal/"]
    answers = [as_bob.post(f"/contacts/{contact.pk}/{path}", {"email": "eve@x.example", "text": "x"}) for path in posts]

    assert "anna@zolc.example" in page
    assert "<form" not in page.split('class="record"')[1].split("</main>")[0]
    assert {answer.status_code for answer in answers} == {403}
    assert as_bob.post(f"/contacts/{contact.pk}/consents/", {"source": "x"}).status_code == 403
    assert Contact.objects.values().get() == before


def test_consents_are_shown_with_their_proof(as_alice, now, facts):
    contact = make_contact(now)
    entry = consents.give(
        contact,
        purpose="newsletter",
        channel="email",
        now=now,
        source="checkout",
        text=make_words(now),
        address=contact.email,
        proof={"ip": "192.0.2.7"},
    )

    page = as_alice.get(f"/contacts/{contact.pk}/").text
    ledger = as_alice.get(f"/contacts/{contact.pk}/consents/").text

    assert f"/contacts/{contact.pk}/consents/#entry-{entry.pk}" in page
    for text in ("checkout", "Tak, proszę", "192.0.2.7", "anna@zolc.example"):
        assert text in ledger


def test_a_consent_and_its_withdrawal_are_written_down_with_how_we_know(as_alice, now):
    contact, text = make_contact(now), make_words(now)

    as_alice.post(f"/contacts/{contact.pk}/consents/", {"text": text.pk, "source": "signed form 17"})
    given = consents.basis_for([contact.pk], purpose="newsletter", channel="email")
    subject = {"purpose": "newsletter", "channel": "email"}
    unknown = as_alice.post(f"/contacts/{contact.pk}/consents/withdrawal/", subject)
    as_alice.post(f"/contacts/{contact.pk}/consents/withdrawal/", {**subject, "source": "phone call"})

    assert given[contact.pk].proof == {"written_down_by": "Alice"}
    assert unknown.status_code == 422
    assert list(ConsentEntry.objects.order_by("pk").values_list("act", "source")) == [
        ("given", "signed form 17"),
        ("withdrawn", "phone call"),
    ]


def test_a_contact_that_is_not_there_is_not_found(as_alice):
    for path in ("", "facts/", "facts/email/", "consents/"):
        assert as_alice.get(f"/contacts/7/{path}").status_code == 404


def test_a_fact_that_is_none_is_not_found(as_alice, now):
    assert as_alice.get(f"/contacts/{make_contact(now).pk}/facts/password/").status_code == 404


def test_strange_properties_of_events_harm_nothing(as_alice, deliver, now):
    contact = make_contact(now)
    for properties in (
        {"products": "none", "url": "javascript:alert(1)", "total": "NaN"},
        {"products": [1, {"name": None, "price": "abc", "quantity": []}], "total": {}, "currency": "<b>"},
        {"products": [{"name": "<script>alert(1)</script>", "price": 1e300}], "url": 7, "order_id": ["x"]},
    ):
        record(contact, "Order Completed", now, **properties)
    deliver()

    response = as_alice.get(f"/contacts/{contact.pk}/")

    assert response.status_code == 200
    assert "javascript:" not in response.text
    assert "<script>alert" not in response.text


def test_what_happened_to_a_company_is_told_for_all_its_people(as_alice, alice, deliver, now):
    anna = make_contact(now, company="Studio Żak")
    jan = make_contact(now, first_name="Jan", email="jan@zolc.example", company="Studio Żak")
    actions.add_note(anna, text="About Anna", by=alice, now=now)
    actions.add_note(jan, text="About Jan", by=alice, now=now)
    deliver()

    page = as_alice.get(f"/companies/{anna.company_id}/").text

    assert "About Anna" in page
    assert "About Jan" in page
    assert anna.company_id == jan.company_id
    assert "Studio Żak" in as_alice.get("/companies/").text


def test_a_company_is_changed_and_its_people_are_found_by_its_new_name(as_alice, now, facts):
    contact = make_contact(now, company="Studio Żak")
    path = f"/companies/{contact.company_id}/details/"

    wrong = as_alice.post(path, {"name": "Studio Żak", "vat_id": "123"})
    right = as_alice.post(path, {"name": "Pracownia Dąbek", "vat_id": "586-231-04-77", "city": "Gdynia"})

    assert wrong.status_code == 422
    contact.refresh_from_db()
    assert right.status_code in {302, 422}
    if right.status_code == 302:
        assert contact.company.vat_id == "5862310477"
        assert "Anna" in as_alice.get("/contacts/?q=dabek").text


def test_codes_and_our_own_address_are_put_into_words(as_alice, deliver, now):
    contact = make_contact(now)
    record(contact, "Email Not Sent", now, subject="Zima", reason="no_consent")
    record(contact, "Product Viewed", now, name="Kask", url="http://127.0.0.1:8000/shop/products/kask/")
    record(contact, "Product Viewed", now, name="Dzwonek", url="https://sklep.example/dzwonek/")
    deliver()

    page = as_alice.get(f"/contacts/{contact.pk}/").text

    assert "no_consent" not in page
    assert ">/shop/products/kask/<" in page
    assert ">sklep.example/dzwonek/<" in page


def test_how_a_machine_was_known_is_said_in_words():
    said = vocabulary.sentence("Email Machine Opened", {"subject": "Zima", "reason": "proxy"})

    assert "pośrednik chroniący prywatność" in said
