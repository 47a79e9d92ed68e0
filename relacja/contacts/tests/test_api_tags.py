"""Tags as programs make them and put them on."""

import pytest

from relacja.contacts import tags as words
from relacja.contacts.actions import create_company
from relacja.contacts.actions import tags as actions
from relacja.contacts.models import Tag
from relacja.contacts.tests.people import make_contact
from relacja.contacts.tests.programs import EVERYTHING, Program, errors


@pytest.fixture
def program(db):
    words.forget_remembered()
    return Program(scopes=[*EVERYTHING, "contacts.tags"])


def test_a_tag_is_made_renamed_and_removed(program):
    made = program.post("/tags", {"name": "Klient złoty", "colour": "amber"})
    path = f"/tags/{made.json()['id']}"
    renamed = program.patch(path, {"name": "Klub"})
    removed = program.delete(path)

    assert (made.status_code, made.json()["key"]) == (201, "klient_zloty")
    assert renamed.json() == {**made.json(), "name": "Klub"}
    assert removed.status_code == 200
    assert program.get("/tags").json() == {"items": []}
    assert program.patch(path, {"name": "X"}).status_code == 404


@pytest.mark.parametrize(
    ("sent", "field"),
    [({"name": "KLUB"}, "name"), ({"name": " "}, "name"), ({"name": "a;b"}, "name"), ({"name": "x" * 61}, "name"),
     ({"name": "X", "colour": "red"}, "colour"), ({"name": "X", "key": "y"}, "key"), ({}, "name")],
)  # fmt: skip
def test_what_no_tag_can_be_is_named(program, now, sent, field):
    actions.make_tag("Klub", now=now)

    response = program.post("/tags", sent)

    assert response.status_code in {409, 422}
    assert list(errors(response)) == [field]
    assert Tag.objects.count() == 1


def test_tags_are_put_on_people_and_companies_and_taken_off(program, now):
    anna, firm = make_contact(now), create_company(values={"name": "Stal-Profil"}, now=now)
    for name in ("Klub", "Hurt"):
        actions.make_tag(name, now=now)

    for path in (f"/contacts/{anna.pk}", f"/companies/{firm.pk}"):
        both = program.post(f"{path}/tags", {"on": ["klub", "HURT"]})
        one = program.post(f"{path}/tags", {"off": ["Klub"]})
        assert (both.status_code, one.status_code) == (200, 200), both.text
        assert set(both.json()["attributes"]["tags"]) == {"klub", "hurt"}
        assert one.json()["attributes"]["tags"] == ["hurt"]


def test_a_tag_that_is_not_there_is_named_and_nothing_is_changed(program, now):
    anna = make_contact(now)
    actions.make_tag("Klub", now=now)

    response = program.post(f"/contacts/{anna.pk}/tags", {"on": ["Klub", "Nobody"], "off": ["Nothing"]})

    anna.refresh_from_db()
    assert set(errors(response)) == {"on.1", "off.0"}
    assert anna.attributes == {}


def test_who_has_a_tag_has_the_one_it_was_merged_into(program, now):
    anna = make_contact(now)
    old, new = (actions.make_tag(name, now=now) for name in ("Klub", "Hurt"))
    program.post(f"/contacts/{anna.pk}/tags", {"on": ["Klub"]})

    merged = program.post(f"/tags/{old.pk}/merge", {"into": new.pk})
    itself = program.post(f"/tags/{new.pk}/merge", {"into": new.pk})

    assert (merged.status_code, merged.json()["key"], itself.status_code) == (200, "hurt", 422)
    assert program.get(f"/contacts/{anna.pk}").json()["attributes"]["tags"] == ["hurt"]


@pytest.mark.parametrize(
    ("method", "path"), [("post", "/tags"), ("patch", "/tags/{}"), ("delete", "/tags/{}"), ("post", "/tags/{}/merge")]
)
def test_a_key_that_may_only_edit_makes_no_tags(db, now, method, path):
    tag = actions.make_tag("Klub", now=now)
    program = Program(scopes=EVERYTHING)

    response = program.client.generic(method.upper(), f"/api/v1{path.format(tag.pk)}", "{}", "application/json")

    assert response.status_code == 403
    assert Tag.objects.values_list("name", "archived_at", "merged_into").get() == ("Klub", None, None)
