"""Coming in: the same answer for everybody, slower for those who guess, and nobody locked out by somebody else."""

from datetime import timedelta
from urllib.parse import urlencode

import pytest
from django.http import HttpResponse
from django.test import Client, RequestFactory

from relacja.staff import actions, sign_in
from relacja.staff.models import SignInTries, User
from relacja.staff.sign_in import ACCOUNT, NETWORK, PAIR

RIGHT = "correct horse battery"


def request_from(network="192.0.2.1", cookies=None):
    request = RequestFactory().post("/sign-in/", REMOTE_ADDR=network)
    request.COOKIES.update(cookies or {})
    return request


def attempt(email, password, *, now, network="192.0.2.1", cookies=None):
    return sign_in.attempt(request_from(network, cookies), email=email, password=password, now=now)


def test_one_comes_in_and_goes_where_one_wanted(as_nobody, alice):
    response = as_nobody.post(
        "/sign-in/", {"email": " Alice@Firma.example", "password": RIGHT, "next": "/settings/keys/"}
    )

    assert response.status_code == 302
    assert response["Location"] == "/settings/keys/"


@pytest.mark.parametrize("target", ["https://mallory.example/", "//mallory.example", "javascript:alert(1)", ""])
def test_one_never_goes_to_somebody_elses_page(as_nobody, alice, target):
    response = as_nobody.post("/sign-in/", {"email": alice.email, "password": RIGHT, "next": target})

    assert response["Location"] == "/"


@pytest.mark.parametrize(
    ("page", "back"),
    [
        ("http://testserver/settings/keys/?of=1", "/settings/keys/?of=1"),
        ("https://mallory.example/settings/", "/"),
        ("", "/"),
    ],
)
def test_a_form_sent_too_late_leads_back_to_its_page(as_nobody, page, back):
    response = as_nobody.post("/settings/keys/", {"name": "ERP"}, headers={"referer": page})

    assert response["Location"] == f"/sign-in/?{urlencode({'next': back})}"


@pytest.mark.parametrize("email", ["alice@firma.example", "nobody@firma.example", "gone@firma.example"])
def test_known_unknown_and_closed_accounts_get_the_same_answer(as_nobody, alice, email):
    User.objects.create_user("gone@firma.example", RIGHT, is_active=False)
    password = RIGHT if email.startswith("gone") else "wrong"

    response = as_nobody.post("/sign-in/", {"email": email, "password": password})

    assert response.status_code == 422
    assert "do siebie nie pasują" in response.text
    assert "sessionid" not in response.cookies


def test_each_wrong_try_makes_the_next_wait_longer(alice, now):
    for _ in range(PAIR.free):
        assert not attempt(alice.email, "wrong", now=now).wait

    first = attempt(alice.email, RIGHT, now=now)
    later = attempt(alice.email, "wrong", now=now + first.wait)
    second = attempt(alice.email, RIGHT, now=now + first.wait)

    assert first.user is None
    assert first.wait == timedelta(seconds=1)
    assert not later.wait
    assert second.wait == timedelta(seconds=2)
    assert attempt(alice.email, RIGHT, now=now + first.wait + second.wait).user == alice


def test_waiting_is_said_with_the_seconds(as_nobody, alice):
    for _ in range(PAIR.free):
        as_nobody.post("/sign-in/", {"email": alice.email, "password": "wrong"})

    response = as_nobody.post("/sign-in/", {"email": alice.email, "password": RIGHT})

    assert response.status_code == 429
    assert response["Retry-After"] == "1"
    assert "za 1 sekundę" in response.text


def test_guessing_at_one_person_does_not_hold_up_another(alice, bob, now):
    for _ in range(PAIR.free + 1):
        attempt(alice.email, "wrong", now=now)

    assert attempt(bob.email, RIGHT, now=now).user == bob


def test_one_network_cannot_try_everybody(now, db):
    for n in range(NETWORK.free):
        attempt(f"person{n}@firma.example", "wrong", now=now)

    assert attempt("one-more@firma.example", "wrong", now=now).wait
    assert not attempt("one-more@firma.example", "wrong", now=now, network="198.51.100.7").wait


def test_a_storm_from_a_thousand_networks_slows_down_but_the_owners_browser_stays_open(alice, now):
    owner = attempt(alice.email, RIGHT, now=now)
    cookies = _device_of(owner.user)
    for n in range(ACCOUNT.free):
        attempt(alice.email, "wrong", now=now, network=f"10.0.{n // 250}.{n % 250 + 1}")

    assert attempt(alice.email, "wrong", now=now, network="10.9.9.9").wait
    outcome = attempt(alice.email, RIGHT, now=now, network="203.0.113.5", cookies=cookies)
    assert outcome.user == alice
    assert outcome.failed_before == ACCOUNT.free


def test_a_mark_of_another_person_or_a_made_up_one_helps_nobody(alice, bob, now):
    for cookies in (_device_of(bob), {"device": "made-up"}):
        SignInTries.objects.all().delete()
        for n in range(ACCOUNT.free):
            attempt(alice.email, "wrong", now=now, network=f"10.0.{n // 250}.{n % 250 + 1}", cookies=cookies)
        assert attempt(alice.email, "wrong", now=now, network="10.9.9.9", cookies=cookies).wait


def test_the_owner_is_told_in_their_language_once(alice):
    Client().post("/sign-in/", {"email": alice.email, "password": "wrong"})
    client = Client()

    client.post("/sign-in/", {"email": alice.email, "password": RIGHT})

    assert "była 1 nieudana próba" in client.get("/").text
    assert "nieudana próba" not in client.get("/").text


def test_old_tries_are_forgotten(alice, now):
    for _ in range(PAIR.free + 3):
        attempt(alice.email, "wrong", now=now)

    assert attempt(alice.email, RIGHT, now=now + sign_in.FORGOTTEN_AFTER).user == alice
    assert SignInTries.objects.count() == 0


def test_the_table_of_tries_tells_nobodys_address(alice, now):
    attempt(alice.email, "wrong", now=now)

    assert all(alice.email not in row.subject and "192.0" not in row.subject for row in SignInTries.objects.all())


@pytest.mark.parametrize(
    ("address", "network"),
    [
        ("192.0.2.1", "192.0.2.1"),
        ("2001:db8:1:2:3:4:5:6", "2001:db8:1:2::/64"),
        ("unix:", "unknown"),
        ("", "unknown"),
    ],
)
def test_a_household_with_many_addresses_is_one_network(address, network):
    assert sign_in.network_of(request_from(address)) == network


def test_a_one_time_password_ends_after_seven_days(alice, now):
    newcomer, secret = actions.invite(
        email="new@firma.example", name="Nowa Osoba", role="viewer", language="pl", now=now
    )

    assert attempt(newcomer.email, secret, now=now + timedelta(days=7, minutes=1)).user is None
    assert attempt(newcomer.email, secret, now=now + timedelta(days=6)).user == newcomer


def test_nothing_opens_before_one_has_a_password_of_ones_own(now, db):
    newcomer, secret = actions.invite(
        email="new@firma.example", name="Nowa Osoba", role="administrator", language="pl", now=now
    )
    client = Client()
    client.force_login(newcomer)

    assert client.get("/")["Location"] == "/profile/password/"
    part = client.get("/palette/", headers={"HX-Request": "true"})
    assert part["HX-Redirect"] == "/profile/password/"
    new = "a long sentence of mine"
    assert client.post("/profile/password/", {"present": secret, "new": new, "again": new})["Location"] == "/"
    assert client.get("/").status_code == 200


@pytest.mark.parametrize(
    ("present", "new", "again", "said"),
    [
        ("wrong", "a long sentence of mine", "a long sentence of mine", "nie jest obecne"),
        (RIGHT, "short", "short", "12"),
        (RIGHT, RIGHT, RIGHT, "Trzeba wybrać inne"),
        (RIGHT, "a long sentence of mine", "a long sentence of yours", "dwa razy to samo"),
    ],
)
def test_a_password_that_will_not_do_says_why(as_alice, present, new, again, said):
    response = as_alice.post("/profile/password/", {"present": present, "new": new, "again": again})

    assert response.status_code == 422
    assert said in response.text


def test_a_new_password_ends_the_other_sessions(alice):
    here, elsewhere = Client(), Client()
    here.force_login(alice)
    elsewhere.force_login(alice)
    new = "a long sentence of mine"

    here.post("/profile/password/", {"present": RIGHT, "new": new, "again": new})

    assert here.get("/").status_code == 200
    assert elsewhere.get("/").status_code == 302


def test_signing_out_takes_a_post(as_alice):
    assert as_alice.get("/sign-out/").status_code == 405
    assert as_alice.get("/").status_code == 200
    as_alice.post("/sign-out/")
    assert as_alice.get("/").status_code == 302


def test_a_part_of_a_page_sends_a_signed_out_person_back_to_where_they_were(as_nobody):
    response = as_nobody.get(
        "/palette/", headers={"HX-Request": "true", "HX-Current-URL": "http://testserver/settings/keys/?a=1"}
    )

    assert response["HX-Redirect"] == "/sign-in/?next=%2Fsettings%2Fkeys%2F%3Fa%3D1"


def _device_of(user):
    response = HttpResponse()
    sign_in.mark_device(response, user)
    return {"device": response.cookies["device"].value}
