"""Companies that may be in the records twice: found by themselves, decided by people."""

import pytest

from relacja.contacts import actions
from relacja.contacts.actions import suspecting_firms
from relacja.contacts.actions.company_merge import merge_companies
from relacja.contacts.matching import firms
from relacja.contacts.matching.firms import Firm
from relacja.contacts.models import Company, Decision, FirmCandidate, FirmPrint, Likeness
from relacja.contacts.tests.test_companies import make_company
from relacja.staff import changes
from relacja.staff.models import ChangeSet

pytestmark = pytest.mark.django_db


def suspected() -> set[tuple[str, str, str]]:
    rows = FirmCandidate.objects.waiting().values_list("first__name", "second__name", "level")
    return {(one, other, str(level)) for one, other, level in rows}


def look(now) -> None:
    assert suspecting_firms.look(now=now) is False


@pytest.mark.parametrize(
    ("one", "other", "score"),
    [
        (Firm(name="stal"), Firm(name="stal"), 55),
        (Firm(name="stal", site="stal.example"), Firm(name="stal", site="stal.example"), 85),
        (Firm(name="stal", vat_id="1"), Firm(name="stal", vat_id="2"), 0),
        (Firm(vat_id="1"), Firm(name="stal", vat_id="1"), 80),
        (Firm(site="stal.example"), Firm(site="stal.example"), 30),
        (Firm(site="stal.example", phone="1"), Firm(site="stal.example", phone="1"), 60),
        (Firm(name="stal", parent=7), Firm(name="stal", parent=7), 0),
        (Firm(), Firm(), 0),
    ],
)
def test_what_two_have_in_common_adds_up(one, other, score):
    assert firms.compare(one, other).score == firms.compare(other, one).score == score


@pytest.mark.parametrize(
    ("website", "host"),
    [
        ("https://www.Stal.example/kontakt?x=1", "stal.example"),
        ("stal.example", "stal.example"),
        ("https://facebook.com/stal", ""),
        ("http://[", ""),
        ("", ""),
    ],
)
def test_a_website_is_its_host_unless_everybody_has_a_page_there(website, host):
    assert firms.host(website) == host


def test_a_house_is_known_by_street_number_and_postal_code():
    assert firms.place("ul. Portowa 3", "81-350") == firms.place("Portowa 3", "81-350") != ""
    assert firms.place("Portowa", "81-350") == firms.place("Portowa 3", "") == ""


def test_new_and_changed_companies_are_compared_with_all_others(now):
    make_company(now, "Stal-Profil")
    make_company(now, "STAL PROFIL Sp. z o.o.", phone="+48586201000")
    other = make_company(now, "Zakład Bednarski", phone="+48586201000", website="https://beczki.example")
    look(now)
    before = suspected()

    actions.edit_company(other, values={"name": "Stal-Profil S.A."}, now=now)
    look(now)

    assert before == {("Stal-Profil", "STAL PROFIL Sp. z o.o.", "doubtful")}
    assert suspected() == before | {
        ("Stal-Profil", "Stal-Profil S.A.", "doubtful"),
        ("STAL PROFIL Sp. z o.o.", "Stal-Profil S.A.", "sure"),
    }
    actions.edit_company(other, values={"name": "Bednarz"}, now=now)
    look(now)
    assert suspected() == before


def test_a_branch_is_not_its_company(now):
    holding = make_company(now, "Stal")
    make_company(now, "Stal S.A.", parent=holding.pk, website="https://stal.example")
    make_company(now, "Stal sp. j.", parent=holding.pk, website="https://stal.example")

    look(now)

    assert suspected() == set()


def test_a_house_with_many_companies_says_little(now, monkeypatch):
    monkeypatch.setattr(suspecting_firms, "MOST_SHARING", 3)
    for number in range(9):
        make_company(now, f"Firma {number}", phone="+48586201000", website="https://biurowiec.example")

    look(now)

    assert FirmCandidate.objects.count() <= 9 * 3


def test_a_look_goes_on_where_it_was(now, monkeypatch):
    monkeypatch.setattr(suspecting_firms, "LOOKED_AT_ONCE", 2)
    for name in ("Stal", "Żółć", "Stal S.A."):
        make_company(now, name)

    assert suspecting_firms.look(now=now) is True
    assert suspecting_firms.look(now=now) is False

    assert suspected() == {("Stal", "Stal S.A.", "doubtful")}
    assert FirmPrint.objects.count() == 3
    assert suspecting_firms.look(now=now) is False


def test_two_that_became_one_leave_the_queue_and_come_back_when_parted(now, alice):
    one, other = make_company(now, "Stal"), make_company(now, "Stal S.A.")
    look(now)

    merge_companies(one, other, taken=[], by=alice, now=now)
    look(now)
    merged = suspected()
    changes.undo(ChangeSet.objects.latest("pk"), by=alice, now=now)
    look(now)

    assert merged == set()
    assert suspected() == {("Stal", "Stal S.A.", "doubtful")}


def test_two_companies_are_told_apart_for_ever_until_somebody_thinks_again(as_alice, now):
    one, other = make_company(now, "Stal"), make_company(now, "Stal S.A.")
    look(now)
    pair = FirmCandidate.objects.get()
    queue = as_alice.get("/duplicates/companies/").text

    said = as_alice.post(f"/duplicates/companies/{pair.pk}/dismissal/", follow=True).text
    again = as_alice.post(f"/duplicates/companies/{pair.pk}/dismissal/", headers={"HX-Request": "true"})
    actions.edit_company(other, values={"website": "https://stal.example"}, now=now)
    look(now)

    assert "ta sama nazwa, pomijając formę prawną" in queue
    assert "Stal i Stal S.A. zostają dwiema firmami." in said
    assert again.status_code == 422
    assert suspected() == set()
    assert "Stal S.A." not in as_alice.get(f"/companies/{one.pk}/").text
    assert f'id="pair-{pair.pk}"' in as_alice.get("/duplicates/companies/?decision=dismissed").text
    as_alice.post(f"/duplicates/companies/{pair.pk}/reopening/")
    assert FirmCandidate.objects.get().decision == Decision.OPEN
    assert suspected() != set()


def test_the_page_of_a_company_says_which_may_be_the_same_and_why(as_alice, now):
    firm = make_company(now, "Stal", phone="+48586201000", website="https://stal.example")
    make_company(now, "Huta", phone="+48586201000", website="https://stal.example")
    make_company(now, "Stal S.A.")

    at_once = as_alice.get(f"/companies/{firm.pk}/").text
    look(now)
    later = as_alice.get(f"/companies/{firm.pk}/").text

    assert "Stal S.A." in at_once
    assert "Huta" not in at_once
    assert "Huta</a> (ta sama strona WWW, ten sam telefon)" in later
    assert FirmCandidate.objects.filter(level=Likeness.DOUBTFUL).count() == 2


@pytest.mark.usefixtures("kept")
@pytest.mark.parametrize("number", [1, 8])
def test_the_queue_costs_the_same_however_long_it_is(as_alice, now, number, django_assert_max_num_queries):
    for one in range(number):
        make_company(now, f"Stal {one}")
        make_company(now, f"Stal {one} S.A.")
    look(now)
    as_alice.get("/duplicates/companies/")

    with django_assert_max_num_queries(6):
        response = as_alice.get("/duplicates/companies/")

    assert response.text.count('id="pair-') == number
    assert Company.objects.count() == 2 * number
