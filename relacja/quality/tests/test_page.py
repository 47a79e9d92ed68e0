"""The state of the data: each number is right, and opens the people behind it."""

import re
from html import unescape

import pytest
from django.utils import translation

from relacja.contacts import actions, copying
from relacja.contacts import rules as values
from relacja.contacts.models import Contact, Identity
from relacja.quality import queries
from relacja.staff.models import ChangeSet


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


def test_what_can_be_known_is_put_right_for_all_and_taken_back(people, as_alice, now):
    page = as_alice.get("/quality/shouted_name/correction/", headers={"Accept-Language": "en"})
    as_alice.post("/quality/shouted_name/correction/")
    as_alice.post("/quality/misspelt_domain/correction/")

    anna = Contact.objects.get(first_name="Anna")
    assert "<del>NOWAK</del>" in page.text
    assert "<ins>Nowak</ins>" in page.text
    assert (anna.last_name, anna.email) == ("Nowak", "anna@gmail.com")
    assert Identity.objects.filter(value="anna@gmail.com", contact=anna).exists()
    assert "Jan" not in page.text
    for made in ChangeSet.objects.order_by("-pk"):
        as_alice.post(f"/changes/{made.pk}/reversal/")
    anna.refresh_from_db()
    assert (anna.last_name, anna.email) == ("NOWAK", "anna@gmial.com")


def test_who_has_the_address_that_was_meant_keeps_it(people, as_alice, now):
    actions.create(values=values.values({"first_name": "Other", "email": "anna@gmail.com"}), now=now)

    answer = as_alice.post("/quality/misspelt_domain/correction/", follow=True)

    assert Contact.objects.get(first_name="Anna").email == "anna@gmial.com"
    assert "/contacts/batches/" in answer.text


@pytest.mark.parametrize("code", ["quiet", "shared_mailbox", "nothing-such"])
def test_what_nobody_can_know_is_not_put_right(people, as_alice, code):
    assert as_alice.get(f"/quality/{code}/correction/").status_code == 404


def test_only_flaws_that_somebody_has_offer_to_be_put_right(people, as_alice, as_bob):
    offered = re.findall(r"/quality/([a-z_]+)/correction/", as_alice.get("/quality/").text)

    assert offered == ["misspelt_domain", "shouted_name"]
    assert "/correction/" not in as_bob.get("/quality/").text
