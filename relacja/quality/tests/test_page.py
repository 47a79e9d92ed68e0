"""The state of the data: each number is right, and opens the people behind it."""

import re
from html import unescape

import pytest
from django.utils import translation

from relacja.contacts import actions, copying
from relacja.contacts import rules as values
from relacja.quality import queries


@pytest.fixture
def people(facts, now):
    """Three people from two places."""
    given = [
        ("shop", {"first_name": "Anna", "last_name": "NOWAK", "email": "anna@gmial.com"}),
        ("shop", {"first_name": "Jan", "last_name": "Żółć", "email": "jan@zolc.example", "city": "Łódź"}),
        ("import", {"first_name": "Ewa"}),
    ]
    for source, fields in given:
        actions.create(values=values.values(fields), source=source, now=now)
    copying.copy_changed()


def numbers(report) -> dict[str, tuple[int, list[int]]]:
    return {
        str(row.label).lower(): (row.all.people, [cell.people for cell in row.by_source])
        for part in report.parts
        for row in part.rows
    }


def test_every_number_is_counted_for_all_and_by_source(people, now):
    with translation.override("en"):
        report = queries.report(now)
        found = numbers(report)

    assert (report.people, report.sources) == (3, ["shop", "import"])
    assert found["e-mail"] == (1, [0, 1])
    assert found["city"] == (2, [1, 1])
    assert found["misspelt e-mail domain"] == (1, [1, 0])
    assert found["name in capitals"] == (1, [1, 0])
    assert found["no way to reach them"] == (1, [0, 1])
    assert found["possible duplicates"] == (0, [0, 0])


def test_a_number_opens_the_people_behind_it(people, as_alice):
    page = as_alice.get("/quality/", headers={"Accept-Language": "en"})

    links = [unescape(link) for link in re.findall(r'href="(/contacts/\?rule=[^"]+)"', page.text)]
    misspelt = next(link for link in links if "misspelt_domain" in link)
    listed = as_alice.get(misspelt)
    assert "NOWAK" in listed.text
    assert "jan@zolc.example" not in listed.text


def test_an_empty_base_teaches(facts, as_alice):
    assert as_alice.get("/quality/").status_code == 200


@pytest.mark.usefixtures("kept")
def test_the_page_costs_the_same_however_many_there_are(people, as_alice, django_assert_max_num_queries):
    with django_assert_max_num_queries(12):
        as_alice.get("/quality/")
