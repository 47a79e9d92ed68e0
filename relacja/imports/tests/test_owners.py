"""Who takes care of the people of a file: named in a column, or one for everybody new."""

from datetime import timedelta

import pytest

from relacja.contacts import actions as contacts
from relacja.contacts.models import Contact
from relacja.contacts.tests.people import make_contact
from relacja.events.models import Entry
from relacja.imports import queries
from relacja.imports.models import State
from relacja.imports.tests.making import checked, counts, digest, make_import, ran, table, undone
from relacja.staff.models import Change, User

pytestmark = pytest.mark.django_db
HEAD = ("E-mail", "Contact owner")


@pytest.fixture
def ola(db):
    return User.objects.create_user("ola@firma.example", name="Ola Żuk", role="sales")


def owners() -> dict[str, str]:
    return {contact.email: str(contact.owner or "") for contact in Contact.objects.select_related("owner")}


def test_an_owner_is_known_by_address_by_name_and_by_both(now, alice, ola):
    rows = table(
        HEAD,
        ("a@x.example", "OLA ŻUK"),
        ("b@x.example", "ola@firma.example"),
        ("c@x.example", "Aleksandra (Ola@Firma.example)"),
        ("d@x.example", ""),
    )

    ran(make_import(rows, now, by=alice), now)

    assert owners() == {
        **dict.fromkeys(("a@x.example", "b@x.example", "c@x.example"), "Ola Żuk"),
        "d@x.example": "",
    }


def test_an_owner_who_does_not_work_here_refuses_the_row_or_is_left_out_and_told(now, ola):
    User.objects.create_user("ex@firma.example", name="Jan Były", is_active=False)
    rows = table(HEAD, ("a@x.example", "Jan Były"), ("b@x.example", "Jan Były"), ("c@x.example", "Ktoś"))

    refused = checked(make_import(rows, now), now)
    assert counts(refused) == (0, 0, 0, 3)
    assert [(told["value"], told["times"]) for told in refused["reasons"]] == [("Jan Były", 2), ("Ktoś", 1)]

    taken = checked(make_import(rows, now, unknown_owner="leave"), now)
    assert counts(taken) == (3, 0, 0, 0)
    assert [(told["code"], told["value"], told["times"]) for told in taken["warnings"]] == [
        ("owner", "Jan Były", 2),
        ("owner", "Ktoś", 1),
    ]


def test_a_name_that_two_people_have_is_nobodys(now, ola):
    User.objects.create_user("ola2@firma.example", name="ola żuk")

    assert counts(checked(make_import(table(HEAD, ("a@x.example", "Ola Żuk")), now), now)) == (0, 0, 0, 1)


def test_everybody_new_may_get_one_owner_and_who_is_known_keeps_theirs(now, alice, ola):
    anna = make_contact(now)
    rows = table(HEAD, (anna.email, ""), ("b@x.example", ""), ("c@x.example", alice.email))

    ran(make_import(rows, now, owner=ola.pk), now)

    assert owners() == {anna.email: "", "b@x.example": "Ola Żuk", "c@x.example": str(alice)}


def test_another_owner_is_told_in_the_history_and_taken_back(now, alice, ola, facts):
    anna = make_contact(now)
    contacts.assign(anna, alice, by=alice, now=now)
    leo = make_contact(now, email="leo@x.example")
    before = digest()
    rows = table(HEAD, (anna.email, "Ola Żuk"), (leo.email, "Ola Żuk"))

    filled = make_import(rows, now)
    assert counts(checked(filled, now)) == (0, 1, 1, 0)
    one = make_import(rows, now, by=alice, policies={"owner": "overwrite"})
    [_anna, shown] = checked(one, now)["changed"]
    assert (shown["before"], shown["after"]) == ({"owner": None}, {"owner": ola.pk})
    ran(one, now)

    change = Change.objects.filter(kind="contact", record_id=anna.pk).latest("pk")
    assert (change.before, change.after) == ({"owner": alice.pk}, {"owner": ola.pk})
    said = bytes(Entry.objects.latest("pk").events)
    assert b"Owner Changed" in said
    assert b"Contact Updated" not in said
    undone(one, now + timedelta(hours=1))
    assert digest() == before


def test_an_owner_somebody_else_gave_since_stays(now, alice, ola, facts):
    anna = make_contact(now)
    one = ran(make_import(table(HEAD, (anna.email, "Ola Żuk")), now), now)
    contacts.assign(anna, alice, by=alice, now=now + timedelta(minutes=1))

    undone(one, now + timedelta(hours=1))

    assert one.state == State.UNDONE
    assert owners()[anna.email] == str(alice)
    assert [(kept["field"], kept["present"]) for kept in one.kept["values"]] == [("owner", alice.pk)]


def test_the_pages_show_owners_by_name(now, as_alice, ola):
    anna = make_contact(now)
    rows = table(HEAD, (anna.email, "Ola Żuk"), ("b@x.example", "Ola Żuk"), ("c@x.example", "Ktoś"))
    one = make_import(rows, now, unknown_owner="leave")
    page = as_alice.get(f"/imports/{one.pk}/columns/").text
    assert '<option value="owner" selected>' in page

    checked(one, now)
    page = as_alice.get(f"/imports/{one.pk}/check/").text
    assert page.count("Ola Żuk") >= 2
    assert "Ktoś" in page

    ran(one, now)
    assert "Ola Żuk" in as_alice.get(f"/imports/{one.pk}/run/?rows=updated").text
    assert queries.lines(one, "created").lines[1].outcome.faults[0].value == "Ktoś"


def test_numbers_and_codes_are_read_as_where_the_person_lives(now):
    head = ("E-mail", "Telefon", "Kod pocztowy", "Kraj")
    rows = table(
        head,
        ("a@x.example", "030 901820", "10178", "Niemcy"),
        ("b@x.example", "601 234 567", "10178", ""),
    )

    ran(make_import(rows, now), now)

    found = Contact.objects.order_by("email").values_list("phone", "postal_code", "country")
    assert list(found) == [("+4930901820", "10178", "DE"), ("+48601234567", "10-178", "PL")]


def test_numbers_without_a_prefix_may_all_be_of_one_country(now):
    rows = table(("E-mail", "Telefon", "Kraj"), ("a@x.example", "601 234 567", "Niemcy"))

    ran(make_import(rows, now, phone_country="PL"), now)

    assert Contact.objects.get().phone == "+48601234567"
