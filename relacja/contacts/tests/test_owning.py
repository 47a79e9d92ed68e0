"""Whose records a list shows: mine, my team's, nobody's, a colleague's, in lists, columns and files."""

import json

import pytest
from django.core.files.storage import default_storage
from django.test import Client
from pyroaring import BitMap64

from conftest import make_user
from relacja.contacts import actions, copying, exports, listing, narrowing, owning
from relacja.contacts.actions import several
from relacja.contacts.listing import Filters
from relacja.contacts.models import Company, Contact
from relacja.contacts.tests.people import make_people
from relacja.staff import teams
from relacja.staff.actions import archive_team, make_team

TEAM_RULE = {"all": [{"kind": "team", "op": "in", "team": "mine"}]}
NAMES = {"me": {"A", "B"}, "team": {"A", "B", "C"}, "none": {"E"}}


@pytest.fixture
def ola(db):
    return make_user("ola@firma.example", "sales")


@pytest.fixture
def marta(db):
    """In no team."""
    return make_user("marta@firma.example", "sales")


@pytest.fixture
def crowd(alice, ola, marta, facts, now):
    """Two of Alice, one of Ola in her team, one of Marta, one of nobody; as many companies."""
    make_team(name="Pomorze", members=[alice.pk, ola.pk], now=now)
    people = make_people(now, 5)
    for contact, letter, owner in zip(people, "ABCDE", [alice, alice, ola, marta, None], strict=True):
        Contact.objects.filter(pk=contact.pk).update(first_name=letter, last_name="", owner=owner, version=9)
        Company.objects.create(name=f"Firma {letter}", name_key=f"firma {letter.lower()}", owner=owner, created_at=now)
    copying.copy_changed()


def as_(user) -> Client:
    client = Client()
    client.force_login(user)
    return client


def shown(page) -> set[str]:
    return {contact.first_name for contact in page.context["page"].rows}


def firms(page) -> set[str]:
    return {firm.name.removeprefix("Firma ") for firm in page.context["page"].rows}


@pytest.mark.parametrize(("owner", "names"), NAMES.items())
def test_mine_my_teams_and_nobodys_are_one_click_away(as_alice, crowd, owner, names):
    tabs = as_alice.get("/contacts/?view=all").text
    assert f'href="/contacts/?owner={owner}"' in tabs
    assert f'href="/companies/?owner={owner}"' in as_alice.get("/companies/?view=all").text

    assert shown(as_alice.get(f"/contacts/?owner={owner}")) == names
    assert firms(as_alice.get(f"/companies/?owner={owner}")) == names


@pytest.mark.parametrize("owner", [*NAMES, "everybody"])
@pytest.mark.parametrize("sort", ["-created", "name", "city"])
@pytest.mark.parametrize("few", [0, 5_000])
def test_the_records_and_the_facts_say_the_same(alice, crowd, now, monkeypatch, owner, sort, few):
    monkeypatch.setattr(listing.by_index, "FEW", few)
    always = narrowing.read(json.dumps({"not": {"kind": "stage", "stage": "lost"}}), at=now, viewer=alice.pk)
    owners = owning.owners(owner, alice)

    by_records = listing.page(Filters(owners=owners), sort=sort)
    by_facts = listing.page(Filters(rule=always, owners=owners), sort=sort)

    assert {one.pk for one in by_records.rows} == {one.pk for one in by_facts.rows}
    assert listing.count(Filters(owners=owners)) == len(by_facts.rows) == len(NAMES.get(owner, "ABCDE"))
    assert listing.everybody(Filters(owners=owners)) == listing.everybody(Filters(rule=always, owners=owners))


def test_a_shared_view_shows_everybody_their_own(crowd, alice, ola, marta):
    rule = json.dumps(TEAM_RULE)

    assert shown(as_(alice).get("/contacts/", {"rule": rule})) == {"A", "B", "C"}
    assert shown(as_(marta).get("/contacts/", {"rule": rule})) == {"D"}  # alone, but not without a list
    assert shown(as_(ola).get("/contacts/?owner=me")) == {"C"}
    assert "opiekun jest w moim zespole" in as_(ola).get("/contacts/", {"rule": rule}).text.lower()


def test_a_count_that_is_kept_is_not_told_to_somebody_else(crowd, alice, marta):
    """Both ask with the same address within the seconds for which a count is kept."""
    found = [
        as_(one).get("/contacts/", {"rule": json.dumps(TEAM_RULE)}).context["page"].found for one in (alice, marta)
    ]

    assert found == [3, 1]


def test_who_is_in_no_team_is_offered_none_of_it(crowd, marta):
    assert "?owner=team" not in as_(marta).get("/contacts/?view=all").text


def test_any_team_and_any_colleague_is_a_filter_that_is_said_and_taken_off(as_alice, crowd, marta):
    team = teams.roster().teams[0]

    of_team, of_marta = (as_alice.get(f"/contacts/?owner={one}") for one in (f"team:{team.pk}", marta.pk))

    assert (shown(of_team), shown(of_marta)) == ({"A", "B", "C"}, {"D"})
    assert "Pomorze" in of_team.text
    assert [(one.label, one.chosen) for one in of_marta.context["narrowing"] if one.chosen] == [("Opiekun", "Marta")]


def test_a_team_in_the_archive_is_still_understood_but_not_offered(as_alice, alice, crowd, now):
    team = teams.roster().teams[0]
    archive_team(team, now=now, by=alice)

    page = as_alice.get(f"/contacts/?owner=team:{team.pk}")

    assert shown(page) == {"A", "B", "C"}
    assert "Pomorze" in page.text
    assert "Pomorze" not in as_alice.get("/contacts/?view=all").text


@pytest.mark.parametrize("owner", ["team:", "team:x", "-1", "²", "9" * 30, "all"])
def test_what_names_nobody_narrows_nothing_and_breaks_nothing(as_alice, crowd, owner):
    assert shown(as_alice.get("/contacts/", {"owner": owner})) == set("ABCDE")
    assert firms(as_alice.get("/companies/", {"owner": owner})) == set("ABCDE")


def test_nobody_in_particular_is_nobody(crowd):
    assert listing.page(Filters(owners=())).rows == []
    assert listing.count(Filters(owners=())) == 0


def test_the_team_is_a_column_of_both_lists_and_of_the_file(as_alice, alice, ola, crowd, now):
    make_team(name="Hurt", members=[ola.pk], now=now)
    page = as_alice.get("/contacts/?columns=team&sort=-created")
    assert page.text.count("Hurt, Pomorze") == 1
    assert "Hurt, Pomorze" in as_alice.get("/companies/?columns=team").text

    people = BitMap64(Contact.objects.filter(owner__isnull=False).values_list("pk", flat=True))
    batch = several.begin("export", people, by=alice, now=now, options={"columns": ["team"], "format": "csv"})
    exports.run(batch, now=now, say=lambda _percent: None)

    batch.refresh_from_db()
    lines = default_storage.open(batch.path).read().decode().splitlines()
    assert sorted(lines[1:]) == ["A,,Pomorze", "B,,Pomorze", 'C,,"Hurt, Pomorze"', "D,,"]


def test_companies_are_asked_for_by_team(as_alice, crowd):
    team = teams.roster().teams[0]
    rules = [{"all": [{"kind": "attribute", "field": "team", "op": op, "value": team.pk}]} for op in ("is", "is_not")]

    found = [firms(as_alice.get("/companies/", {"rule": json.dumps(rule)})) for rule in rules]

    assert found == [{"A", "B", "C"}, {"D", "E"}]
    form = {"0:mode": "all", "0.0:kind": "attribute", "0.0:field": "team", "0.0:op": "is", "0.0:value": str(team.pk)}
    added = as_alice.post("/segments/companies/", form)
    assert firms(as_alice.get(added.url)) == {"A", "B", "C"}


@pytest.mark.parametrize("number", [1, 20])
def test_the_list_by_team_costs_the_same_however_long(
    as_alice, alice, kept, facts, now, django_assert_max_num_queries, number
):
    make_team(name="Pomorze", members=[alice.pk], now=now)
    for contact in make_people(now, number):
        actions.assign(contact, alice, by=alice, now=now)
    as_alice.get("/contacts/?owner=team&columns=team,owner")

    with django_assert_max_num_queries(16):
        page = as_alice.get("/contacts/?owner=team&columns=team,owner")

    assert len(page.context["page"].rows) == number
