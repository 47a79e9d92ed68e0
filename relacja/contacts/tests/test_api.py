from datetime import timedelta

import pytest
from django.test import Client
from django.utils import timezone

from relacja.contacts import actions, copying, rules
from relacja.contacts.models import ConsentEntry, ConsentText, Contact
from relacja.contacts.tests.people import make_contact
from relacja.contacts.tests.programs import EVERYTHING, Program, errors
from relacja.events import queries as events
from relacja.events.models import Entry
from relacja.staff.models import Answer, ApiKey


@pytest.fixture
def words(db, now):
    return ConsentText.objects.update_or_create(
        purpose="newsletter", channel="email", version=1, language="pl", defaults={"body": "Tak", "since": now}
    )[0]


def test_a_contact_is_added_with_what_they_agreed_to(program, words):
    response = program.post(
        "/contacts",
        {
            "first_name": "Anna",
            "email": "Anna@ZOLC.example",
            "phone": "601 234 567",
            "company": "Studio Żak",
            "consent": {
                "purpose": "newsletter",
                "channel": "email",
                "text_version": 1,
                "source": "checkout",
                "proof": {"ip": "192.0.2.7"},
            },
        },
    )

    contact = Contact.objects.get()
    assert response.status_code == 201
    assert response.json()["id"] == contact.pk
    assert (response.json()["phone"], response.json()["company"]) == ("+48601234567", "Studio Żak")
    entry = ConsentEntry.objects.get(contact=contact)
    assert (entry.act, entry.text, entry.source, entry.proof) == ("given", words, "checkout", {"ip": "192.0.2.7"})
    assert entry.address == "Anna@zolc.example"


def test_the_version_of_a_new_contact_is_true_and_their_consent_reaches_the_facts(program, words, facts):
    consent = {"purpose": "newsletter", "channel": "email", "text_version": 1, "source": "checkout"}

    response = program.post("/contacts", {"email": "anna@zolc.example", "consent": consent})
    copying.copy_changed()

    assert Contact.objects.get().version == response.json()["version"]
    copied = facts.ask("SELECT attributes.consent.newsletter.email::String AS said FROM contact")
    assert copied == [{"said": "given"}]
    assert [entry.count for entry in Entry.objects.all()] == [2]


def test_nothing_is_agreed_to_without_a_source(program, words):
    consent = {"purpose": "newsletter", "channel": "email", "text_version": 1}

    response = program.post("/contacts", {"first_name": "Anna", "consent": consent})

    assert response.status_code == 422
    assert errors(response) == {"consent.source": "This field is needed."}
    assert not Contact.objects.exists()


def test_a_text_that_nobody_wrote_leaves_no_contact_behind(program, words):
    consent = {"purpose": "newsletter", "channel": "email", "text_version": 9, "source": "checkout"}

    response = program.post("/contacts", {"first_name": "Anna", "consent": consent})

    assert response.status_code == 422
    assert list(errors(response)) == ["consent.text_version"]
    assert not Contact.objects.exists()


@pytest.mark.parametrize(
    "sent",
    [
        {"is_staff": True},
        {"role": "administrator"},
        {"owner": 1},
        {"id": 7},
        {"created_at": "2020-01-01T00:00:00Z"},
        {"score": 100},
        {"stage": "customer"},
        {"user": {"role": "administrator"}},
    ],
)
def test_what_cannot_be_set_is_refused_by_name(program, now, sent):
    contact = make_contact(now)

    created = program.post("/contacts", {"first_name": "Eve", **sent})
    changed = program.patch(f"/contacts/{contact.pk}", sent)

    assert (created.status_code, changed.status_code) == (422, 422)
    assert list(errors(created)) == list(errors(changed)) == list(sent)
    assert Contact.objects.count() == 1


def test_every_field_that_cannot_be_taken_is_named_at_once(program):
    response = program.post("/contacts", {"email": "nobody", "phone": "abc", "country": "Polska", "city": "x" * 121})

    assert response.status_code == 422
    assert set(errors(response)) == {"email", "phone", "country", "city"}


def test_an_address_that_is_somebody_elses_is_a_conflict_that_says_whose(program, now):
    contact = make_contact(now)

    response = program.post("/contacts", {"email": "ANNA@zolc.example"})

    assert response.status_code == 409
    assert response.json()["contact_id"] == contact.pk
    assert list(errors(response)) == ["email"]


@pytest.mark.parametrize("body", ["{", "[]", '"x"', "null", '{"first_name": 7}', '{"first_name": "\\ud800"}', ""])
def test_what_cannot_be_read_is_refused(program, body):
    response = program.client.post("/api/v1/contacts", body, content_type="application/json")

    assert response.status_code in {400, 422}
    assert response["Content-Type"] == "application/problem+json"
    assert not Contact.objects.exists()


@pytest.mark.parametrize("headers", [{}, {"Authorization": "Bearer rk_wrong"}, {"Authorization": "Basic cms6"}])
def test_without_a_key_nothing_is_answered(db, headers):
    response = Client().get("/api/v1/contacts", headers=headers)

    assert response.status_code == 401
    assert response["WWW-Authenticate"] == "Bearer"
    assert response["Content-Type"] == "application/problem+json"


def test_a_revoked_key_opens_nothing(program):
    ApiKey.objects.update(revoked_at=timezone.now())

    assert program.get("/contacts").status_code == 401


@pytest.mark.parametrize(
    ("method", "path", "scope"),
    [
        ("get", "/contacts", "contacts.view"),
        ("post", "/contacts", "contacts.edit"),
        ("get", "/contacts/{}", "contacts.view"),
        ("patch", "/contacts/{}", "contacts.edit"),
        ("post", "/contacts/{}/archive", "contacts.archive"),
        ("post", "/contacts/{}/restoration", "contacts.archive"),
        ("get", "/contacts/{}/timeline", "contacts.view"),
        ("get", "/contacts/{}/consents", "contacts.view"),
        ("post", "/contacts/{}/consents", "contacts.edit"),
        ("post", "/contacts/{}/consents/withdrawal", "contacts.edit"),
    ],
)
def test_a_key_without_the_scope_changes_nothing(db, now, method, path, scope):
    contact = make_contact(now)
    program = Program(scopes=[other for other in EVERYTHING if other != scope])
    before = Contact.objects.values().get()

    response = program.client.generic(
        method.upper(), f"/api/v1{path.format(contact.pk)}", '{"first_name": "Eve"}', content_type="application/json"
    )

    assert response.status_code == 403
    assert scope in response.json()["detail"]
    assert Contact.objects.values().get() == before


def test_the_use_of_a_key_is_noted_without_a_write_for_each_request(program, django_assert_num_queries):
    program.get("/contacts")
    first = ApiKey.objects.get().last_used_at

    program.get("/contacts")

    assert first is not None
    assert ApiKey.objects.get().last_used_at == first


def test_the_list_is_walked_from_page_to_page(program, now):
    for number in range(7):
        make_contact(now + timedelta(minutes=number), email=f"anna{number}@zolc.example")

    seen, cursor = [], ""
    while cursor is not None:
        answer = program.get("/contacts", limit=3, cursor=cursor, sort="created").json()
        seen += [contact["email"] for contact in answer["items"]]
        cursor = answer["next"]

    assert seen == [f"anna{number}@zolc.example" for number in range(7)]


def test_contacts_are_searched(program, now):
    make_contact(now)
    make_contact(now, first_name="Jan", last_name="Kowal", email="jan@firma.example", phone="601234567")

    found = [program.get("/contacts", q=text).json()["items"] for text in ("zolc", "601 23", "kow", "nobody")]

    assert [[contact["first_name"] for contact in items] for items in found] == [["Anna"], ["Jan"], ["Jan"], []]


@pytest.mark.parametrize(
    ("query", "field"),
    [
        ({"ordering": "name);--"}, "ordering"),
        ({"sort": "password"}, "sort"),
        ({"filter[_connector]": "OR 1=1"}, "filter[_connector]"),
        ({"owner__password__startswith": "pbkdf2"}, "owner__password__startswith"),
        ({"limit": "1000000"}, "limit"),
        ({"limit": "x"}, "limit"),
    ],
)
def test_questions_the_list_does_not_know_are_refused_by_name(program, query, field):
    response = program.get("/contacts", **query)

    assert response.status_code in {400, 422}
    assert list(errors(response)) == [field]


def test_a_broken_cursor_is_refused(program, now):
    contact = make_contact(now)

    assert program.get("/contacts", cursor="nonsense").status_code == 422
    assert program.get(f"/contacts/{contact.pk}/timeline", cursor="nonsense").status_code == 422


def test_only_what_is_sent_is_changed(program, now):
    contact = make_contact(now, city="Gdynia")

    response = program.patch(f"/contacts/{contact.pk}", {"last_name": "Zając", "email": ""})

    contact.refresh_from_db()
    assert response.status_code == 200
    assert (contact.last_name, contact.email, contact.city) == ("Zając", "", "Gdynia")


def test_what_somebody_changed_meanwhile_is_not_overwritten(program, now, alice):
    contact = make_contact(now)
    seen = contact.version
    actions.edit(contact, values=rules.values({"city": "Gdynia"}), by=alice, now=now)

    city = program.patch(f"/contacts/{contact.pk}", {"city": "Sopot", "version": seen})
    street = program.patch(f"/contacts/{contact.pk}", {"street": "Długa 1", "version": seen})

    contact.refresh_from_db()
    assert (city.status_code, street.status_code) == (409, 200)
    assert errors(city) == {"city": "Gdynia"}
    assert (contact.city, contact.street) == ("Gdynia", "Długa 1")


def test_a_contact_is_archived_and_restored(program, now):
    contact = make_contact(now)

    assert program.post(f"/contacts/{contact.pk}/archive").json()["archived_at"]
    assert program.get("/contacts").json()["items"] == []
    assert len(program.get("/contacts", archived="true").json()["items"]) == 1
    assert program.post(f"/contacts/{contact.pk}/restoration").json()["archived_at"] is None


def test_a_contact_that_is_not_there_is_not_found(program):
    for response in (program.get("/contacts/7"), program.patch("/contacts/7", {}), program.get("/contacts/7/timeline")):
        assert response.status_code == 404
        assert response["Content-Type"] == "application/problem+json"


def test_consent_is_given_and_withdrawn(program, words, now):
    contact = make_contact(now)
    subject = {"purpose": "newsletter", "channel": "email", "source": "phone call"}

    given = program.post(f"/contacts/{contact.pk}/consents", {**subject, "text_version": 1})
    withdrawn = program.post(f"/contacts/{contact.pk}/consents/withdrawal", subject)

    assert (given.status_code, withdrawn.status_code) == (201, 201)
    assert [state["act"] for state in given.json()["items"]] == ["given"]
    assert [state["act"] for state in program.get(f"/contacts/{contact.pk}/consents").json()["items"]] == ["withdrawn"]
    assert ConsentEntry.objects.count() == 2


def test_consent_cannot_be_given_tomorrow(program, words, now):
    contact = make_contact(now)
    tomorrow = (timezone.now() + timedelta(days=1)).isoformat()

    response = program.post(
        f"/contacts/{contact.pk}/consents",
        {"purpose": "newsletter", "channel": "email", "text_version": 1, "source": "phone", "at": tomorrow},
    )

    assert response.status_code == 422
    assert list(errors(response)) == ["at"]


def test_a_history_is_read_page_by_page(program, deliver, now, alice):
    contact = make_contact(now)
    for number in range(4):
        actions.add_note(contact, text=f"Note {number}", by=alice, now=now + timedelta(minutes=number + 1))
    deliver()

    first = program.get(f"/contacts/{contact.pk}/timeline", limit=3).json()
    second = program.get(f"/contacts/{contact.pk}/timeline", limit=3, cursor=first["next"]).json()

    moments = [*first["items"], *second["items"]]
    assert [moment["properties"].get("text") for moment in moments] == ["Note 3", "Note 2", "Note 1", "Note 0", None]
    assert [moment["sentence"] for moment in moments[3:]] == ["Alice notes", "Is added as a contact"]
    assert second["next"] is None


def test_a_repeat_with_the_same_key_gets_the_first_answer(program):
    first = program.post("/contacts", {"email": "anna@zolc.example"}, **{"Idempotency-Key": "order-7"})
    again = program.post("/contacts", {"email": "anna@zolc.example"}, **{"Idempotency-Key": "order-7"})

    assert (first.status_code, again.status_code) == (201, 201)
    assert first.content == again.content
    assert Contact.objects.count() == 1


def test_the_same_key_for_something_else_is_refused(program):
    program.post("/contacts", {"email": "anna@zolc.example"}, **{"Idempotency-Key": "order-7"})

    other = program.post("/contacts", {"email": "jan@zolc.example"}, **{"Idempotency-Key": "order-7"})

    assert other.status_code == 422
    assert Contact.objects.count() == 1


def test_a_refused_request_may_be_mended_under_the_same_key(program):
    refused = program.post("/contacts", {"email": "nobody"}, **{"Idempotency-Key": "order-7"})
    mended = program.post("/contacts", {"email": "anna@zolc.example"}, **{"Idempotency-Key": "order-7"})

    assert (refused.status_code, mended.status_code) == (422, 201)
    assert Answer.objects.count() == 1


def test_two_programs_may_use_the_same_key(program):
    other = Program(name="till")

    program.post("/contacts", {"first_name": "Anna"}, **{"Idempotency-Key": "1"})
    other.post("/contacts", {"first_name": "Jan"}, **{"Idempotency-Key": "1"})

    assert Contact.objects.count() == 2


def test_refusals_are_sentences_in_the_language_of_the_request(program):
    english = program.post("/contacts", {"email": "nobody"}).json()["detail"]
    polish = program.post("/contacts", {"email": "nobody"}, **{"Accept-Language": "pl"}).json()["detail"]

    assert english.startswith("“nobody” is not an e-mail address.")
    assert polish.startswith("„nobody”")


def test_adding_a_contact_is_on_its_history(program, deliver, now):
    contact = program.post("/contacts", {"first_name": "Anna"}).json()
    deliver()

    assert [moment.name for moment in events.timeline(contact["id"])] == ["Contact Created"]


def test_a_text_that_cannot_be_kept_is_refused_by_its_field(program, now):
    contact = make_contact(now)
    said = {"purpose": "newsletter", "channel": "email", "text_version": 1, "source": "shop"}

    in_a_text = program.post("/contacts", {"first_name": "An\0na"})
    deep_inside = program.post(f"/contacts/{contact.pk}/consents", {**said, "proof": {"a": [{"b\0": 1}]}})
    in_the_address = program.get("/contacts", q="an\0na")

    assert (in_a_text.status_code, list(errors(in_a_text))) == (422, ["first_name"])
    assert (deep_inside.status_code, list(errors(deep_inside))) == (422, ["proof"])
    assert (in_the_address.status_code, list(errors(in_the_address))) == (400, ["q"])
