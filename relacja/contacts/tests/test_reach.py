"""Who sees whom in the records: contacts by their owner, companies also by their people."""

import pytest
from django.test import Client

from conftest import make_user
from relacja.contacts import actions, duplicates, firm_duplicates, reach, searching
from relacja.contacts.actions import several, suspecting_firms
from relacja.contacts.models import Batch, Candidate, Company, Contact, FirmCandidate, Likeness
from relacja.contacts.tests.people import make_contact
from relacja.staff import actions as staff
from relacja.staff.models import ChangeSet

HERS, OTHERS, NOBODYS = "Hanna", "Zenon", "Nikodem"


@pytest.fixture
def olga(db, now):
    """Sells, and sees only her own customers."""
    user = make_user("olga@firma.example", "sales")
    staff.reach_of_person(user, "own", now=now)
    return user


@pytest.fixture
def as_olga(olga) -> Client:
    client = Client()
    client.force_login(olga)
    return client


def owned(now, owner, name: str, company: str = "") -> Contact:
    made = make_contact(now, first_name=name, email=f"{name.lower()}@firma.example", company=company)
    Contact.objects.filter(pk=made.pk).update(owner=owner)
    return Contact.objects.get(pk=made.pk)


@pytest.fixture
def three(now, olga, bob):
    """Somebody of hers, of a colleague, of nobody."""
    return owned(now, olga, HERS), owned(now, bob, OTHERS), owned(now, None, NOBODYS)


def seen(html: str) -> set[str]:
    return {name for name in (HERS, OTHERS, NOBODYS) if name in html}


def test_the_list_shows_whom_one_sees(as_olga, as_bob, three):
    assert seen(as_olga.get("/contacts/").text) == {HERS}
    assert seen(as_olga.get("/contacts/?owner=none").text) == set()
    assert seen(as_olga.get(f"/contacts/?owner={three[1].owner_id}").text) == set()
    assert seen(as_bob.get("/contacts/").text) == {HERS, OTHERS, NOBODYS}


def test_somebody_elses_page_is_not_there_and_nothing_is_done_to_them(as_olga, three):
    for path in ("", "facts/", "changes/", "consents/", "facts/name/", "merge/"):
        assert as_olga.get(f"/contacts/{three[1].pk}/{path}").status_code in (404, 403), path
        assert as_olga.get(f"/contacts/{three[0].pk}/{path}").status_code in (200, 403), path

    for path in ("notes/", "owner/", "tags/", "vip/", "facts/name/", "consents/", "documents/"):
        assert as_olga.post(f"/contacts/{three[1].pk}/{path}", {"text": "x", "add": "x"}).status_code == 404, path
    assert Contact.objects.get(pk=three[1].pk).version == three[1].version


def test_whoever_is_given_a_customer_sees_them_at_once_and_whoever_loses_one_not_any_more(
    as_olga, olga, three, alice, now
):
    actions.assign(three[1], olga, by=alice, now=now)
    actions.assign(three[0], alice, by=alice, now=now)

    assert as_olga.get(f"/contacts/{three[1].pk}/").status_code == 200
    assert as_olga.get(f"/contacts/{three[0].pk}/").status_code == 404


def test_nobodys_are_seen_by_who_may_see_them(as_olga, olga, three, now):
    staff.reach_of_person(olga, "own_nobody", now=now)

    assert seen(as_olga.get("/contacts/").text) == {HERS, NOBODYS}
    assert as_olga.get(f"/contacts/{three[2].pk}/").status_code == 200


def test_a_team_sees_the_customers_of_its_people(as_olga, olga, bob, three, now):
    staff.make_team(name="Sklep", members=[olga.pk, bob.pk], now=now)
    staff.reach_of_person(olga, "team", now=now)

    assert seen(as_olga.get("/contacts/").text) == {HERS, OTHERS}


def test_the_palette_and_suggestions_find_whom_one_sees(as_olga, three):
    for path in ("/palette/?q=firma.example", "/contacts/suggestions/contact/?q=firma.example"):
        assert seen(as_olga.get(path).text) == {HERS}, path
    assert seen(as_olga.get(f"/palette/?path=/contacts/{three[1].pk}/").text) == set()


def test_a_company_is_seen_with_its_owner_or_one_of_its_people(as_olga, olga, bob, now):
    owned(now, olga, HERS, company="Wspólna")
    owned(now, bob, OTHERS, company="Wspólna")
    owned(now, bob, "Zofia", company="Cudza")
    shared, others = Company.objects.get(name="Wspólna"), Company.objects.get(name="Cudza")

    html = as_olga.get(f"/companies/{shared.pk}/").text
    assert seen(html) == {HERS}
    assert "i inne, których nie widzisz" in html
    assert as_olga.get(f"/companies/{others.pk}/").status_code == 404
    assert "Cudza" not in as_olga.get("/companies/").text

    Company.objects.filter(pk=others.pk).update(owner=olga)
    assert as_olga.get(f"/companies/{others.pk}/").status_code == 200
    assert "Cudza" in as_olga.get("/companies/").text


def test_many_at_once_are_those_one_sees(as_olga, olga, three):
    as_olga.post(
        "/contacts/change/", {"ids": [one.pk for one in three], "path": "city", "value": "Hel", "do": "change"}
    )
    assert list(Contact.objects.filter(city="Hel")) == [three[0]]

    as_olga.post("/contacts/change/", {"all": 1, "list": "?q=firma", "path": "city", "value": "Łeba", "do": "change"})
    assert list(Contact.objects.filter(city="Łeba")) == [three[0]]


def test_work_in_the_background_leaves_out_whom_one_lost_meanwhile(olga, three, now):
    found = three[0]
    batch = several.begin(
        "change",
        reach.seen_ids([found.pk], "contact", (olga.pk,)),
        by=olga,
        now=now,
        options={"path": "city", "value": "Hel"},
    )
    Contact.objects.filter(pk=found.pk).update(owner=None)

    while several.step(batch, now=now):
        pass

    assert not Contact.objects.filter(city="Hel").exists()
    assert Batch.objects.get(pk=batch.pk).refused == 0


def test_pairs_are_for_who_sees_both(olga, three):
    Candidate.objects.create(
        first=three[0],
        second=three[1],
        level=Likeness.SURE,
        score=99,
        reasons=[],
        found_by="sweep",
        found_at=three[0].created_at,
    )

    assert duplicates.waiting_count((olga.pk,)) == 0
    assert duplicates.page(duplicates.Filters(seen=(olga.pk,))).found == 0
    assert duplicates.page(duplicates.Filters()).found == 1


def test_pairs_of_companies_are_for_who_sees_both(olga, now):
    own = Company.objects.create(name="Mewa", name_key="mewa", created_at=now, owner=olga)
    other = Company.objects.create(name="Mewa S.A.", name_key="mewa s.a.", created_at=now)
    suspecting_firms.look(now=now)

    assert FirmCandidate.objects.get().first_id == own.pk
    assert list(firm_duplicates.waiting((olga.pk,))) == []
    assert firm_duplicates.twins(own, (olga.pk,)) == []
    assert [one for one, _reasons in firm_duplicates.twins(own, None)] == [other]
    assert duplicates.waiting_count((olga.pk,)) == 0


def test_an_address_that_somebody_unseen_has_names_nobody(as_olga, three):
    answer = as_olga.post("/contacts/new/", {"first_name": "Ola", "email": three[1].email, "country": "PL"})

    assert answer.status_code == 422
    assert seen(answer.text.replace(three[1].email, "")) == set()
    assert f"/contacts/{three[1].pk}/" not in answer.text


def test_what_others_changed_of_somebody_unseen_is_neither_told_nor_taken_back(as_olga, alice, three, now):
    actions.edit(three[1], values=actions_values(city="Puck"), by=alice, now=now)
    made = ChangeSet.objects.latest("pk")

    answer = as_olga.post(f"/changes/{made.pk}/reversal/")

    assert answer.status_code == 403
    assert Contact.objects.get(pk=three[1].pk).city == "Puck"


def test_giving_a_customer_away_can_be_taken_back(as_olga, olga, bob, three, now):
    actions.assign(three[0], bob, by=olga, now=now)
    made = ChangeSet.objects.latest("pk")
    assert HERS not in as_olga.get(f"/changes/{made.pk}/").text

    as_olga.post(f"/changes/{made.pk}/reversal/")

    assert Contact.objects.get(pk=three[0].pk).owner == olga


def test_seeing_all_adds_nothing_to_a_query(alice):
    for mine, whole in (
        (reach.people(alice), Contact.objects.all()),
        (reach.firms(alice), Company.objects.all()),
        (reach.among_people(searching.found("anna"), None), searching.found("anna")),
    ):
        assert str(mine.query) == str(whole.query)


def actions_values(**given: str):
    from relacja.contacts import rules

    return rules.values(given)
