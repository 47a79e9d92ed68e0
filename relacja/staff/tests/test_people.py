"""Who works here: inviting, roles, letting go; keys of programs; one's own profile."""

import re
from datetime import timedelta

import pytest
from django.test import Client

from conftest import make_user
from relacja.staff import actions
from relacja.staff.models import ApiKey, User
from relacja.ui import attention

PART = {"HX-Request": "true"}


def invitation(**values):
    return {"name": "Ola Jankowska", "email": "ola@firma.example", "role": "marketing", "language": "pl", **values}


def test_an_invited_person_comes_in_with_the_password_shown_once(as_alice):
    html = as_alice.post("/settings/people/", invitation()).text

    secret = re.search(r'class="secret"><code>([^<]+)<', html)[1]
    newcomer = Client()
    newcomer.post("/sign-in/", {"email": "ola@firma.example", "password": secret})
    assert newcomer.get("/")["Location"] == "/profile/password/"
    assert secret not in as_alice.get("/settings/people/").text


def test_an_address_is_invited_once(as_alice, bob):
    response = as_alice.post("/settings/people/", invitation(email=bob.email.upper()))

    assert response.status_code == 422
    assert "już tu pracuje" in response.text


def test_a_wrong_invitation_comes_back_with_its_reasons(as_alice):
    response = as_alice.post("/settings/people/", invitation(email="not an address", role="king"))

    assert response.status_code == 422
    assert response.text.count('class="error"') == 2
    assert "dialog" in response.text


def test_a_role_holds_from_the_next_click(as_alice, as_bob, bob):
    assert as_bob.get("/settings/people/").status_code == 403

    response = as_alice.post(f"/settings/people/{bob.pk}/", {"role": "administrator"}, headers=PART)

    assert response.status_code == 200
    assert "<html" not in response.text
    assert 'hx-swap-oob="beforeend:#toasts"' in response.text
    assert as_bob.get("/settings/people/").status_code == 200


def test_a_role_nobody_knows_is_refused(as_alice, bob):
    assert as_alice.post(f"/settings/people/{bob.pk}/", {"role": "king"}).status_code == 422
    bob.refresh_from_db()
    assert bob.role == "viewer"


def test_somebody_can_always_let_people_in(as_alice, alice, bob):
    assert as_alice.post(f"/settings/people/{alice.pk}/", {"role": "viewer"}).status_code == 422
    assert as_alice.post(f"/settings/people/{alice.pk}/access/").status_code == 422
    alice.refresh_from_db()
    assert (alice.role, alice.is_active) == ("administrator", True)

    as_alice.post(f"/settings/people/{bob.pk}/", {"role": "administrator"})
    assert as_alice.post(f"/settings/people/{alice.pk}/", {"role": "viewer"}).status_code == 302


def test_who_is_let_go_is_out_at_once_and_may_be_taken_back(as_alice, as_bob, bob):
    as_alice.post(f"/settings/people/{bob.pk}/access/")
    assert as_bob.get("/").status_code == 302

    as_alice.post(f"/settings/people/{bob.pk}/access/", {"open": "1"})
    assert as_bob.get("/").status_code == 200


def test_a_new_one_time_password_ends_the_old_one_and_what_was_open(as_alice, as_bob, bob):
    html = as_alice.post(f"/settings/people/{bob.pk}/password/").text

    assert as_bob.get("/").status_code == 302
    bob.refresh_from_db()
    assert not bob.check_password("correct horse battery")
    assert bob.check_password(re.search(r'class="secret"><code>([^<]+)<', html)[1])


def test_a_password_that_ran_out_unused_rings_the_bell(as_alice, alice, now):
    actions.invite(email="ola@firma.example", name="Ola Żak", role="sales", language="pl", now=now)

    assert attention.needs_of(alice, now=now + timedelta(days=6)) == []
    (need,) = attention.needs_of(alice, now=now + timedelta(days=8))
    assert need.sentence == "Ola Żak nie może się zalogować: hasło jednorazowe straciło ważność 1 lis 2026."


def test_the_palette_leads_to_ones_own_pages(as_bob):
    html = as_bob.get("/palette/?q=has", headers=PART).text

    assert "/profile/password/" in html
    assert "/settings/people/" not in html


@pytest.mark.usefixtures("kept")
@pytest.mark.parametrize("people", [1, 20])
def test_the_list_of_people_costs_the_same_however_many_work_here(as_alice, django_assert_max_num_queries, people):
    for n in range(people):
        make_user(f"person{n}@firma.example", "sales")

    with django_assert_max_num_queries(8):
        response = as_alice.get("/settings/people/")

    assert response.text.count("person") >= people


def test_a_key_is_shown_once_and_kept_as_a_hash(as_alice):
    html = as_alice.post("/settings/keys/", {"name": "Magazyn", "scopes": ["staff.home"]}).text

    secret = re.search(r"rk_[\w-]+(?=<)", html)[0]
    key = ApiKey.objects.get()
    assert key.digest == ApiKey.digest_of(secret)
    assert key.scopes == ["staff.home"]
    assert secret not in as_alice.get("/settings/keys/").text


@pytest.mark.parametrize(
    "values", [{"name": "", "scopes": ["staff.home"]}, {"name": "x"}, {"name": "x", "scopes": ["no.such"]}]
)
def test_a_key_without_a_name_or_a_right_is_not_made(as_alice, values):
    assert as_alice.post("/settings/keys/", values).status_code == 422
    assert not ApiKey.objects.exists()


def test_two_keys_do_not_share_a_name(as_alice):
    as_alice.post("/settings/keys/", {"name": "Magazyn", "scopes": ["staff.home"]})

    assert as_alice.post("/settings/keys/", {"name": "Magazyn", "scopes": ["staff.home"]}).status_code == 422


def test_a_key_taken_back_opens_nothing(as_alice, now):
    key, _ = ApiKey.issue(name="Magazyn", scopes=["staff.home"], now=now)

    as_alice.post(f"/settings/keys/{key.pk}/revocation/")

    key.refresh_from_db()
    assert not key.may("staff.home")
    assert "Cofnięty" in as_alice.get("/settings/keys/").text


def test_one_reads_the_language_of_ones_profile(as_alice, alice):
    assert 'lang="pl"' in as_alice.get("/").text

    response = as_alice.post(
        "/profile/", {"name": "Alicja Żak", "language": "en", "theme": "dark"}, headers={"Accept-Language": "pl"}
    )

    assert response.status_code == 302
    html = as_alice.get("/profile/", headers={"Accept-Language": "pl"}).text
    assert 'lang="en" data-theme="dark"' in html
    assert "Your profile" in html
    assert "Alicja Żak" in html
    assert "Saved." in html


def test_before_signing_in_one_reads_what_one_chose_or_the_browser_asks_for(as_nobody):
    assert 'lang="en"' in as_nobody.get("/sign-in/", headers={"Accept-Language": "en"}).text
    assert 'lang="pl"' in as_nobody.get("/sign-in/", headers={"Accept-Language": "de"}).text

    as_nobody.post("/language/", {"language": "en", "next": "/sign-in/"})
    assert 'lang="en"' in as_nobody.get("/sign-in/", headers={"Accept-Language": "pl"}).text


@pytest.mark.parametrize("language", ["pl", "en"])
def test_every_component_can_be_seen(as_alice, alice, language):
    User.objects.filter(pk=alice.pk).update(language=language)

    html = as_alice.get("/catalogue/").text

    for mark in ("swatches", "is-wrong", "segmented", "timeline", "bulk-bar", "drawer", "outline", "empty", "spark"):
        assert mark in html
