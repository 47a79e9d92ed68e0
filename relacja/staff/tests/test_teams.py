"""Teams: who is in them, who is away, and taking changes back."""

from datetime import date

import pytest
from django.db import IntegrityError, transaction

from conftest import make_user
from relacja.lib.errors import Refused
from relacja.staff import actions, changes, teams
from relacja.staff.models import ChangeSet, Membership, Team


def make_team(now, name="Pomorze", people=(), **values):
    return actions.make_team(name=name, members=[one.pk for one in people], now=now, **values)


def test_a_team_is_made_on_its_page_and_stands_in_the_history(as_alice, alice, bob):
    response = as_alice.post("/settings/teams/", {"name": "Pomorze", "members": [bob.pk], "leader": alice.pk})

    assert response.status_code == 302
    team = Team.objects.get()
    assert set(teams.roster().people[team.pk]) == {alice.pk, bob.pk}  # who leads it is in it
    made = ChangeSet.objects.get(label="teams.made")
    assert "Pomorze" in as_alice.get(f"/changes/{made.pk}/").text


def test_a_name_is_taken_once_however_it_is_written_until_its_team_is_archived(as_alice, alice, now):
    team = make_team(now)

    response = as_alice.post("/settings/teams/", {"name": "  pomorze "})
    assert response.status_code == 422
    assert "Pomorze" in response.text or "pomorze" in response.text

    actions.archive_team(team, now=now, by=alice)
    assert as_alice.post("/settings/teams/", {"name": "Pomorze"}).status_code == 302
    with pytest.raises(Refused):
        actions.restore_team(team, now=now, by=alice)


def test_the_database_itself_refuses_two_live_teams_of_a_name_and_somebody_twice_in_one(now, bob):
    team = make_team(now, people=[bob])

    with pytest.raises(IntegrityError), transaction.atomic():
        Team.objects.create(name="Pomorze", name_key=team.name_key, created_at=now)
    with pytest.raises(IntegrityError), transaction.atomic():
        Membership.objects.create(team=team, user=bob)


def test_each_change_of_a_team_can_be_taken_back_and_that_again(alice, bob, now):
    carol = make_user("carol@firma.example", "sales")
    team = make_team(now, people=[bob], by=alice)
    actions.change_team(team, name="Wybrzeże", members=[carol.pk], leader=carol.pk, now=now, by=alice)
    changed = ChangeSet.objects.get(label="teams.changed")

    back = changes.undo(changed, by=alice, now=now)

    team.refresh_from_db()
    assert (team.name, team.leader, teams.roster().people[team.pk]) == ("Pomorze", None, (bob.pk,))
    changes.undo(back.change_set, by=alice, now=now)
    team.refresh_from_db()
    assert (team.name, team.leader, teams.roster().people[team.pk]) == ("Wybrzeże", carol, (carol.pk,))


def test_what_somebody_changed_since_stays(alice, bob, now):
    team = make_team(now, people=[bob], by=alice)
    actions.change_team(team, name="Wybrzeże", members=[], now=now, by=alice)
    first = ChangeSet.objects.get(label="teams.changed")
    actions.change_team(team, name="Północ", members=[], now=now, by=alice)

    back = changes.undo(first, by=alice, now=now)

    team.refresh_from_db()
    assert (team.name, teams.roster().people[team.pk], back.kept) == ("Północ", (bob.pk,), 1)


def test_a_team_that_was_made_by_mistake_goes_to_the_archive_and_comes_back(alice, now):
    team = make_team(now, by=alice)

    back = changes.undo(ChangeSet.objects.get(), by=alice, now=now)
    team.refresh_from_db()
    assert team.archived_at == now
    assert teams.remembered().teams == ()

    changes.undo(back.change_set, by=alice, now=now)
    team.refresh_from_db()
    assert team.archived_at is None


def test_archived_teams_keep_their_people_for_the_rules_that_speak_of_them(alice, bob, now):
    team = make_team(now, people=[bob])
    actions.archive_team(team, now=now, by=alice)

    roster = teams.remembered()

    assert (roster.of(bob.pk), roster.people[team.pk], roster.called(team.pk)) == ([], (bob.pk,), "Pomorze")


def test_somebody_may_be_in_several_teams_and_has_the_colleagues_of_all(alice, bob, now):
    carol = make_user("carol@firma.example", "sales")
    make_team(now, people=[alice, bob])
    make_team(now, name="Hurt", people=[alice, carol])

    roster = teams.remembered()

    assert roster.said(alice.pk) == "Hurt, Pomorze"
    assert roster.colleagues(alice.pk) == tuple(sorted([alice.pk, bob.pk, carol.pk]))
    assert roster.colleagues(bob.pk) == tuple(sorted([alice.pk, bob.pk]))


def test_who_is_away_is_so_up_to_and_with_that_day(as_alice, bob):
    as_alice.post(f"/settings/people/{bob.pk}/absence/", {"until": "2026-12-03"})

    bob.refresh_from_db()
    assert (bob.is_away(date(2026, 12, 3)), bob.is_away(date(2026, 12, 4))) == (True, False)
    as_alice.post(f"/settings/people/{bob.pk}/absence/", {"until": ""})
    bob.refresh_from_db()
    assert not bob.is_away(date(2026, 12, 3))


@pytest.mark.parametrize("count", [1, 20])
def test_the_page_costs_the_same_however_many_teams_there_are(as_alice, bob, now, django_assert_max_num_queries, count):
    for number in range(count):
        make_team(now, name=f"Zespół {number}", people=[bob])

    with django_assert_max_num_queries(8):
        text = as_alice.get("/settings/teams/").text

    assert text.count("Zespół ") >= count
