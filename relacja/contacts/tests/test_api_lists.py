"""What programs may ask of the list of contacts, and which own fields they must fill in."""

import json

import pytest

from relacja.contacts import actions, copying, rules
from relacja.contacts.models import Contact, Field, Record
from relacja.contacts.tests.people import make_contact
from relacja.contacts.tests.programs import Program, errors


def in_city(city: str) -> dict:
    return {"kind": "attribute", "field": "city", "op": "is", "value": city}


@pytest.fixture
def people(facts, now, alice) -> dict[str, Contact]:
    made = {
        name: make_contact(now, first_name=name, email=f"{name}@x.example", city=city)
        for name, city in (("Anna", "Gdynia"), ("Bartek", "Sopot"), ("Celina", "Gdynia"))
    }
    actions.assign(made["Celina"], alice, by=alice, now=now)
    copying.copy_changed()
    return made


def names(response) -> list[str]:
    assert response.status_code == 200, response.text
    return [one["first_name"] for one in response.json()["items"]]


def test_the_list_takes_a_rule_of_segments(program, people):
    rule = {"all": [in_city("Gdynia"), {"not": {"kind": "attribute", "field": "email", "op": "starts_with",
                                                "value": "anna"}}]}  # fmt: skip

    assert names(program.get("/contacts", rule=json.dumps(rule))) == ["Celina"]
    assert names(program.get("/contacts", rule=json.dumps(in_city("Gdynia")), q="anna")) == ["Anna"]


def test_a_ruled_list_is_walked_from_page_to_page_in_any_order(program, people):
    asked = {"rule": json.dumps({"any": [in_city("Gdynia"), in_city("Sopot")]}), "sort": "-city", "limit": 1}

    seen, cursor = [], ""
    while cursor is not None:
        answer = program.get("/contacts", cursor=cursor, **asked).json()
        seen += [one["city"] for one in answer["items"]]
        cursor = answer["next"]

    assert seen == ["Sopot", "Gdynia", "Gdynia"]


@pytest.mark.parametrize(
    ("rule", "place"),
    [
        ("{", "rule"),
        ("[]", "rule"),
        ({"all": [in_city("Gdynia"), {"kind": "password"}]}, "rule.all.1.kind"),
        ({"any": [{"not": {**in_city("Gdynia"), "op": "OR 1=1"}}]}, "rule.any.0.not.op"),
        ({"all": [{**in_city("Gdynia"), "field": "owner.password"}]}, "rule.all.0.field"),
        ({"all": [{**in_city("Gdynia"), "x": 1}]}, "rule.all.0.x"),
        ({"any": []}, "rule"),
    ],
)
def test_a_rule_that_cannot_be_read_is_refused_with_the_place_at_fault(program, people, rule, place):
    response = program.get("/contacts", rule=rule if isinstance(rule, str) else json.dumps(rule))

    assert response.status_code == 400
    [(field, sentence)] = errors(response).items()
    assert field.startswith(place)
    assert sentence == response.json()["detail"]


@pytest.mark.parametrize(
    ("query", "field"),
    [({"stage": "boss"}, "stage"), ({"consent": "maybe"}, "consent"), ({"owner": "0"}, "owner"),
     ({"company": str(1 << 70)}, "company"), ({"fields": "id,password"}, "fields"), ({"sort": "search_text"}, "sort")],
)  # fmt: skip
def test_what_no_contact_has_is_refused_by_name(program, query, field):
    response = program.get("/contacts", **query)

    assert response.status_code in {400, 422}
    assert list(errors(response)) == [field]


def test_only_the_fields_asked_for_are_sent(program, people):
    [anna] = program.get("/contacts", q="anna", fields="email, city").json()["items"]

    assert anna == {"id": people["Anna"].pk, "email": "Anna@x.example", "city": "Gdynia"}


def test_the_list_is_narrowed_by_who_takes_care(program, people, alice):
    assert names(program.get("/contacts", owner=alice.pk)) == ["Celina"]


def make_needed(now, default=None) -> Field:
    return Field.objects.create(of=Record.CONTACT, key="size", label="Rozmiar", kind="text", is_required=True,
                                position=1, created_at=now, default=default)  # fmt: skip


@pytest.mark.parametrize("sent", [{}, {"attributes": {}}, {"attributes": {"size": ""}}, {"attributes": {"size": None}}])
def test_a_field_that_must_be_filled_in_is_asked_of_programs_too(program, now, sent):
    make_needed(now)

    response = program.post("/contacts", {"first_name": "Anna", **sent})

    assert response.status_code == 422
    assert errors(response) == {"attributes.size": "This field is needed."}
    assert not Contact.objects.exists()


def test_a_usual_value_fills_in_what_is_needed(program, now):
    make_needed(now, default="M")

    assert program.post("/contacts", {"first_name": "Anna"}).json()["attributes"] == {"size": "M"}


def test_what_is_needed_cannot_be_emptied_later(program, now):
    contact = actions.create(values=rules.Values({"first_name": "Anna"}, {"size": "M"}), now=now)
    make_needed(now)

    emptied = program.patch(f"/contacts/{contact.pk}", {"attributes": {"size": None}})
    other = program.patch(f"/contacts/{contact.pk}", {"city": "Hel"})

    assert (emptied.status_code, other.status_code) == (422, 200)
    assert list(errors(emptied)) == ["attributes.size"]


def test_a_key_that_may_only_look_puts_nobody_away(db, now):
    contact = make_contact(now)
    program = Program(scopes=["contacts.view", "contacts.edit"])

    for method, path in (("delete", ""), ("post", "/retrieval"), ("post", "/archive")):
        response = getattr(program.client, method)(f"/api/v1/contacts/{contact.pk}{path}")
        assert response.status_code == 403

    contact.refresh_from_db()
    assert (contact.archived_at, contact.trashed_at) == (None, None)
