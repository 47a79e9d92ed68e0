"""External data as columns of the list of people."""

import pytest

from relacja.contacts import columns, exports
from relacja.contacts.models import Contact
from relacja.external.tests.making import make_contact, make_source

CHOSEN = "/contacts/?columns=email,external.loyalty.points,external.loyalty.tier,external.loyalty.vip"


@pytest.fixture
def people(facts, deliver, now):
    """Anna and Jan, of whom the table knows, and Ewa, of whom it does not."""
    found = [make_contact(now, email) for email in ("anna@zolc.example", "jan@zuk.example", "ewa@zolc.example")]
    deliver()
    make_source(now=now)
    return found


def test_chosen_columns_show_what_the_table_says(as_alice, people):
    page = as_alice.get(CHOSEN)

    assert "points · Loyalty" in page.text
    assert "99,5" in page.text
    assert "gold" in page.text
    assert "sort=external" not in page.text


def test_files_hold_what_the_table_says(people, now):
    chosen = columns.chosen(["external.loyalty.points", "external.loyalty.vip"], columns.offered())
    found = list(Contact.objects.order_by("pk"))

    columns.lend(found, chosen)

    written = [[exports.text(one, column, now=now) for column in chosen] for one in found]
    assert written == [["120", "true"], ["99.5", "false"], ["", ""]]


def test_what_is_lent_is_not_changed_in_the_list(as_alice, people):
    page = as_alice.get(CHOSEN)

    assert 'data-cell="external' not in page.text
    assert as_alice.get(f"/contacts/{people[0].pk}/cells/external.loyalty.points/").status_code == 404


def test_a_column_that_is_no_more_is_passed_over(people):
    shown = columns.chosen(["email", "external.loyalty.gone"], columns.offered())

    assert [one.path for one in shown] == ["email"]


@pytest.mark.usefixtures("kept")
@pytest.mark.parametrize("count", [1, 20])
def test_the_list_costs_the_same_however_many_people_are_told_of(
    as_alice, facts, deliver, now, django_assert_max_num_queries, count
):
    emails = [f"p{number}@zolc.example" for number in range(count)]
    for email in emails:
        make_contact(now, email)
    deliver()
    make_source("email,points\n" + "".join(f"{email},7\n" for email in emails), now=now, kinds={"points": "number"})

    with django_assert_max_num_queries(18):
        page = as_alice.get("/contacts/?columns=external.loyalty.points")

    assert page.text.count(">7<") == count
