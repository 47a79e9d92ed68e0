import re
from datetime import timedelta

import pytest
from django.db import transaction
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from relacja.contacts import actions, consents, listing, rules, searching
from relacja.contacts.listing import Filters, by_index, shapes
from relacja.contacts.models import Contact, Stage
from relacja.contacts.tests.people import make_contact, make_people, make_words

SORTS = ["created", "-created", "name", "-name", "changed", "-changed"]
FRAGMENTS = st.lists(
    st.tuples(st.sampled_from(["Anna", "Jan", "Ola"]), st.sampled_from(["Kowal", "Nowak"]), st.integers(0, 3)),
    max_size=12,
)


def walk(filters: Filters, sort: str, *, limit: int = 3, backwards: bool = False) -> list[int]:
    """Every id of the list, page by page; backwards from its end."""
    seen, page = [], listing.page(filters, sort=sort, limit=limit)
    pages = [page]
    while page.after:
        page = listing.page(filters, sort=sort, after=page.after, limit=limit)
        pages.append(page)
    if backwards:
        pages = [page]
        while page.before:
            page = listing.page(filters, sort=sort, before=page.before, limit=limit)
            pages.insert(0, page)
    for one in pages:
        seen += [contact.pk for contact in one.rows]
    return seen


def expected(contacts: list[Contact], sort: str) -> list[int]:
    column = {"created": "created_at", "name": "name_key", "changed": "changed_at"}[sort.removeprefix("-")]
    ordered = sorted(contacts, key=lambda c: (getattr(c, column), c.pk), reverse=sort.startswith("-"))
    return [contact.pk for contact in ordered]


@pytest.mark.parametrize("sort", SORTS)
@given(people=FRAGMENTS)
@settings(max_examples=15, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_every_page_goes_on_where_the_last_one_ended(db, now, sort, people):
    with transaction.atomic():
        for first, last, minutes in people:
            values = rules.values({"first_name": first, "last_name": last})
            actions.create(values=values, now=now + timedelta(minutes=minutes))

        ids = expected(list(Contact.objects.all()), sort)
        forwards, backwards = walk(Filters(), sort), walk(Filters(), sort, backwards=True)
        transaction.set_rollback(True)

    assert forwards == ids
    assert set(backwards) == set(ids)


@pytest.mark.parametrize("sort", SORTS)
def test_going_back_shows_the_same_pages(db, now, sort):
    make_people(now, 9)
    first = listing.page(Filters(), sort=sort, limit=3)
    second = listing.page(Filters(), sort=sort, after=first.after, limit=3)
    third = listing.page(Filters(), sort=sort, after=second.after, limit=3)

    assert listing.page(Filters(), sort=sort, before=third.before, limit=3).rows == second.rows
    assert listing.page(Filters(), sort=sort, before=second.before, limit=3).rows == first.rows
    assert (first.before, third.after) == ("", "")


def test_somebody_new_does_not_shift_the_pages(db, now):
    people = make_people(now, 6)
    first = listing.page(Filters(), limit=3)

    make_contact(now + timedelta(hours=1), email="late@zolc.example")
    second = listing.page(Filters(), after=first.after, limit=3)

    assert [contact.pk for contact in second.rows] == [contact.pk for contact in people[2::-1]]


@pytest.fixture
def crowd(db, now, alice, monkeypatch, request):
    """Forty people in all sorts of states; with `few` set to 3 the list is walked, otherwise gathered."""
    few = getattr(request, "param", 5_000)
    monkeypatch.setattr(searching, "FEW", few)
    for module in (by_index, shapes):
        monkeypatch.setattr(module, "FEW", few)
    monkeypatch.setattr(by_index, "FEW_OF_SEVERAL", few)
    text = make_words(now)
    for number in range(40):
        contact = make_contact(
            now + timedelta(minutes=number % 7),
            first_name=["Anna", "Jan", "Ola"][number % 3],
            last_name=["Kowalska", "Nowak"][number % 2],
            email=f"p{number}@zolc.example",
            company="Studio Żak" if number % 4 == 0 else "",
        )
        if number % 3:
            actions.set_stage(contact.pk, Stage.CUSTOMER, now=now)
        if number % 5 == 0:
            consents.give(contact, purpose="newsletter", channel="email", now=now, source="form", text=text)
        if number % 4 < 2:
            contact.refresh_from_db()
            actions.assign(contact, alice, by=alice, now=now)
        if number % 10 == 9:
            actions.archive(contact, now=now)
    return list(Contact.objects.select_related("company", "owner"))


@pytest.mark.parametrize("crowd", [3, 5_000], indirect=True)
@pytest.mark.parametrize("sort", ["-created", "name"])
@pytest.mark.parametrize(
    ("filters", "wanted"),
    [
        ({"stage": "customer"}, lambda c: c.stage == "customer"),
        ({"owners": True}, lambda c: c.owner is not None),
        ({"consent": "given"}, lambda c: c.consents.filter(act="given").exists()),
        ({"consent": "none"}, lambda c: not c.consents.exists()),
        ({"text": "kowal"}, lambda c: c.last_name == "Kowalska"),
        ({"text": "an"}, lambda c: c.first_name == "Anna"),
        ({"text": "anna kowal zolc.example"}, lambda c: (c.first_name, c.last_name) == ("Anna", "Kowalska")),
        ({"text": "żak"}, lambda c: c.company is not None),
        ({"text": "p7@zolc"}, lambda c: c.email == "p7@zolc.example"),
        (
            {"stage": "customer", "owners": True, "text": "now"},
            lambda c: c.stage == "customer" and c.owner and c.last_name == "Nowak",
        ),
        ({"stage": "lead", "consent": "given"}, lambda c: c.stage == "lead" and c.consents.exists()),
    ],
)  # fmt: skip
def test_filters_leave_whom_they_say_however_they_are_reached(crowd, alice, sort, filters, wanted):
    filters = Filters(**{**filters, **({"owners": (alice.pk,)} if "owners" in filters else {})})
    people = [contact for contact in crowd if contact.archived_at is None and wanted(contact)]

    found = walk(filters, sort)

    assert sorted(found) == sorted(contact.pk for contact in people)
    page = listing.page(filters, sort=sort)
    if page.sort == sort:
        assert found == expected(people, sort)
    if page.found is not None and not page.is_many:
        assert page.found == len(people)


def test_the_archived_have_a_list_of_their_own(db, now):
    anna, jan = make_contact(now), make_contact(now, first_name="Jan", email="jan@zolc.example")
    actions.archive(anna, now=now)

    assert [c.pk for c in listing.page(Filters(archived=True)).rows] == [anna.pk]
    assert [c.pk for c in listing.page(Filters(archived=True, text="zolc anna")).rows] == [anna.pk]
    assert [c.pk for c in listing.page(Filters()).rows] == [jan.pk]


@pytest.mark.parametrize(
    "cursor", ["x", "e30", "W10", "WyItY3JlYXRlZCIsIngiLDFd", "WyJwYXNzd29yZCIsIngiLDFd", "é", "=" * 99]
)
def test_a_broken_place_in_the_list_is_refused(db, cursor):
    with pytest.raises(listing.BrokenCursor):
        listing.page(Filters(), after=cursor)


@pytest.mark.usefixtures("kept")
@pytest.mark.parametrize("people", [1, 20])
def test_the_list_costs_the_same_however_long_it_is(as_alice, now, django_assert_max_num_queries, people):
    make_people(now, people)
    as_alice.get("/contacts/")

    with django_assert_max_num_queries(10):
        response = as_alice.get("/contacts/")

    assert response.text.count("anna") >= people


def test_the_list_shows_who_they_are(as_alice, alice, now):
    contact = make_contact(now, city="Gdynia", company="Studio Żak")
    actions.assign(contact, alice, by=alice, now=now)

    page = as_alice.get("/contacts/").text

    for text in ("Anna Żółć", "anna@zolc.example", "Studio Żak", "Gdynia", "Alice"):
        assert text in page


def test_searching_answers_with_the_list_alone(as_alice, now):
    make_contact(now)
    make_contact(now, first_name="Jan", last_name="Kowal", email="jan@firma.example")

    response = as_alice.get("/contacts/?q=zolc", headers={"HX-Request": "true", "HX-Target": "list"})

    assert "<html" not in response.text
    assert "Anna Żółć" in response.text
    assert "Jan Kowal" not in response.text


def test_somebody_who_may_only_look_sees_nothing_to_change(as_bob, now):
    contact = make_contact(now)

    page = as_bob.get("/contacts/").text

    assert "Anna Żółć" in page
    assert "/contacts/new/" not in page
    assert 'name="ids"' not in page
    for path in ("owner", "archive", "restoration"):
        assert as_bob.post(f"/contacts/{path}/", {"ids": [contact.pk]}).status_code == 403
    assert as_bob.get("/contacts/new/").status_code == 403
    contact.refresh_from_db()
    assert (contact.owner, contact.archived_at) == (None, None)


def test_several_people_are_taken_over_archived_and_taken_back(as_alice, alice, now):
    people = make_people(now, 3)
    ids = [contact.pk for contact in people[:2]]

    as_alice.post("/contacts/owner/", {"ids": ids})
    assert Contact.objects.filter(owner=alice).count() == 2

    response = as_alice.post("/contacts/archive/", {"ids": ids, "list": "?q=anna"})
    assert response.url == "/contacts/?q=anna"
    assert Contact.objects.active().count() == 1

    undo = re.findall(r'action="(/changes/[0-9]+/reversal/)"', as_alice.get("/contacts/").text)[-1]
    as_alice.post(undo)
    assert Contact.objects.active().count() == 3


def test_choosing_nobody_is_refused(as_alice):
    assert as_alice.post("/contacts/archive/").status_code == 422


def test_the_palette_finds_people(as_alice, now):
    make_contact(now)

    assert "Anna Żółć" in as_alice.get("/palette/?q=zolc").text
