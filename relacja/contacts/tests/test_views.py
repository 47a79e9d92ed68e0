"""Lists under a name: what they keep, who sees them, what is said when they do not fit any more."""

import json
from datetime import timedelta
from urllib.parse import parse_qs, urlencode, urlsplit

import pytest
from django.test import Client

from conftest import make_user
from relacja.contacts import actions, fields, saved
from relacja.contacts.actions import viewing
from relacja.contacts.models import Pin, Record, SavedView, UsualView
from relacja.contacts.tests.people import make_contact, make_people
from relacja.contacts.uses import of as uses_of
from relacja.lib.errors import Refused

RULE = {"all": [{"kind": "attribute", "field": "city", "op": "is", "value": "Gdynia"}]}
LIST = {"q": "anna", "stage": "lead", "sort": "-name", "columns": "email,city", "rule": json.dumps(RULE)}


@pytest.fixture
def marta(db):
    """Works here in sales: may change contacts, not share views."""
    return make_user("marta@firma.example", "sales")


@pytest.fixture
def as_marta(marta) -> Client:
    client = Client()
    client.force_login(marta)
    return client


def make_view(now, by, *, name="Z Gdyni", is_shared=False, of=Record.CONTACT, **state) -> SavedView:
    return viewing.keep_view(of, name=name, state=state or {"stage": "lead"}, by=by, is_shared=is_shared, now=now)


def test_a_view_keeps_filters_columns_and_order_and_its_address_says_all_of_it(as_alice, facts, now):
    make_contact(now)
    kept = as_alice.post("/contacts/views/", {"name": "Z Gdyni", "list": f"?{urlencode(LIST)}&after=x"})

    view = SavedView.objects.get()
    asked = {name: values[0] for name, values in parse_qs(urlsplit(kept.url).query).items()}
    assert {**LIST, "rule": RULE, "view": str(view.pk)} == {**asked, "rule": json.loads(asked["rule"])}
    page = as_alice.get(kept.url)
    assert page.context["strip"].current == view
    assert not page.context["strip"].is_changed
    assert as_alice.get(f"/views/{view.pk}/").url == kept.url


def test_a_changed_list_says_so_and_is_saved_or_reset(as_alice, alice, now):
    view = make_view(now, alice, stage="lead")
    changed = f"/contacts/?view={view.pk}&stage=customer&sort=name"

    strip = as_alice.get(changed).context["strip"]
    as_alice.post(f"/views/{view.pk}/state/", {"list": changed.partition("/contacts/")[2]})

    assert (strip.is_changed, strip.may_change, strip.reset) == (True, True, f"/contacts/?stage=lead&view={view.pk}")
    view.refresh_from_db()
    assert view.state == {"stage": "customer", "sort": "name"}
    assert not as_alice.get(changed).context["strip"].is_changed


def test_the_order_of_keys_in_a_rule_is_no_change(as_alice, alice, facts, now):
    view = make_view(now, alice, **saved.state_of({"rule": json.dumps(RULE)}, []))
    turned = {"all": [dict(reversed(RULE["all"][0].items()))]}

    page = as_alice.get("/contacts/", {"view": view.pk, "rule": json.dumps(turned, indent=1)})

    assert not page.context["strip"].is_changed


def test_a_view_of_ones_own_is_seen_by_nobody_else(as_bob, alice, now):
    view = make_view(now, alice)

    assert as_bob.get(f"/views/{view.pk}/").status_code == 404
    assert as_bob.post(f"/views/{view.pk}/removal/").status_code == 404
    page = as_bob.get(f"/contacts/?view={view.pk}&stage=lead")
    assert page.status_code == 200
    assert (page.context["strip"].current, "Z Gdyni" in page.text) == (None, False)


def test_everybody_sees_a_shared_view_and_only_who_may_share_changes_it(as_marta, marta, alice, now):
    view = make_view(now, alice, is_shared=True)

    page = as_marta.get(f"/contacts/?view={view.pk}&stage=customer")
    refused = as_marta.post(f"/views/{view.pk}/state/", {"list": "?stage=customer"})

    assert (page.context["strip"].current, page.context["strip"].may_change) == (view, False)
    assert refused.status_code == 422
    with pytest.raises(Refused):
        viewing.keep_view(Record.CONTACT, name="Moje", state={}, by=marta, is_shared=True, now=now)
    with pytest.raises(Refused):
        viewing.share_view(make_view(now, marta, name="Moje"), is_shared=True, by=marta, now=now)


def test_a_view_that_is_not_shared_any_more_leaves_the_pages_of_others(alice, marta, now):
    view = make_view(now, alice, is_shared=True)
    viewing.pin(view, by=marta)
    viewing.make_usual(view, by=marta, is_usual=True)

    viewing.share_view(view, is_shared=False, by=alice, now=now)

    assert [pin.person for pin in Pin.objects.filter(view=view)] == [alice]
    assert not UsualView.objects.filter(person=marta).exists()


def test_two_views_of_one_name_are_refused(alice, marta, now):
    make_view(now, alice)
    make_view(now, marta)
    make_view(now, alice, is_shared=True)

    with pytest.raises(Refused):
        make_view(now, alice)
    with pytest.raises(Refused):
        make_view(now, alice, is_shared=True)
    with pytest.raises(Refused):
        make_view(now, alice, name="  ")


def test_pinned_views_stand_above_the_list_in_their_order(as_alice, alice, now):
    views = [make_view(now, alice, name=name) for name in ("A", "B", "C")]

    as_alice.post(f"/views/{views[2].pk}/place/", {"to": "left"})
    as_alice.post(f"/views/{views[0].pk}/place/", {"to": "down"})
    as_alice.post(f"/views/{views[1].pk}/place/", {"to": "right"})

    strip = as_alice.get("/contacts/?view=all").context["strip"]
    assert [tab[0] for tab in strip.tabs][3:-2] == ["C", "B"]
    assert [view.name for view, _href in strip.loose] == ["A"]


def test_the_bare_list_opens_with_ones_usual_view(as_alice, alice, now):
    view = make_view(now, alice)
    assert as_alice.get("/contacts/").status_code == 200

    as_alice.post(f"/views/{view.pk}/usual/", {"usual": "1"})

    assert as_alice.get("/contacts/").url == f"/contacts/?stage=lead&view={view.pk}"
    assert as_alice.get("/contacts/?view=all").status_code == 200
    as_alice.post(f"/views/{view.pk}/usual/")
    assert as_alice.get("/contacts/").status_code == 200


def test_taking_the_last_filter_off_does_not_lead_to_the_usual_view(as_alice, alice, now):
    make_people(now, 2)

    page = as_alice.get("/contacts/?stage=lead")

    assert 'href="?view=all"' in page.text


def test_a_view_is_renamed_deleted_and_brought_back(as_alice, alice, now):
    view = make_view(now, alice)

    as_alice.post(f"/views/{view.pk}/name/", {"name": " Nad  morzem "})
    gone = as_alice.post(f"/views/{view.pk}/removal/", follow=True)
    assert f"/views/{view.pk}/restoration/" in gone.text
    assert as_alice.get(f"/views/{view.pk}/").status_code == 404
    as_alice.post(f"/views/{view.pk}/restoration/")

    view.refresh_from_db()
    assert (view.name, view.removed_at, Pin.objects.filter(view=view).count()) == ("Nad morzem", None, 1)


def test_a_deleted_view_whose_name_is_taken_does_not_come_back(as_alice, alice, now):
    view = make_view(now, alice)
    viewing.remove_view(view, by=alice, now=now)
    make_view(now, alice)

    assert as_alice.post(f"/views/{view.pk}/restoration/").status_code == 422


def test_deleted_views_go_for_good_in_time(alice, now):
    view = make_view(now, alice)
    viewing.remove_view(view, by=alice, now=now)

    viewing.forget_removed(before=now)
    assert SavedView.objects.exists()
    viewing.forget_removed(before=now + timedelta(seconds=1))
    assert not SavedView.objects.exists()


def test_a_view_whose_rule_cannot_be_read_any_more_opens_with_a_sentence(as_alice, alice, now):
    view = make_view(now, alice, rule='{"kind":"gone"}')

    page = as_alice.get(f"/views/{view.pk}/", follow=True)

    assert page.status_code == 422
    assert page.context["strip"].current == view
    assert "gone" in page.context["refusal"]


def test_a_view_that_speaks_of_an_archived_field_says_which(as_alice, alice, facts, now):
    made = actions.make_field(Record.CONTACT, kind="number", label="Rowery", now=now)
    path = f"attributes.{made.key}"
    rule = {"all": [{"kind": "attribute", "field": path, "op": "greater", "value": 1}]}
    state = {"columns": f"email,{path}", "sort": path, "rule": json.dumps(rule)}
    view = make_view(now, alice, is_shared=True, **saved.state_of(state, state["columns"].split(",")))
    assert "Rowery" not in as_alice.get(f"/views/{view.pk}/", follow=True).context["strip"].lost
    assert [use.name for use in uses_of(fields.made(made))] == ["Z Gdyni"]

    actions.archive_field(made, now=now)

    page = as_alice.get(f"/views/{view.pk}/", follow=True)
    assert (page.status_code, page.context["strip"].lost) == (200, "Rowery")


@pytest.mark.parametrize("views", [1, 15])
def test_views_cost_the_same_however_many_there_are(as_alice, alice, now, kept, django_assert_max_num_queries, views):
    make_people(now, 2)
    for number in range(views):
        make_view(now, alice, name=f"Widok {number}", is_shared=bool(number % 2))
    as_alice.get("/contacts/?view=all")

    with django_assert_max_num_queries(10):
        as_alice.get("/contacts/?view=all")
    with django_assert_max_num_queries(6):
        as_alice.get("/contacts/views/")
