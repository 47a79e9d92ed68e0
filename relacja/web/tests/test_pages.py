"""Sources and the intake, as staff see them."""

import pytest

from relacja.web import actions
from relacja.web.models import Source
from relacja.web.tests.doors import Door, track


def test_a_source_is_added_and_shows_its_key(as_alice):
    answer = as_alice.post(
        "/settings/sources/", {"name": "Sklep", "kind": "browser", "origins": "https://Sklep.example"}
    )

    source = Source.objects.get()
    assert answer["Location"] == f"/settings/sources/{source.pk}/"
    page = as_alice.get(answer["Location"]).text
    assert source.key in page
    assert "t.js" in page
    assert source.allowed_origins == ["https://sklep.example"]


def test_a_name_is_given_once(as_alice, now):
    actions.add_source("Sklep", "server", now)

    answer = as_alice.post("/settings/sources/", {"name": "Sklep", "kind": "server"})

    assert answer.status_code == 422
    assert "Sklep" in answer.text


@pytest.mark.parametrize(
    "origin", ["sklep.example", "ftp://x.example", "https://x.example/path", "https://a@b.example"]
)
def test_an_origin_is_a_website_and_nothing_more(as_alice, origin):
    answer = as_alice.post("/settings/sources/", {"name": "Sklep", "kind": "browser", "origins": origin})

    assert answer.status_code == 422
    assert not Source.objects.exists()


def test_a_new_key_replaces_the_old_and_a_shut_source_keeps_its_name(as_alice, now):
    source = actions.add_source("Sklep", "server", now)
    old = source.key

    as_alice.post(f"/settings/sources/{source.pk}/key/")
    as_alice.post(f"/settings/sources/{source.pk}/revocation/")

    source.refresh_from_db()
    assert source.key != old
    assert source.revoked_at is not None
    assert "Sklep" in as_alice.get("/settings/sources/").text
    assert as_alice.get(f"/settings/sources/{source.pk}/").status_code == 200


def test_the_intake_says_what_came_and_why_some_was_not_taken(door: Door, server, alice, as_alice):
    alice.introduce(name="Alice", language="en")
    door.post("/v1/track", track(server))
    door.post("/v1/track", track(server))
    door.post("/v1/track", track(server, "m-2", event=""))
    door.post("/v1/track", track("wk_nobody", "m-3"))

    page = as_alice.get("/intake/")

    assert "Taken: <b>1</b>, repeated: 1, refused: 2. Together that is all that came: 4." in page.text
    assert "The event has no name." in page.text
    assert "The write key belongs to no source." in page.text
    filtered = as_alice.get("/intake/?source=shop&reason=no_name&days=7")
    assert "m-2" in filtered.text
    assert "wk_nobody" not in filtered.text


def test_an_installation_without_events_says_how_to_begin(as_alice):
    assert "/settings/sources/" in as_alice.get("/intake/").text
    assert as_alice.get("/settings/sources/").status_code == 200


@pytest.mark.usefixtures("kept")
@pytest.mark.parametrize("rows", [1, 12])
def test_the_intake_costs_the_same_however_much_came(door: Door, now, as_alice, django_assert_max_num_queries, rows):
    for n in range(rows):
        door.post("/v1/track", track(actions.add_source(f"shop {n}", "server", now).key, event=""))

    with django_assert_max_num_queries(40):
        as_alice.get("/intake/")
