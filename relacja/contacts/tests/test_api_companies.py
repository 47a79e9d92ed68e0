"""Companies as programs see them."""

import json

import pytest

from relacja.contacts import actions
from relacja.contacts.models import Company, Field, Position, Record
from relacja.contacts.tests.people import make_contact
from relacja.contacts.tests.programs import EVERYTHING, Program, errors
from relacja.staff import changes
from relacja.staff.models import Change, ChangeSet

NIP = "526-025-02-74"


def make_company(now, name="Stal-Profil", **values) -> Company:
    return actions.create_company(values={"name": name, **values}, now=now)


def test_a_company_is_added_with_all_that_is_known(program, now):
    holding = make_company(now, "Holding")
    sent = {"name": "Stal-Profil", "vat_id": NIP, "city": "Gdynia", "country": "pl", "parent": holding.pk}

    response = program.post("/companies", sent)

    firm = Company.objects.get(name="Stal-Profil")
    assert response.status_code == 201
    assert response.json() == program.get(f"/companies/{firm.pk}").json()
    assert (firm.vat_id, firm.country, firm.parent) == ("5260250274", "PL", holding)
    assert Change.objects.filter(kind="company", record_id=firm.pk).exists()


@pytest.mark.parametrize(
    ("sent", "fields"),
    [
        ({}, {"name"}),
        ({"name": " "}, {"name"}),
        ({"name": "X", "vat_id": "123", "country": "Atlantis"}, {"vat_id", "country"}),
        ({"name": "X", "parent": 77}, {"parent"}),
        ({"name": "X", "attributes": {"nothing": 1}}, {"attributes.nothing"}),
        ({"name": "X", "owner": 1}, {"owner"}),
        ({"name": "X", "id": 7, "archived_at": None}, {"id", "archived_at"}),
    ],
)
def test_what_cannot_be_taken_is_named(program, sent, fields):
    response = program.post("/companies", sent)

    assert response.status_code == 422
    assert set(errors(response)) == fields
    assert not Company.objects.exists()


@pytest.mark.parametrize(("sent", "field"), [({"vat_id": "PL5260250274"}, "vat_id"), ({"name": "STAL-PROFIL"}, "name")])
def test_a_company_that_is_here_already_is_a_conflict_that_says_which(program, now, sent, field):
    firm = make_company(now, vat_id="5260250274")

    response = program.post("/companies", {"name": "Other", **sent})

    assert response.status_code == 409
    assert response.json()["company_id"] == firm.pk
    assert list(errors(response)) == [field]


def test_a_company_is_found_by_its_vat_id_however_it_is_written(program, now):
    make_company(now, "Other")
    firm = make_company(now, vat_id="5260250274")

    assert [one["id"] for one in program.get("/companies", vat_id=NIP).json()["items"]] == [firm.pk]
    assert list(errors(program.get("/companies", vat_id="12"))) == ["vat_id"]


def test_companies_are_searched_and_walked_from_page_to_page(program, now, alice, django_assert_max_num_queries):
    top = make_company(now, "Ząb Holding")
    for number in range(5):
        make_company(now, f"Żuraw {number}", parent=top.pk, owner=alice.pk)

    seen, cursor = [], ""
    while cursor is not None:
        with django_assert_max_num_queries(6):
            answer = program.get("/companies", q="zuraw", limit=2, cursor=cursor).json()
        seen += [one["name"] for one in answer["items"]]
        cursor = answer["next"]

    assert seen == [f"Żuraw {number}" for number in range(5)]
    assert len(program.get("/companies", parent=top.pk, owner=alice.pk).json()["items"]) == 5
    assert program.get("/companies", cursor="nonsense").status_code == 422
    assert list(errors(program.get("/companies", ordering="name);--"))) == ["ordering"]


def test_companies_are_narrowed_by_a_rule_sorted_and_cut_to_what_is_wanted(program, now):
    for number, city in enumerate(["Łódź", "łódź", "Hel"]):
        make_company(now, f"Żuraw {number}", city=city)
    rule = {"not": {"kind": "attribute", "field": "city", "op": "is", "value": "hel"}}

    found = program.get("/companies", rule=json.dumps(rule), sort="-name", fields="name")
    wrong = program.get("/companies", rule=json.dumps({"all": [rule, {"kind": "nonsense"}]}))

    assert [sorted(one) for one in found.json()["items"]] == [["id", "name"]] * 2
    assert [one["name"] for one in found.json()["items"]] == ["Żuraw 1", "Żuraw 0"]
    assert list(errors(wrong)) == ["rule.all.1.kind"]
    assert list(errors(program.get("/companies", sort="nonsense"))) == ["sort"]
    assert list(errors(program.get("/companies", fields="nonsense"))) == ["fields"]


def test_nothing_is_overwritten_that_somebody_changed_since(program, alice, now):
    firm = make_company(now, "Stal")
    read = program.get(f"/companies/{firm.pk}").json()["version"]
    actions.edit_company(firm, values={"city": "Hel"}, by=alice, now=now)

    other = program.patch(f"/companies/{firm.pk}", {"street": "Portowa 3", "version": read})
    same = program.patch(f"/companies/{firm.pk}", {"city": "Gdynia", "version": read})

    assert (other.status_code, same.status_code) == (200, 409)
    assert "Hel" in same.text


def test_programs_delete_and_take_back(program, now):
    anna = make_contact(now, company="Studio Żak")

    deleted = program.delete(f"/companies/{anna.company_id}").json()
    anna.refresh_from_db()
    assert (deleted["trashed_at"] is not None, anna.company) == (True, None)
    assert program.get("/companies", trashed="true").json()["items"][0]["id"] == deleted["id"]
    back = program.post(f"/companies/{deleted['id']}/retrieval").json()

    anna.refresh_from_db()
    assert (back["trashed_at"], back["archived_at"], anna.company_id) == (None, None, deleted["id"])


def test_only_what_is_sent_is_changed(program, now):
    Field.objects.create(of=Record.COMPANY, key="size", label="Wielkość", kind="number", position=1, created_at=now)
    firm = make_company(now, vat_id="5260250274")

    response = program.patch(f"/companies/{firm.pk}", {"city": "Hel", "attributes": {"size": 12}})
    refused = program.patch(f"/companies/{firm.pk}", {"parent": firm.pk})

    firm.refresh_from_db()
    assert response.json()["attributes"] == {"size": 12}
    assert (firm.city, firm.vat_id, firm.parent) == ("Hel", "5260250274", None)
    assert (refused.status_code, list(errors(refused))) == (422, ["parent"])


def test_a_company_nobody_works_at_is_put_away_and_taken_back(program, now):
    firm = make_company(now)
    anna = make_contact(now, company="Stal-Profil")

    refused = program.post(f"/companies/{firm.pk}/archive")
    actions.archive(anna, now=now)
    archived = program.post(f"/companies/{firm.pk}/archive")

    assert (refused.status_code, archived.status_code) == (422, 200)
    assert "1 person still works at Stal-Profil" in refused.json()["detail"]
    assert program.get("/companies").json()["items"] == []
    assert len(program.get("/companies", archived="true").json()["items"]) == 1
    assert program.post(f"/companies/{firm.pk}/restoration").json()["archived_at"] is None


def test_a_company_does_not_come_back_to_a_name_that_is_taken(program, now):
    firm = make_company(now)
    program.post(f"/companies/{firm.pk}/archive")
    make_company(now)

    assert program.post(f"/companies/{firm.pk}/restoration").status_code == 409


def test_people_do_something_for_a_company(program, now):
    firm, anna = make_company(now), make_contact(now)

    made = program.post(f"/companies/{firm.pk}/positions", {"contact": anna.pk, "role": "Prokurent"})
    [position] = made.json()["items"]
    left = program.delete(f"/companies/{firm.pk}/positions/{position['id']}")

    assert (position["contact"], position["name"], position["role"]) == (anna.pk, "Anna Żółć", "Prokurent")
    assert left.json() == {"items": []}
    assert not Position.objects.exists()


def test_a_position_of_another_company_or_of_nobody_is_not_found(program, now):
    firm, other, anna = make_company(now), make_company(now, "Other"), make_contact(now)
    position = actions.appoint(anna, firm, role="Prokurent", now=now)

    assert program.delete(f"/companies/{other.pk}/positions/{position.pk}").status_code == 404
    assert program.post(f"/companies/{firm.pk}/positions", {"contact": 777, "role": "x"}).status_code == 404
    assert Position.objects.count() == 1


def test_a_repeat_adds_no_second_company(program):
    first = program.post("/companies", {"name": "Stal-Profil"}, **{"Idempotency-Key": "1"})
    again = program.post("/companies", {"name": "Stal-Profil"}, **{"Idempotency-Key": "1"})

    assert (first.status_code, again.status_code) == (201, 201)
    assert first.content == again.content
    assert Company.objects.count() == 1


@pytest.mark.parametrize(
    ("method", "path", "scope"),
    [
        ("get", "", "contacts.view"),
        ("post", "", "contacts.edit"),
        ("get", "/{}", "contacts.view"),
        ("patch", "/{}", "contacts.edit"),
        ("post", "/{}/archive", "contacts.archive"),
        ("post", "/{}/restoration", "contacts.archive"),
        ("get", "/{}/positions", "contacts.view"),
        ("post", "/{}/positions", "contacts.edit"),
        ("delete", "/{}/positions/1", "contacts.edit"),
    ],
)
def test_a_key_without_the_scope_changes_nothing(db, now, method, path, scope):
    firm = make_company(now)
    program = Program(scopes=[other for other in EVERYTHING if other != scope])
    before = Company.objects.values().get()

    response = program.client.generic(
        method.upper(), f"/api/v1/companies{path.format(firm.pk)}", '{"name": "X"}', content_type="application/json"
    )

    assert response.status_code == 403
    assert scope in response.json()["detail"]
    assert Company.objects.values().get() == before


def test_taking_back_that_a_company_was_archived_brings_it_back(program, now, alice):
    firm = make_company(now)
    program.post(f"/companies/{firm.pk}/archive")

    changes.undo(ChangeSet.objects.get(label="companies.archived"), by=alice, now=now)

    firm.refresh_from_db()
    assert firm.archived_at is None
