"""The first page: what every app says on it, to whom, and at what cost."""

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from relacja.contacts import actions as contacts
from relacja.contacts import rules


def make_person(number: int, now) -> None:
    given = {"first_name": "Anna", "last_name": f"Żółć {number}", "email": f"anna{number}@zolc.example"}
    contacts.create(values=rules.values(given), now=now)


def test_an_empty_house_says_that_nobody_has_come_in(as_alice):
    assert "nikt nie wszedł" in as_alice.get("/").text


def test_whoever_came_is_seen_at_once(as_bob, now):
    make_person(0, now)

    page = as_bob.get("/").text

    assert "Anna Żółć 0" in page
    assert "nikt nie wszedł" not in page


@pytest.mark.usefixtures("kept")
def test_the_first_page_costs_the_same_for_few_and_for_many(as_alice, now):
    counts = []
    for numbers in (range(1), range(1, 20)):
        for number in numbers:
            make_person(number, now)
        as_alice.get("/")
        with CaptureQueriesContext(connection) as asked:
            as_alice.get("/")
        counts.append(len(asked))

    assert counts[0] == counts[1]
