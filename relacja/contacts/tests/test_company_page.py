"""A company's page as alive as a contact's: facts in their place, its line, the way through a list."""

import re

import pytest

from relacja.contacts import actions
from relacja.contacts.matching import firms
from relacja.contacts.models import Company
from relacja.contacts.tests.people import make_contact
from relacja.contacts.tests.test_companies import make_company
from relacja.staff.models import ChangeSet

HTMX = {"HX-Request": "true"}
DRAWER = {**HTMX, "HX-Target": "drawer"}


def facts(as_alice, firm, key, **given):
    return as_alice.post(f"/companies/{firm.pk}/facts/{key}/", given, headers=HTMX)


def test_a_fact_is_changed_in_its_place_and_taken_back(as_alice, alice, now):
    firm = make_company(now)

    form = as_alice.get(f"/companies/{firm.pk}/facts/address/", headers=HTMX).text
    saved = facts(
        as_alice, firm, "address", street="Portowa 3", postal_code="81-350", city="Gdynia", country="PL", version=1
    )

    assert 'name="street"' in form
    assert "Portowa 3" in saved.text
    firm.refresh_from_db()
    assert (firm.city, firm.country) == ("Gdynia", "PL")
    as_alice.post(f"/changes/{ChangeSet.objects.latest('pk').pk}/reversal/")
    firm.refresh_from_db()
    assert firm.city == ""


def test_an_own_field_is_a_fact_too(as_alice, now):
    from relacja.contacts.models import Record

    made = actions.make_field(Record.COMPANY, kind="number", label="Obrót", now=now)
    firm = make_company(now)

    saved = facts(as_alice, firm, f"own-{made.key}", **{f"attributes.{made.key}": "1 500"})

    assert "1500" in saved.text or "1 500" in saved.text
    assert as_alice.get(f"/companies/{firm.pk}/facts/nonsense/").status_code == 404


def test_what_somebody_changed_meanwhile_is_shown_beside_what_is_written(as_alice, alice, now):
    firm = make_company(now)
    actions.edit_company(firm, values={"vat_id": "5260250274"}, by=alice, now=now)

    refused = facts(as_alice, firm, "vat_id", vat_id="7740001454", version=1)
    version = re.search(r'name="version" value="(\d+)"', refused.text)[1]
    saved = facts(as_alice, firm, "vat_id", vat_id="7740001454", version=version)

    assert refused.status_code == 422
    assert "5260250274" in refused.text
    assert saved.status_code == 200
    assert Company.objects.get().vat_id == "7740001454"


def test_a_name_that_is_taken_leads_to_who_has_it(as_alice, now):
    firm, other = make_company(now), make_company(now, "Mewa")

    refused = facts(as_alice, firm, "name", name="mewa", version=1)

    assert refused.status_code == 422
    assert f'href="/companies/{other.pk}/"' in refused.text


def test_a_cell_is_changed_in_the_list(as_alice, as_bob, now):
    firm = make_company(now)
    where = f"/companies/{firm.pk}/cells/city/"

    form = as_alice.get(where, headers=HTMX).text
    saved = as_alice.post(where, {"city": "Hel", "version": 1}, headers=HTMX)
    listed = as_alice.get("/companies/?view=all").text

    assert 'name="city"' in form
    assert saved.text.strip().startswith('<span class="truncate">Hel</span>')
    assert '<cell-editor base="/companies/">' in listed
    assert 'data-cell="city"' in listed
    assert as_bob.post(where, {"city": "X"}).status_code == 403
    assert "data-cell" not in as_bob.get("/companies/?view=all").text


def test_the_drawer_shows_a_company_without_leaving_the_list(as_alice, deliver, now):
    anna = make_contact(now, company="Studio Żak")
    deliver()

    listed = as_alice.get("/companies/?view=all").text
    peek = as_alice.get(f"/companies/{anna.company_id}/", headers=DRAWER).text

    assert "data-peek" in listed
    assert "Anna Żółć" in peek
    assert "<html" not in peek


@pytest.mark.parametrize("sort", ["name", "-created", "city", "-people"])
def test_the_way_through_the_list_leads_on_and_back(as_alice, now, sort):
    for number in range(4):
        make_company(now, f"Firma {number}", city="Hel")
    listed = as_alice.get(f"/companies/?sort={sort}").text
    there = re.search(r'class="who" href="([^"]+)"', listed)[1].replace("&amp;", "&")
    seen = []

    while there:
        page = as_alice.get(there)
        seen.append(page.context["firm"].pk)
        there = page.context["walk"].next

    rows = [int(pk) for pk in re.findall(r'<tr id="company-(\d+)"', listed)]
    assert seen == rows
    assert page.context["walk"].back == f"/companies/?sort={sort}"
    deleted = as_alice.post(f"/companies/{rows[0]}/trash/?list=sort%3D{sort}")
    assert deleted.url.startswith(f"/companies/{rows[1]}/?list=")


def test_a_company_stands_in_its_line_with_all_its_people(as_alice, deliver, now):
    top = make_company(now, "Holding")
    middle = make_company(now, "Spółka", parent=top.pk)
    make_company(now, "Oddział", parent=middle.pk)
    make_contact(now, company="Spółka")
    jan = make_contact(now, first_name="Jan", email="jan@zolc.example", company="Oddział")
    deliver()

    page = as_alice.get(f"/companies/{top.pk}/")
    alone, together = (as_alice.get(f"/companies/{top.pk}/{more}").context["everything"] for more in ("", "?parts=1"))

    assert page.context["total"] == 2
    assert [(part.name, n) for part, n in page.context["parts"]] == [("Spółka", 1)]
    assert [one.name for one in as_alice.get(f"/companies/{jan.company_id}/").context["above"]] == ["Holding", "Spółka"]
    assert alone == 0
    assert together >= 2


def test_the_living_part_brings_who_and_facts_along(as_alice, now):
    firm = make_company(now)

    alive = as_alice.get(f"/companies/{firm.pk}/", headers={**HTMX, "HX-Target": "live"}).text

    assert f'topic="company:{firm.pk}"' in alive
    assert alive.count('hx-swap-oob="morph"') == 2


def test_a_company_is_added_by_hand_and_one_like_it_said_first(as_alice, now):
    make_company(now, "Stal-Profil Sp. z o.o.")

    alike_one = as_alice.post("/companies/new/", {"name": "STAL PROFIL S.A.", "city": "Gdynia"})
    taken = as_alice.post("/companies/new/", {"name": "stal-profil sp. z o.o."})
    sure = as_alice.post("/companies/new/", {"name": "STAL PROFIL S.A.", "city": "Gdynia", "sure": "1"})

    assert (alike_one.status_code, taken.status_code) == (422, 422)
    assert "Stal-Profil Sp. z o.o." in alike_one.text
    assert sure.url == f"/companies/{Company.objects.latest('pk').pk}/"
    assert Company.objects.latest("pk").city == "Gdynia"


@pytest.mark.parametrize(
    ("one", "other"),
    [("Żuraw Sp. z o.o.", "ZURAW S.A."), ("A-B-C GmbH & Co. KG", "a b c"), ("Mewa spółka jawna", "Mewa Sp. j.")],
)
def test_names_are_alike_but_for_the_legal_form(one, other):
    assert firms.core(one) == firms.core(other) != ""


def test_the_palette_finds_companies_and_acts_on_the_open_one(as_alice, alice, now):
    firm = make_company(now, vat_id="5260250274")

    found = as_alice.get("/palette/", {"q": "stal"}).text
    acts = as_alice.get("/palette/", {"on": f"/companies/{firm.pk}/"}).text

    assert f"/companies/{firm.pk}/" in found
    assert f"/companies/{firm.pk}/trash/" in acts
