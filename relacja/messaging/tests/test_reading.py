"""What readers can do without signing in, and what nobody can do."""

import re
from datetime import timedelta

import pytest
from django.core import signing
from django.utils import timezone

from relacja.contacts import consents
from relacja.contacts.models import ConsentText
from relacja.events.queries import timeline
from relacja.messaging import actions, confirmations, links
from relacja.messaging.models import Confirmation, Hit, Message, Suppression
from relacja.messaging.tests.conftest import agree, make_reader, only_message, queue, send_all

pytestmark = pytest.mark.django_db
BROWSER = {"User-Agent": "Mozilla/5.0 (X11; Linux x86_64; rv:143.0) Gecko/20100101 Firefox/143.0"}


@pytest.fixture
def anna(cart_template, now):
    """Got the abandoned-cart letter an hour ago."""
    contact = make_reader(now)
    queue([contact], now)
    send_all(now)
    Message.objects.update(sent_at=timezone.now() - timedelta(hours=1))
    return contact


def links_in(message: Message, use: str) -> list[str]:
    found = re.findall(rf'(?:href|src)="http://127\.0\.0\.1:8000(/m/{use}/[^"]+)"', message.html)
    return list(dict.fromkeys(found))


def state_of_the_world() -> tuple[object, ...]:
    from relacja.contacts.models import Consent

    return (
        list(Consent.objects.values_list("pk", "act")),
        list(Suppression.objects.values_list("pk", "lifted_at")),
        list(Confirmation.objects.values_list("pk", "confirmed_at")),
        list(Message.objects.values_list("pk", "state")),
    )


def test_a_click_leads_to_the_link_that_was_in_the_letter_and_is_an_event(deliver, client, anna):
    product, cart = links_in(only_message(), "c")

    response = client.get(product, headers=BROWSER)
    deliver()

    assert (response.status_code, response["Location"]) == (302, "https://shop.example/p/dzwonek?a=1&b=2")
    assert response.cookies == {}
    clicks = [moment for moment in timeline(anna.pk) if moment.name == "Email Link Clicked"]
    assert [moment.properties["url"] for moment in clicks] == ["https://shop.example/p/dzwonek?a=1&b=2"]
    assert client.get(cart, headers=BROWSER)["Location"] == "https://shop.example/cart/"


def test_the_pixel_is_an_opening_once_a_minute(deliver, client, anna):
    (pixel,) = links_in(only_message(), "o")

    for _ in range(3):
        response = client.get(pixel, headers=BROWSER)
    deliver()

    assert (response.status_code, response["Content-Type"], response.cookies) == (200, "image/gif", {})
    assert [moment.name for moment in timeline(anna.pk)].count("Email Opened") == 1


@pytest.mark.parametrize(
    ("method", "headers", "reason"),
    [
        ("head", BROWSER, "head"),
        ("get", {"User-Agent": "Mozilla/5.0"}, "proxy"),
        ("get", {"User-Agent": "Barracuda Sentinel (EE)"}, "scanner"),
        ("get", {"User-Agent": "Googlebot/2.1"}, "scanner"),
        ("get", {**BROWSER, "Sec-Purpose": "prefetch;prerender"}, "prefetch"),
        ("get", {}, "proxy"),
    ],
)
def test_machines_are_kept_apart(deliver, client, anna, method, headers, reason):
    first = links_in(only_message(), "c")[0]

    response = getattr(client, method)(first, headers=headers)
    deliver()

    assert response.status_code == 302
    assert Hit.objects.get().machine == reason
    assert "Email Link Clicked" not in [moment.name for moment in timeline(anna.pk)]


def test_whoever_clicks_before_a_person_could_is_a_machine(client, anna):
    Message.objects.update(sent_at=timezone.now())

    client.get(links_in(only_message(), "c")[0], headers=BROWSER)

    assert Hit.objects.get().machine == "too-soon"


def test_a_burst_over_many_links_is_a_machine(client, cart_template, now):
    contact = make_reader(now)
    items = [{"name": f"n{n}", "url": f"https://shop.example/{n}", "price": "1", "currency": "PLN"} for n in range(5)]
    queue([contact], now, context={"cart": {"items": items}})
    send_all(now)

    for link in links_in(only_message(), "c"):
        client.get(link, headers=BROWSER)

    assert list(Hit.objects.order_by("pk").values_list("machine", flat=True))[2:] == ["burst"] * 4


def forged(path: str) -> list[str]:
    use, token = path.strip("/").split("/")[1:3]
    ids, _, signature = token.partition("~")
    return [
        f"/m/{use}/{ids}~{signature[:-1]}{'A' if signature[-1] != 'A' else 'B'}/",
        f"/m/{use}/{ids}0~{signature}/",
        f"/m/{use}/{ids}/",
        f"/m/{use}/~{signature}/",
        f"/m/{use}/{ids}~/",
        f"/m/{use}/{signing.Signer(salt='other', sep='~').sign(ids)}/",
        f"/m/{use}/{signing.Signer(key='guess', salt='relacja.messaging.' + use, sep='~').sign(ids)}/",
    ]


@pytest.mark.parametrize("use", ["c", "u", "p"])
@pytest.mark.parametrize("method", ["get", "post", "head"])
def test_forged_tokens_do_nothing(client, anna, use, method):
    path = links_in(only_message(), use)[0]
    before = state_of_the_world()

    for attempt in forged(path):
        assert getattr(client, method)(attempt, headers=BROWSER).status_code in (404, 405), attempt

    assert state_of_the_world() == before
    assert not Hit.objects.exists()


def test_a_token_is_good_for_its_own_use_only(client, anna):
    path = links_in(only_message(), "u")[0]

    assert client.post(path.replace("/m/u/", "/m/p/")).status_code == 404
    assert client.get(path.replace("/m/u/", "/m/confirm/")).status_code == 404


@pytest.mark.parametrize("extra", ["?url=//evil.example", "?next=https://evil.example", "?u=javascript:alert(1)"])
def test_no_redirect_goes_where_the_query_says(client, anna, extra):
    path = links_in(only_message(), "c")[0]

    assert client.get(path + extra, headers=BROWSER)["Location"] == "https://shop.example/p/dzwonek?a=1&b=2"


@pytest.mark.parametrize(
    "target",
    [
        "javascript:alert(1)",
        "https://good.example@evil.example/",
        "//evil.example",
        "\\\\evil.example",
        "/\\evil.example",
        "https://a.example/\r\nSet-Cookie: x=1",
        "data:text/html,hi",
        "http:evil.example",
        "vbscript:x",
    ],
)
def test_addresses_that_are_none_lead_nowhere(cart_template, now, target):
    queue([make_reader(now)], now, context={"cart": {"items": [], "url": target}})
    send_all(now)

    message = only_message()
    assert links_in(message, "c") == []
    assert 'href="#"' in message.html


def test_links_outlive_a_change_of_keys(client, anna, settings):
    path = links_in(only_message(), "u")[0]
    settings.SECRET_KEY_FALLBACKS = [settings.SECRET_KEY]
    settings.SECRET_KEY = "a new key"

    assert client.get(path).status_code == 200
    assert client.post(path).status_code == 200
    assert Suppression.objects.standing().count() == 1


@pytest.mark.parametrize("use", ["u", "p"])
@pytest.mark.parametrize("method", ["get", "head", "options"])
def test_looking_never_unsubscribes(client, anna, use, method):
    before = state_of_the_world()

    getattr(client, method)(links_in(only_message(), use)[0])

    assert state_of_the_world() == before


def test_one_click_unsubscribing_needs_no_cookie_and_no_sign_in(anna, now):
    from django.test import Client

    strict = Client(enforce_csrf_checks=True)
    queue([anna], now, "2")
    path = links_in(Message.objects.order_by("pk")[0], "u")[0]

    response = strict.post(path, {"List-Unsubscribe": "One-Click"})

    assert (response.status_code, response.cookies) == (200, {})
    assert "<form" not in response.text
    assert consents.state(anna, purpose="newsletter", channel="email") == "withdrawn"
    waiting = Message.objects.order_by("pk")[1]
    assert (waiting.state, waiting.reason) == ("refused", "unsubscribed")


def test_unsubscribing_twice_is_unsubscribing_once(deliver, client, anna):
    path = links_in(only_message(), "u")[0]

    client.post(path)
    client.post(path)
    deliver()

    assert Suppression.objects.count() == 1
    assert [moment.name for moment in timeline(anna.pk)].count("Unsubscribed") == 1


def test_whoever_unsubscribed_stays_so_after_they_are_imported_anew(client, anna, now):
    from relacja.contacts import actions as contacts
    from relacja.contacts import rules

    client.post(links_in(only_message(), "u")[0])
    contacts.edit(anna, values=rules.values({"email": ""}), now=now)
    again = make_reader(now, email="ANNA@Zolc.example")

    answer = queue([again], now)[again.pk]

    assert rules.values({"email": "ANNA@Zolc.example"})
    assert (answer.state, answer.reason) == ("refused", "unsubscribed")


def test_a_consent_withdrawn_by_staff_reaches_what_waits(deliver, anna, now):
    queue([anna], now, "2")

    consents.withdraw(anna, purpose="newsletter", channel="email", now=now, source="staff")
    deliver()

    assert Message.objects.get(occurrence="2").reason == "no_consent"


def test_the_consent_page_shows_the_words_and_withdraws_one(client, anna):
    path = links_in(only_message(), "p")[0]

    page = client.get(path)
    consent = anna.consents.get()
    client.post(path, {"consent": consent.pk})

    assert "Zgadzam się na newsletter." in page.text
    assert consents.state(anna, purpose="newsletter", channel="email") == "withdrawn"


def test_the_consent_page_withdraws_nothing_of_other_people(client, anna, now):
    jan = make_reader(now, email="jan@x.example")

    response = client.post(links_in(only_message(), "p")[0], {"consent": jan.consents.get().pk})

    assert response.status_code == 404
    assert consents.state(jan, purpose="newsletter", channel="email") == "given"


def ask(contact, now):
    text, _ = ConsentText.objects.get_or_create(
        purpose="newsletter", channel="email", version=1, language="pl", defaults={"body": "Tak.", "since": now}
    )
    return consents.ask(
        contact,
        purpose="newsletter",
        channel="email",
        text=text,
        address=contact.email,
        source="form",
        proof={"page": "/"},
        now=now,
    )


def test_a_confirmed_address_has_a_consent_with_proof(client, cart_template, monkeypatch):
    now = timezone.now()
    contact = make_reader(now, consent=False)
    entry = ask(contact, now)
    told = []
    monkeypatch.setattr(confirmations, "_listeners", [lambda given, *, asked, **_: told.append((given, asked))])

    assert actions.send_confirmation(contact, entry, now=now) is True
    send_all(now)
    letter = only_message()
    (path,) = re.findall(r"http://127\.0\.0\.1:8000(/m/confirm/[^\s\")]+)", letter.text)
    shown = client.get(path)
    assert consents.state(contact, purpose="newsletter", channel="email") == "asked"
    client.post(path, headers=BROWSER, REMOTE_ADDR="83.12.34.56")

    given = contact.consent_entries.get(act="given")
    assert "Tak." in shown.text
    assert given.proof["ip"] == "83.12.34.0/24"
    assert given.proof["asked"] == entry.pk
    assert given.proof["user_agent"].startswith("Mozilla/5.0 (X11")
    assert told == [(given, entry)]
    assert letter.kind == "transactional"
    assert "List-Unsubscribe" not in letter.html


def test_a_confirmation_works_once_and_for_a_week(client, cart_template):
    now = timezone.now()
    contact = make_reader(now, consent=False)
    actions.send_confirmation(contact, ask(contact, now), now=now)
    path = links.url(links.CONFIRM, Confirmation.objects.get().pk)

    Confirmation.objects.update(asked_at=now - timedelta(days=8))
    client.post(path)
    assert consents.state(contact, purpose="newsletter", channel="email") == "asked"
    Confirmation.objects.update(asked_at=now)
    client.post(path)
    client.post(path)

    assert contact.consent_entries.filter(act="given").count() == 1


def test_nobody_is_bombed_with_confirmations(cart_template, now):
    contact = make_reader(now, consent=False)
    entry = ask(contact, now)

    answers = [actions.send_confirmation(contact, entry, now=now) for _ in range(5)]

    assert answers == [True, True, True, False, False]
    assert Message.objects.count() == 3


def test_a_new_double_opt_in_undoes_unsubscribing_but_no_bounce(client, cart_template):
    now = timezone.now()
    contact = make_reader(now, consent=False)
    for cause in ("unsubscribed", "bounced"):
        Suppression.objects.all().delete()
        actions.suppress("email", contact.email, cause, now=now)
        actions.send_confirmation(contact, ask(contact, now), now=now)
        client.post(links.url(links.CONFIRM, Confirmation.objects.latest("pk").pk))

        assert Suppression.objects.standing().exists() is (cause == "bounced")


def test_who_unsubscribed_and_agreed_again_with_a_click_gets_letters_again(client, anna, now):
    client.post(links_in(only_message(), "u")[0])
    actions.lift(Suppression.objects.get(), because="asked by phone", by=None, now=now)
    agree(anna, now)

    assert queue([anna], now, "3")[anna.pk].state == "queued"


def test_pages_for_readers_speak_their_language(client, cart_template, now):
    contact = make_reader(now, language="en")
    queue([contact], now)
    send_all(now)

    assert "Unsubscribe" in client.get(links_in(only_message(), "u")[0]).text


def test_the_list_of_doors_without_csrf_is_short_and_fixed():
    from django.urls import get_resolver

    exempt = {
        str(pattern.pattern)
        for resolver in get_resolver().url_patterns
        for pattern in getattr(resolver, "url_patterns", [])
        if getattr(getattr(pattern, "callback", None), "csrf_exempt", False)
        and "relacja.messaging" in getattr(pattern.callback, "__module__", "")
    }
    assert exempt == {"m/u/<str:token>/", "m/p/<str:token>/", "m/confirm/<str:token>/"}
