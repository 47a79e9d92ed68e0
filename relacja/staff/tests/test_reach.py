"""Whose customers somebody sees: by role, by exception, by team."""

import pytest
from django.db import IntegrityError

from conftest import make_user
from relacja.staff import actions, changes, reach
from relacja.staff.models import ChangeSet, RoleReach, User

PART = {"HX-Request": "true"}


@pytest.fixture
def olga(db):
    return make_user("olga@firma.example", "sales")


def again(user: User) -> User:
    return User.objects.get(pk=user.pk)


def test_everybody_sees_all_until_a_role_says_otherwise(as_alice, bob, olga):
    assert reach.owners(olga) is None

    answer = as_alice.post("/settings/people/reach/", {"role": "sales", "reach": "own"}, headers=PART)

    assert "<html" not in answer.text
    assert reach.owners(again(olga)) == (olga.pk,)
    assert reach.owners(again(bob)) is None


def test_an_exception_is_stronger_than_the_role(as_alice, olga, now):
    actions.reach_of_role("sales", "own", now=now)

    as_alice.post(f"/settings/people/{olga.pk}/reach/", {"reach": "all"})
    assert reach.owners(again(olga)) is None

    as_alice.post(f"/settings/people/{olga.pk}/reach/", {"reach": ""})
    assert reach.owners(again(olga)) == (olga.pk,)


def test_a_team_is_everybody_in_ones_teams_and_nobodys_only_on_demand(olga, bob, alice, now):
    actions.make_team(name="Sklep", members=[olga.pk, bob.pk], now=now)
    actions.make_team(name="Region", members=[alice.pk], now=now)

    actions.reach_of_person(olga, "team", now=now)
    assert reach.owners(olga) == tuple(sorted({olga.pk, bob.pk}))

    actions.reach_of_person(olga, "team_nobody", now=now)
    assert reach.owners(olga) == (reach.NOBODY, *sorted({olga.pk, bob.pk}))


def test_administrators_see_all_whatever_was_said_before(as_alice, alice, olga, now):
    actions.reach_of_person(olga, "own", now=now)
    actions.change_role(olga, "administrator")

    assert reach.owners(again(olga)) is None
    assert as_alice.post(f"/settings/people/{alice.pk}/reach/", {"reach": "own"}).status_code == 422
    assert as_alice.post("/settings/people/reach/", {"role": "administrator", "reach": "own"}).status_code == 422
    with pytest.raises(IntegrityError):
        RoleReach.objects.create(role="administrator", reach="own")


def test_another_role_and_a_new_person_bring_what_the_role_lets_see(olga, now):
    actions.reach_of_role("service", "team", now=now)

    actions.change_role(olga, "service")

    assert again(olga).reaches == "team"
    assert make_user("new@firma.example", "service").reaches == "team"


def test_it_stands_in_the_history_and_goes_back(as_alice, alice, olga):
    as_alice.post("/settings/people/reach/", {"role": "sales", "reach": "own"})
    as_alice.post(f"/settings/people/{olga.pk}/reach/", {"reach": "team"})
    of_person, of_role = ChangeSet.objects.order_by("-pk")[:2]

    html = as_alice.get(f"/changes/{of_person.pk}/").text
    for one in (of_person, of_role):
        as_alice.post(f"/changes/{one.pk}/reversal/")

    assert "Olga" in html
    assert "Klienci zespołu" in html
    assert again(olga).reaches == "all"
    assert RoleReach.of("sales") == "all"


def test_what_was_changed_since_stays(alice, olga, now):
    with changes.one_set("staff.reach", by=alice, source="staff", now=now) as made:
        actions.reach_of_person(olga, "own", by=alice, now=now, into=made)
    actions.reach_of_person(olga, "team", by=alice, now=now)

    undone = changes.undo(made.change_set, by=alice, now=now)

    assert (undone.back, undone.kept) == (0, 1)
    assert again(olga).reaches == "team"


def test_nobody_but_administrators_says_who_sees_whom(as_bob, bob):
    assert as_bob.post("/settings/people/reach/", {"role": "sales", "reach": "own"}).status_code == 403
    assert as_bob.post(f"/settings/people/{bob.pk}/reach/", {"reach": "all"}).status_code == 403


def test_what_nobody_knows_is_refused(as_alice, olga):
    assert as_alice.post("/settings/people/reach/", {"role": "sales", "reach": "half"}).status_code == 422
    assert as_alice.post(f"/settings/people/{olga.pk}/reach/", {"reach": "half"}).status_code == 422
