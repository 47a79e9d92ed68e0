"""Cells of the list, changed in their place."""

import re

import pytest

from conftest import make_user
from relacja.contacts import actions, rules
from relacja.contacts.models import Contact, Record, Stage
from relacja.contacts.tests.people import make_contact
from relacja.staff.models import ChangeSet

HTMX = {"HX-Request": "true"}


def post(client, contact, path, **typed):
    typed = {"version": contact.version, **typed}
    return client.post(f"/contacts/{contact.pk}/cells/{path}/", typed, headers=HTMX)


@pytest.mark.parametrize(
    ("path", "typed", "shown"),
    [
        ("city", "Sopot", "Sopot"),
        ("phone", "600 100 200", "600 100 200"),
        ("company", "Studio Żak", "Studio Żak"),
        ("stage", "customer", "Klient"),
        ("language", "en", "en"),
        ("job_title", "<b>Szef</b>", "&lt;b&gt;Szef&lt;/b&gt;"),
    ],
)
def test_a_cell_is_changed_and_drawn_anew(as_alice, now, path, typed, shown):
    contact = make_contact(now)

    form = as_alice.get(f"/contacts/{contact.pk}/cells/{path}/", headers=HTMX).text
    drawn = post(as_alice, contact, path, **{path: typed})

    assert re.search(rf'name="{path}"', form)
    assert drawn.status_code == 200
    assert shown in drawn.text
    assert "<form" not in drawn.text.partition("hx-swap-oob")[0]


def test_an_owner_is_chosen_in_the_cell(as_alice, alice, now):
    contact = make_contact(now)

    assert str(alice) in post(as_alice, contact, "owner", owner=alice.pk).text
    contact.refresh_from_db()
    post(as_alice, contact, "owner", owner="")

    contact.refresh_from_db()
    assert contact.owner is None


@pytest.mark.parametrize(
    ("kind", "typed", "value", "shown"),
    [
        ("text", "żółw", "żółw", "żółw"),
        ("number", "1 234,5", 1234.5, "1\xa0234,5"),
        ("date", "2026-11-21", "2026-11-21", "21 lis 2026"),
        ("yes_no", "true", True, "tak"),
        ("link", "https://zolc.example/", "https://zolc.example/", "zolc.example"),
        ("choice", "red", "red", "Red"),
    ],
)
def test_own_fields_have_the_input_of_their_kind(as_alice, now, kind, typed, value, shown):
    made = actions.make_field(Record.CONTACT, kind=kind, label="Coś", choices=["Red", "Blue"], now=now)
    contact, path = make_contact(now), f"attributes.{made.key}"

    drawn = post(as_alice, contact, path, **{path: typed})

    contact.refresh_from_db()
    assert contact.attributes[made.key] == value
    assert shown in drawn.text


def test_several_choices_stay_chosen_when_somebody_was_faster(as_alice, alice, now):
    made = actions.make_field(Record.CONTACT, kind="choices", label="Kolory", choices=["Red", "Blue", "Green"], now=now)
    contact, path = make_contact(now), f"attributes.{made.key}"
    actions.edit(contact, values=rules.Values({}, {made.key: ["green"]}), by=alice, now=now)

    refused = post(as_alice, Contact(pk=contact.pk, version=1), path, **{path: ["red", "blue"]})

    assert refused.status_code == 422
    assert len(re.findall(r"checked", refused.text)) == 2


@pytest.mark.parametrize("path", ["city", "stage", "owner"])
def test_what_somebody_changed_meanwhile_is_shown_and_kept_until_one_decides(as_alice, alice, now, path):
    contact = make_contact(now, city="Gdynia")
    ola = make_user("ola@firma.example", "sales")
    if path == "city":
        actions.edit(contact, values=rules.values({"city": "Hel"}), by=ola, now=now)
    elif path == "stage":
        actions.set_stage(contact.pk, Stage.LOST, by=ola, now=now)
    else:
        actions.assign(contact, ola, by=ola, now=now)
    typed = {"city": "Sopot", "stage": "customer", "owner": alice.pk}[path]

    refused = post(as_alice, Contact(pk=contact.pk, version=1), path, **{path: typed})
    contact.refresh_from_db()
    assert (refused.status_code, "Ola" in refused.text) == (422, True)
    again = re.search(r'name="version" value="(\d+)"', refused.text)
    assert again
    assert int(again[1]) == contact.version

    saved = post(as_alice, contact, path, **{path: typed})

    assert saved.status_code == 200


def test_a_change_of_something_else_meanwhile_is_no_conflict(as_alice, now):
    contact = make_contact(now)
    actions.edit(contact, values=rules.values({"city": "Hel"}), now=now)

    assert post(as_alice, Contact(pk=contact.pk, version=1), "job_title", job_title="Szef").status_code == 200


def test_a_refusal_is_said_in_the_cell(as_alice, now):
    make_contact(now)
    other = make_contact(now, email="jan@zolc.example")

    taken = post(as_alice, other, "email", email="anna@zolc.example")
    wrong = post(as_alice, other, "phone", phone="12")

    assert (taken.status_code, wrong.status_code) == (422, 422)
    assert "cell-form" in taken.text
    assert "Anna Żółć" in taken.text
    assert 'class="error"' in wrong.text


def test_a_changed_cell_is_taken_back_by_its_toast(as_alice, now):
    contact = make_contact(now, city="Gdynia")

    drawn = post(as_alice, contact, "city", city="Sopot")
    made = ChangeSet.objects.latest("pk")
    assert f"/{made.pk}/" in drawn.text.partition("hx-swap-oob")[2]
    as_alice.post(re.search(r'action="([^"]+)"', drawn.text)[1])

    contact.refresh_from_db()
    assert contact.city == "Gdynia"


def test_saving_what_was_there_changes_nothing(as_alice, now):
    contact = make_contact(now, city="Gdynia")

    post(as_alice, contact, "city", city="Gdynia")

    contact.refresh_from_db()
    assert contact.version == 1
    assert not ChangeSet.objects.filter(label="contacts.edited").exists()


def test_only_cells_that_one_may_change_can_be_opened(as_alice, as_bob, now):
    contact = make_contact(now)

    assert 'data-cell="city"' in as_alice.get("/contacts/?view=all").text
    assert "data-cell" not in as_bob.get("/contacts/?view=all").text
    assert as_bob.get(f"/contacts/{contact.pk}/cells/city/", headers=HTMX).status_code == 403
    for path in ("source", "created", "nonsense", "attributes.none", "version"):
        assert as_alice.get(f"/contacts/{contact.pk}/cells/{path}/", headers=HTMX).status_code == 404
    assert as_alice.get(f"/contacts/{contact.pk}/cells/city/").url == f"/contacts/{contact.pk}/"


def test_who_is_put_away_is_not_changed(as_alice, now):
    contact = make_contact(now)
    actions.archive(contact, now=now)

    assert "data-cell" not in as_alice.get("/contacts/?archived=1").text
    assert post(as_alice, contact, "city", city="Hel").status_code == 422


def test_what_else_of_the_row_depends_on_it_is_drawn_anew_as_well(as_alice, now):
    contact = make_contact(now)
    kept = {"HX-Current-URL": "http://testserver/contacts/?columns=city,stage,stage_since,changed"}

    drawn = as_alice.post(
        f"/contacts/{contact.pk}/cells/stage/", {"version": contact.version, "stage": "customer"}, headers=HTMX | kept
    ).text

    assert f'hx-swap-oob="innerHTML:#contact-{contact.pk} &gt; td:nth-child(5)"' in drawn
    assert f'hx-swap-oob="innerHTML:#contact-{contact.pk} &gt; td:nth-child(6)"' in drawn
    assert "td:nth-child(3)" not in drawn  # somebody may be typing there
    assert "mniej niż dzień" in drawn


def test_a_new_name_stands_at_the_head_of_the_row(as_alice, now):
    contact = make_contact(now)

    drawn = post(as_alice, contact, "last_name", last_name="<Nowak>").text

    assert "Anna &lt;Nowak&gt;" in drawn.partition("hx-swap-oob")[2]
