"""What staff see."""

import pytest

from relacja.messaging import actions
from relacja.messaging.models import Message, Suppression, Template
from relacja.messaging.tests.conftest import make_reader, only_message, queue, send_all

pytestmark = pytest.mark.django_db
WORDS = {"subject": "Cześć {{ contact.first_name }}", "preheader": "", "body": "<p>{{ contact.name }}</p>", "text": ""}


@pytest.fixture
def sent(cart_template, now):
    contact = make_reader(now)
    queue([contact], now)
    send_all(now)
    return only_message()


def test_the_outbox_shows_messages_by_state(as_alice, sent):
    page = as_alice.get("/outbox/")
    none = as_alice.get("/outbox/?state=failed")

    assert "Anna, Twój koszyk czeka" in page.text
    assert "Anna, Twój koszyk czeka" not in none.text
    assert "<html" not in as_alice.get("/outbox/", headers={"HX-Request": "true"}).text


@pytest.mark.usefixtures("kept")
@pytest.mark.parametrize("readers", [1, 20])
def test_the_outbox_costs_the_same_however_long_it_is(
    as_alice, cart_template, now, readers, django_assert_max_num_queries
):
    queue([make_reader(now, email=f"r{n}@x.example") for n in range(readers)], now)

    with django_assert_max_num_queries(12):
        page = as_alice.get("/outbox/")

    assert page.text.count(Template.objects.get(key="abandoned-cart").name) == readers


def test_the_outbox_goes_on_where_the_page_ends(as_alice, cart_template, now):
    queue([make_reader(now, email=f"r{n:02}@x.example", first_name=f"N{n:02}") for n in range(60)], now)

    first = as_alice.get("/outbox/")
    last_shown = Message.objects.order_by("-pk")[49].pk
    second = as_alice.get(f"/outbox/?before={last_shown}")

    assert "N59" in first.text
    assert "N09" not in first.text
    assert "N09" in second.text
    assert as_alice.get("/outbox/?before=x").status_code == 200


def test_a_message_says_why_it_may_be_sent(as_alice, sent):
    page = as_alice.get(f"/outbox/{sent.pk}/")

    assert "Zgadzam się na newsletter." in page.text
    assert "List-Unsubscribe-Post" in page.text
    assert f"/outbox/{sent.pk}/preview/" in page.text


def test_the_preview_can_do_nothing_and_is_no_opening(as_alice, sent):
    response = as_alice.get(f"/outbox/{sent.pk}/preview/")

    assert response["Content-Security-Policy"].startswith("sandbox; default-src 'none'")
    assert response["X-Frame-Options"] == "SAMEORIGIN"
    assert "/m/o/" not in response.text
    assert not sent.hits.exists()


def test_only_who_may_send_sends_again(as_alice, as_bob, sent):
    Message.objects.update(state="unconfirmed")

    assert as_bob.post(f"/outbox/{sent.pk}/another-try/").status_code == 403
    assert as_alice.post(f"/outbox/{sent.pk}/another-try/").status_code == 302
    assert only_message().state == "queued"


def test_what_was_sent_is_not_sent_again(as_alice, sent):
    assert as_alice.post(f"/outbox/{sent.pk}/another-try/").status_code == 422
    assert only_message().state == "sent"


def test_an_address_is_listed_and_taken_off_with_a_reason(as_alice, as_bob, db):
    as_alice.post("/outbox/suppressions/", {"address": "Jan@X.example", "cause": "blocked", "note": "asked by phone"})
    listed = Suppression.objects.standing().get()

    assert "asked by phone" in as_alice.get("/outbox/suppressions/?q=jan").text
    assert as_bob.post(f"/outbox/suppressions/{listed.pk}/end/", {"because": "x"}).status_code == 403
    assert as_alice.post(f"/outbox/suppressions/{listed.pk}/end/", {"because": " "}).status_code == 422
    assert as_alice.post(f"/outbox/suppressions/{listed.pk}/end/", {"because": "asked again"}).status_code == 302
    assert not Suppression.objects.standing().exists()
    assert Suppression.objects.get().lifted_because == "asked again"


def test_a_viewer_lists_nobody_and_what_is_no_address_is_refused(as_alice, as_bob):
    given = {"address": "a@x.example", "cause": "blocked", "note": "x"}
    assert as_bob.post("/outbox/suppressions/", given).status_code == 422
    assert as_alice.post("/outbox/suppressions/", {**given, "address": "a@@x"}).status_code == 422
    assert not Suppression.objects.exists()


def test_a_template_is_written_in_versions(as_alice, alice, cart_template):
    page = as_alice.get("/templates/abandoned-cart/pl/")
    as_alice.post("/templates/abandoned-cart/pl/", WORDS)
    as_alice.post("/templates/abandoned-cart/pl/", WORDS)

    versions = Template.objects.get(key="abandoned-cart").versions.filter(language="pl").order_by("number")
    assert "Twój koszyk czeka" in page.text
    assert [(version.number, version.created_by) for version in versions] == [(1, None), (2, alice)]
    assert "Twój koszyk czeka" in as_alice.get("/templates/abandoned-cart/pl/versions/1/").text


@pytest.mark.parametrize("body", ["{{7*7}}", "{% load x %}", "{{ a | nope }}", "a" * 200_001, ""])
def test_words_that_cannot_be_used_are_refused_and_kept_in_the_form(as_alice, cart_template, body):
    response = as_alice.post("/templates/abandoned-cart/pl/", {**WORDS, "body": body})

    assert response.status_code == 422
    assert Template.objects.get(key="abandoned-cart").versions.filter(language="pl").count() == 1


def test_a_viewer_changes_no_template(as_bob, cart_template):
    assert as_bob.get("/templates/abandoned-cart/pl/").status_code == 200
    assert as_bob.post("/templates/abandoned-cart/pl/", WORDS).status_code == 422
    assert as_bob.post("/templates/new/", {"name": "x", "kind": "marketing"}).status_code == 403


def test_a_preview_shows_the_words_as_a_chosen_contact(as_alice, cart_template, now):
    make_reader(now, first_name="Zoë", last_name="<b>")
    make_reader(now, email="jan@x.example", first_name="Jan", last_name="Nowak")

    chosen = as_alice.post("/templates/preview/", {**WORDS, "as": "anna@zolc.example", "language": "pl"})
    newest = as_alice.post("/templates/preview/", {**WORDS, "as": "", "part": "text"})
    wrong = as_alice.post("/templates/preview/", {**WORDS, "body": "{{7*7}}"})

    assert "Zoë &lt;b&gt;" in chosen.text
    assert "Cześć Zoë" in chosen.text
    assert "Jan Nowak" in newest.text
    assert "7*7" in wrong.text
    assert "49" not in wrong.text
    assert {response["X-Frame-Options"] for response in (chosen, newest, wrong)} == {"SAMEORIGIN"}


def test_the_page_of_a_template_opens_with_its_letter_in_sight(as_alice, cart_template, now):
    nobody = as_alice.get("/templates/abandoned-cart/pl/preview/")
    make_reader(now, first_name="Zoë")

    page = as_alice.get("/templates/abandoned-cart/pl/")
    shown = as_alice.get("/templates/abandoned-cart/pl/preview/")

    assert 'src="/templates/abandoned-cart/pl/preview/"' in page.text
    assert "Zoë" in shown.text
    assert shown["X-Frame-Options"] == "SAMEORIGIN"
    assert "Nie ma kontaktu" in nobody.text


def test_a_language_without_words_has_a_sentence_for_a_letter(as_alice, cart_template, now):
    make_reader(now)
    Template.objects.get(key=cart_template).versions.filter(language="en").delete()

    assert 'role="alert"' in as_alice.get("/templates/abandoned-cart/en/preview/").text


def test_a_new_template_gets_a_key_of_its_own(as_alice, db):
    for _ in range(2):
        as_alice.post("/templates/new/", {"name": "Życzenia świąteczne", "kind": "marketing"})

    assert sorted(Template.objects.values_list("key", flat=True)) == ["zyczenia-swiateczne", "zyczenia-swiateczne-2"]
    assert as_alice.get("/templates/").status_code == 200
    assert as_alice.get("/templates/zyczenia-swiateczne/en/").status_code == 200
    assert as_alice.get("/templates/zyczenia-swiateczne/de/").status_code == 404


def test_ready_made_templates_come_once_and_keep_what_people_wrote(as_alice, cart_template, now):
    as_alice.post("/templates/abandoned-cart/pl/", WORDS)

    actions.ensure_ready_made(now)

    assert Template.objects.count() == 2
    assert Template.objects.get(key="abandoned-cart").versions.count() == 3


def test_a_contacts_page_shows_the_last_messages_and_the_stop(as_alice, alice, sent, now):
    from relacja.messaging import panels

    actions.suppress("email", "anna@zolc.example", "unsubscribed", now=now)

    shown = panels.messages_of(sent.contact, alice, now)

    assert shown["messages"] == [sent]
    assert shown["stop"].cause == "unsubscribed"
    assert panels.messages_of(make_reader(now, email="jan@x.example"), alice, now) is None
    assert f"/outbox/{sent.pk}/" in as_alice.get(f"/contacts/{sent.contact_id}/").text


def test_doubts_and_rests_wait_for_somebody(as_alice, alice, sent, now):
    from relacja.messaging import attention

    assert list(attention.doubts(alice, now)) == []
    Message.objects.update(state="unconfirmed")
    actions.hold("email", reason="a backup was restored.", now=now)

    assert [need.icon for need in attention.doubts(alice, now)] == ["mail-question", "circle-pause"]
    assert "1" in str(next(attention.doubts(alice, now)).sentence)
