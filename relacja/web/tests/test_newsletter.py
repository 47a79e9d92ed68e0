"""Signing up for the newsletter: nobody is told who is known, and only a mailbox that answers changes anybody."""

import re
from datetime import UTC, datetime

import pytest
from django.test import Client
from django.utils import timezone

from relacja.contacts import actions as contacts
from relacja.contacts import consents, rules
from relacja.contacts.models import ConsentEntry, Contact
from relacja.events.profiles import profile_of
from relacja.events.queries import contacts_of
from relacja.jobs import runner
from relacja.messaging import actions as messaging
from relacja.messaging.models import Confirmation
from relacja.web import sign_ups
from relacja.web.models import SignUp

NOW_LONG_AGO = datetime(2020, 1, 1, tzinfo=UTC)
FORM = "/forms/newsletter/?lang=en"


@pytest.fixture
def visitor(db) -> Client:
    messaging.ensure_ready_made(now=NOW_LONG_AGO)
    return Client()


def sign_up(client: Client, email: str = "ola@poczta.example", **fields: str):
    return client.post(FORM, {"email": email, "consent": "yes", **fields})


def work(now) -> None:
    while runner.run_next(now=timezone.now()):
        pass


def known(now, **fields) -> Contact:
    given = {"first_name": "", "email": "ola@poczta.example", **fields}
    return contacts.create(values=rules.values(given), now=now)


def test_somebody_new_becomes_a_contact_who_is_asked(visitor, now):
    visitor.cookies["relacja_vid"] = "v-1"
    answer = sign_up(visitor, first_name="Ola")
    work(now)

    contact = Contact.objects.get()
    entry = ConsentEntry.objects.get()
    assert answer.status_code == 302
    assert (contact.email, contact.first_name, contact.language) == ("ola@poczta.example", "Ola", "en")
    assert (entry.act, entry.address, entry.text.language) == ("asked", "ola@poczta.example", "en")
    assert entry.proof["ip"] == "127.0.0.0"
    assert contacts_of([profile_of("visitor", "v-1")]) == {profile_of("visitor", "v-1"): contact.pk}
    assert Confirmation.objects.get().entry == entry
    assert consents.basis_for([contact.pk], purpose="newsletter", channel="email") == {}


def test_a_known_person_is_joined_only_when_the_mailbox_answers(visitor, now):
    contact = known(now)
    visitor.cookies["relacja_vid"] = "v-1"
    sign_up(visitor, first_name="Mallory")
    work(now)

    contact.refresh_from_db()
    assert contact.first_name == ""
    assert contacts_of([profile_of("visitor", "v-1")]) == {}

    asked = Confirmation.objects.get()
    messaging.confirm(asked, proof={"ip": "127.0.0.0"}, now=asked.asked_at)

    contact.refresh_from_db()
    assert contact.first_name == "Mallory"
    assert set(contacts_of([profile_of("visitor", "v-1")]).values()) == {contact.pk}
    assert contact.pk in consents.basis_for([contact.pk], purpose="newsletter", channel="email")


def test_who_is_subscribed_stays_so_whoever_types_the_address(visitor, now):
    contact = known(now)
    text = sign_ups.text_in("pl", now=now)
    consents.give(contact, purpose="newsletter", channel="email", now=now, source="test", text=text)

    sign_up(visitor)
    work(now)

    assert consents.state(contact, purpose="newsletter", channel="email") == "given"
    assert not Confirmation.objects.exists()


def test_an_address_is_asked_three_times_a_day_at_most(visitor, now):
    for _ in range(30):
        sign_up(visitor)
    work(now)

    assert Confirmation.objects.count() == 3
    assert ConsentEntry.objects.count() == 3


def test_known_and_unknown_get_the_same_answer_for_the_same_work(visitor, now, django_assert_num_queries):
    known(now)
    sign_up(visitor)

    with django_assert_num_queries(7) as ours:
        first = sign_up(visitor)
    with django_assert_num_queries(len(ours)):
        second = sign_up(visitor, "nobody@poczta.example")

    assert (first.status_code, first["Location"], first.content) == (
        second.status_code,
        second["Location"],
        second.content,
    )
    del first.headers["Expires"], second.headers["Expires"]
    assert dict(first.headers) == dict(second.headers)


def test_the_form_sets_no_cookie(visitor):
    for answer in (visitor.get(FORM), sign_up(visitor), visitor.get("/forms/newsletter/thanks/")):
        assert not answer.cookies


@pytest.mark.parametrize(
    ("headers", "status"),
    [
        ({}, 302),
        ({"Sec-Fetch-Site": "same-origin", "Origin": "http://testserver"}, 302),
        ({"Origin": "http://testserver"}, 302),
        ({"Sec-Fetch-Site": "cross-site", "Origin": "https://shop.example"}, 302),
        ({"Sec-Fetch-Site": "cross-site", "Origin": "https://evil.example"}, 422),
        ({"Sec-Fetch-Site": "cross-site", "Origin": "null"}, 422),
        ({"Sec-Fetch-Site": "cross-site"}, 422),
        ({"Origin": "https://testserver.evil.example"}, 422),
    ],
)
def test_only_our_pages_and_those_of_our_sources_may_send_it(visitor, now, headers, status):
    from relacja.web import actions

    actions.add_source("shop", "browser", now, allowed_origins=["https://shop.example"])

    answer = visitor.post(FORM, {"email": "a@x.example", "consent": "yes"}, headers=headers)

    assert answer.status_code == status
    assert SignUp.objects.exists() is (status == 302)


@pytest.mark.parametrize("missing", [{"email": "no address"}, {"email": ""}, {"consent": ""}])
def test_what_is_missing_is_said(visitor, missing):
    answer = visitor.post(FORM, {"email": "a@x.example", "consent": "yes", **missing})

    assert answer.status_code == 422
    assert 'class="error"' in answer.text
    assert not SignUp.objects.exists()


def test_a_machine_that_fills_in_everything_is_thanked_and_forgotten(visitor):
    answer = sign_up(visitor, website="https://spam.example")

    assert answer.status_code == 302
    assert not SignUp.objects.exists()


def test_the_words_shown_are_the_words_kept(visitor, now):
    page = visitor.get("/forms/newsletter/?lang=pl").text
    visitor.post("/forms/newsletter/?lang=pl", {"email": "a@x.example", "consent": "yes"})

    body = SignUp.objects.get().text.body
    assert body in re.sub(r"\s+", " ", page)
    assert body.startswith("Chcę")
