import re

import pytest

from relacja.contacts import actions, columns, copying, listing
from relacja.contacts.listing import Filters
from relacja.contacts.models import Contact, Record
from relacja.contacts.rules import Values
from relacja.contacts.tests.people import make_contact, make_people

HOSTILE = "<script>\"'&"


@pytest.fixture
def bikes(db, now):
    """Own fields of every sort, and Anna who has a value in each."""
    for kind, label in [("number", "Bikes"), ("money", "Spent"), ("date", "Since"), ("text", "Nick"), ("link", "Page")]:
        actions.make_field(Record.CONTACT, kind=kind, label=label, now=now)
    actions.make_field(Record.CONTACT, kind="reference", label="Partner", now=now)
    partner = make_contact(now, first_name="Jan", email="jan@zolc.example")
    anna = make_contact(now)
    given = {
        "bikes": 1234.5,
        "spent": {"amount": "99.90", "currency": "PLN"},
        "since": "2026-10-01",
        "nick": HOSTILE,
        "page": "https://example.com/?a=1&b=2",
        "partner": partner.pk,
    }
    actions.edit(anna, values=Values({}, given), now=now)
    return anna


def heads(response) -> list[str]:
    found = re.search(r"<thead>(.*?)</thead>", response.text, re.S)[1]
    return [re.sub(r"<[^>]+>", "", cell).strip() for cell in re.findall(r"<th.*?</th>", found, re.S)][1:]


def test_the_usual_columns_are_shown_when_none_are_asked_for(as_alice, alice, now):
    alice.language = "en"
    alice.save()
    make_contact(now)

    usual = ["Person", "E-mail", "Company", "City", "Stage", "Owner", "Changed", "Added"]

    assert heads(as_alice.get("/contacts/")) == usual
    assert heads(as_alice.get("/contacts/?columns=nonsense")) == usual


def test_columns_stand_in_the_order_of_the_address(as_alice, alice, bikes):
    alice.language = "en"
    alice.save()

    page = as_alice.get("/contacts/?columns=attributes.spent,city&columns=attributes.bikes,city")

    assert heads(page) == ["Person", "Spent", "City", "Bikes"]
    assert "99.90\u00a0zł" in page.text
    assert re.search(r'<td class="wide number" data-cell="[^"]+"><span class="truncate">1,234.5</span>', page.text)


def test_what_people_wrote_is_only_text(as_alice, bikes):
    page = as_alice.get("/contacts/?columns=attributes.nick,attributes.page,attributes.partner,email").text

    assert HOSTILE not in page
    assert "&lt;script&gt;" in page
    assert 'href="https://example.com/?a=1&amp;b=2"' in page
    assert "Jan Żółć</span></a>" in page


def test_hostile_names_are_only_text(as_alice, now):
    make_contact(now, first_name=HOSTILE, last_name="x", company=HOSTILE)

    assert HOSTILE not in as_alice.get("/contacts/").text


def test_every_column_is_drawn(as_alice, bikes):
    every = ",".join(columns.offered())

    response = as_alice.get(f"/contacts/?columns={every}")

    assert response.status_code == 200
    assert len(heads(response)) == 1 + min(columns.MOST, len(columns.offered()))


@pytest.mark.usefixtures("kept")
@pytest.mark.parametrize("people", [1, 20])
def test_columns_cost_the_same_however_long_the_list_is(as_alice, bikes, now, django_assert_max_num_queries, people):
    for one in make_people(now, people):
        actions.edit(one, values=Values({}, {"partner": bikes.pk}), now=now)
    as_alice.get("/contacts/")

    with django_assert_max_num_queries(11):
        as_alice.get("/contacts/?columns=attributes.partner,company,owner,attributes.nick")


def test_own_fields_put_the_list_in_order(facts, now, bikes):
    for number, bikes_there in enumerate([3, 20, 100]):
        one = make_contact(now, first_name=f"N{number}", email=f"n{number}@zolc.example")
        actions.edit(one, values=Values({}, {"bikes": bikes_there}), now=now)
    copying.copy_changed()

    found = [c.attributes.get("bikes") for c in listing.page(Filters(), sort="attributes.bikes").rows]
    back = [c.attributes.get("bikes") for c in listing.page(Filters(), sort="-attributes.bikes").rows]

    assert found == [3, 20, 100, 1234.5, None]
    assert back == [1234.5, 100, 20, 3, None]


def test_every_sort_that_is_offered_answers(as_alice, facts, bikes):
    copying.copy_changed()

    for column in columns.offered().values():
        if column.sort:
            response = as_alice.get(f"/contacts/?sort=-{column.sort}&columns={column.path}")
            assert response.text.count('<tr id="contact-') == Contact.objects.count(), column.path
            assert 'aria-sort="descending"' in response.text, column.path
