"""Merging as people and programs meet it: consents, later edits, who comes back, the dialogue, the API."""

import pytest

from conftest import NOW
from relacja.contacts import actions, choosing, consents, forgetting, rules
from relacja.contacts.actions import merge, standing, suspecting
from relacja.contacts.actions.merge import AlreadyMerged, LaterMergeStands
from relacja.contacts.models import (
    Candidate,
    Consent,
    ConsentAct,
    ConsentEntry,
    Contact,
    Decision,
    Finder,
    Identity,
    Likeness,
    Merge,
)
from relacja.contacts.tests.people import make_contact, make_words
from relacja.contacts.tests.test_duplicates import same_person_twice
from relacja.events.queries import contacts_of, timeline
from relacja.jobs import runner
from relacja.jobs.models import Job
from relacja.lib.errors import Conflict, Refused
from relacja.staff.models import ApiKey, ChangeSet

NEWSLETTER = {"purpose": "newsletter", "channel": "email"}
A, G, W = ConsentAct.ASKED, ConsentAct.GIVEN, ConsentAct.WITHDRAWN


@pytest.fixture
def pair(db, now):
    zofia = make_contact(now, first_name="Zofia", last_name="Lis", email="zofia@lis.example", city="Hel")
    zosia = make_contact(now, first_name="Zosia", last_name="Lis", email="zosia@o2.example", phone="601 234 567")
    return zofia, zosia


def say(contact, act, now, address=None):
    do = {A: consents.ask, G: consents.give, W: consents.withdraw}[act]
    return do(contact, **NEWSLETTER, text=make_words(now), address=address or contact.email, source="test", now=now)


def state(contact):
    return consents.state(contact, **NEWSLETTER)


@pytest.mark.parametrize(
    ("ours", "theirs", "result"),
    [(G, W, W), (W, G, W), (A, W, W), (G, None, G), (None, G, G), (None, W, W), (G, A, G), (A, G, A), (A, A, A)],
)
def test_the_stricter_consent_counts(pair, now, ours, theirs, result):
    winner, loser = pair
    for contact, act in ((winner, ours), (loser, theirs)):
        if act:
            say(contact, act, now)
    lines = set(ConsentEntry.objects.values_list("pk", "contact"))

    made = merge.merge(winner, loser, taken=[], now=now)

    assert state(winner) == result
    assert set(ConsentEntry.objects.values_list("pk", "contact")) == lines
    merge.part(made, now=now)
    assert (state(winner), state(loser)) == (ours or "", theirs or "")


def test_a_withdrawal_while_merged_counts_for_both_afterwards(pair, now):
    winner, loser = pair
    say(winner, G, now)
    say(loser, G, now)
    made = merge.merge(winner, loser, taken=[], now=now)

    say(winner, W, now, address=loser.email)
    assert (state(winner), ConsentEntry.objects.last().contact) == (W, loser)

    merge.part(made, now=now)
    assert (state(winner), state(loser)) == (W, W)
    assert ConsentEntry.objects.filter(contact=winner).last().proof["withdrawn_while_merged"]


def test_a_stale_copy_of_the_loser_speaks_for_the_winner(pair, now):
    winner, loser = pair
    made = merge.merge(winner, loser, taken=[], now=now)

    entry = say(loser, G, now)

    assert (entry.contact, state(winner)) == (loser, G)
    merge.part(made, now=now)
    assert (state(winner), state(loser)) == ("", G)


def test_edits_since_stay_with_the_winner_and_are_said(pair, now):
    winner, loser = pair
    made = merge.merge(winner, loser, taken=["phone", "first_name"], now=now)
    assert (winner.first_name, winner.phone) == ("Zosia", "+48601234567")

    actions.edit(winner, values=rules.values({"first_name": "Zofia Maria", "city": "Jastarnia"}), now=now)
    parted = merge.part(made, now=now)

    winner.refresh_from_db()
    assert parted.edited == ["first_name"]
    assert (winner.first_name, winner.phone, winner.city) == ("Zofia Maria", "", "Jastarnia")


def test_an_address_that_was_given_up_while_merged_is_the_losers_again(pair, now):
    winner, loser = pair
    made = merge.merge(winner, loser, taken=["email"], now=now)
    actions.edit(winner, values=rules.values({"email": "nowy@lis.example"}), now=now)
    assert not Identity.objects.filter(value="zosia@o2.example").exists()

    merge.part(made, now=now)

    assert Identity.objects.get(value="zosia@o2.example").contact == loser
    assert Identity.objects.get(value="nowy@lis.example").contact == winner


def test_who_comes_back_under_the_losers_address_goes_with_it(pair, deliver, now):
    winner, loser = pair
    made = merge.merge(winner, loser, taken=[], now=now)
    known = actions.identify(
        identities=[("email", loser.email), ("external", "shop:9")], traits={}, now=now, source="shop"
    )
    profile = actions.profile_named(known, [("email", loser.email)])
    actions.join_visitor(known, anonymous_id="v-1", now=now, profile_id=profile)
    assert (known, profile) == (winner, loser.pk)

    merge.part(made, now=now)
    deliver()

    assert set(Identity.objects.filter(contact=loser).values_list("kind", flat=True)) == {
        "email",
        "phone",
        "external",
        "visitor",
    }
    assert "Merge Taken Apart" in [moment.name for moment in timeline(loser.pk)]


def test_merges_are_taken_apart_from_the_last(pair, now):
    winner, loser = pair
    third = make_contact(now, email="trzecia@lis.example")
    first = merge.merge(winner, loser, taken=[], now=now)
    second = merge.merge(third, winner, taken=[], now=now)

    assert contacts_of([loser.pk]) == {loser.pk: third.pk}
    with pytest.raises(LaterMergeStands):
        merge.part(first, now=now)
    merge.part(second, now=now)
    merge.part(first, now=now)
    assert contacts_of([loser.pk]) == {loser.pk: loser.pk}


def test_a46_of_two_who_merge_at_once_one_does(pair, now):
    winner, loser = pair
    merge.merge(winner, loser, taken=[], now=now)

    with pytest.raises(AlreadyMerged):
        merge.merge(winner, loser, taken=[], now=now)
    with pytest.raises(AlreadyMerged):
        merge.merge(loser, winner, taken=[], now=now)
    assert Merge.objects.count() == 1


def test_what_somebody_changed_since_the_choice_is_looked_at_again(pair, now):
    winner, loser = pair
    versions = (winner.version, loser.version)
    actions.edit(loser, values=rules.values({"city": "Sopot"}), now=now)

    with pytest.raises(Conflict):
        merge.merge(winner, loser, taken=[], versions=versions, now=now)
    assert not Merge.objects.exists()


def test_whoever_is_part_of_somebody_is_not_taken_back_from_the_archive(pair, as_alice, now):
    winner, loser = pair
    merge.merge(winner, loser, taken=[], now=now)

    with pytest.raises(Refused):
        actions.restore(loser, now=now)
    assert str(loser) not in as_alice.get("/contacts/?archived=1").text


def test_two_people_of_whom_one_was_merged_stay_two(pair, deliver, now, alice):
    winner, loser = pair
    like_loser = make_contact(now, first_name="Zosia", last_name="Lis", email="z@x.example", city="Hel")
    suspecting.suspect(loser.pk, like_loser.pk, found_by=Finder.PERSON, now=now)
    Candidate.objects.get(first=loser, second=like_loser).decide(Decision.DISMISSED, by=alice, at=now)
    merge.merge(winner, loser, taken=["city"], now=now)

    assert not suspecting.suspect(winner.pk, like_loser.pk, found_by=Finder.PERSON, now=now)
    assert not Candidate.objects.waiting().exists()


def test_the_proposal_takes_the_fuller_the_newer_and_the_only_value(pair, now):
    winner, loser = pair
    proposed = {one.field: (one.takes_losers, one.why) for one in choosing.proposals(winner, loser)}

    assert proposed["first_name"] == (False, "fuller")
    assert proposed["phone"] == (True, "only")
    assert proposed["city"] == (False, "only")
    assert proposed["last_name"] == (False, "same")
    assert choosing.survivor(winner, loser) == choosing.survivor(loser, winner)
    assert all(str(choosing.WHY[why]) for _takes, why in proposed.values())


def test_the_dialogue_shows_both_and_merges_what_was_chosen(pair, as_alice, facts):
    zofia, zosia = pair
    address = f"/contacts/{zofia.pk}/merge/{zosia.pk}/"
    page = as_alice.get(f"{address}?stays={zofia.pk}").text
    assert "zofia@lis.example" in page
    assert "601 234 567" in page

    answer = as_alice.post(
        address,
        {
            "stays": zofia.pk,
            "winner_version": zofia.version,
            "loser_version": zosia.version,
            "field-phone": "loser",
            "field-email": "winner",
        },
    )

    assert answer["Location"] == f"/contacts/{zofia.pk}/"
    zofia.refresh_from_db()
    assert (zofia.phone, zofia.email) == ("+48601234567", "zofia@lis.example")
    assert as_alice.get(f"/contacts/{zosia.pk}/")["Location"] == f"/contacts/{zofia.pk}/"
    assert as_alice.post(address, {"stays": zofia.pk}).status_code == 422
    made = Merge.objects.get()
    assert f"/duplicates/merges/{made.pk}/" in as_alice.get("/duplicates/?decision=merged").text
    assert "zosia@o2.example" in as_alice.get(f"/duplicates/merges/{made.pk}/").text
    as_alice.post(f"/duplicates/merges/{made.pk}/", {"are_two": "1"})
    zosia.refresh_from_db()
    assert zosia.archived_at is None
    assert Candidate.objects.get().decision == Decision.DISMISSED


def test_the_toast_takes_a_merge_apart(pair, as_alice):
    zofia, zosia = pair
    as_alice.post(f"/contacts/{zofia.pk}/merge/{zosia.pk}/", {"stays": zofia.pk})

    as_alice.post(f"/changes/{ChangeSet.objects.get(label='contacts.merged').pk}/reversal/")

    assert not Merge.objects.standing().exists()


def test_ticked_people_come_to_the_dialogue(pair, as_alice):
    zofia, zosia = pair

    assert as_alice.get("/contacts/merge/", {"ids": [zosia.pk, zofia.pk]})["Location"] == (
        f"/contacts/{zofia.pk}/merge/{zosia.pk}/"
    )
    assert as_alice.get("/contacts/merge/", {"ids": [zofia.pk]}).status_code == 422


def test_only_those_whom_nothing_tells_apart_are_merged_at_one_go(as_alice, now):
    one, other = same_person_twice(now)
    suspecting.suspect(one.pk, other.pk, found_by=Finder.PERSON, now=now)
    third = make_contact(now, email="", first_name="Zofia", last_name="Wiśniewska", city="Kraków")
    suspecting.suspect(one.pk, third.pk, found_by=Finder.PERSON, now=now)
    Candidate.objects.update(level=Likeness.SURE)

    as_alice.post("/duplicates/merges/")
    assert runner.run_next(now=Job.objects.get(kind="contacts.merge_sure").run_at)

    assert list(Merge.objects.values_list("winner", "loser")) == [(one.pk, third.pk)]
    assert Candidate.objects.waiting().count() == 1
    assert ChangeSet.objects.get(label="contacts.merged").count == 1
    as_alice.post(f"/changes/{ChangeSet.objects.get(label='contacts.merged').pk}/reversal/")
    assert not Merge.objects.standing().exists()


def test_a_program_hears_into_whom_somebody_was_merged(pair, client, now):
    winner, loser = pair
    merge.merge(winner, loser, taken=[], now=now)
    _key, secret = ApiKey.issue(name="shop", scopes=["contacts.view", "contacts.edit"], now=now)
    headers = {"Authorization": f"Bearer {secret}"}

    for answer in (
        client.get(f"/api/v1/contacts/{loser.pk}", headers=headers),
        client.patch(f"/api/v1/contacts/{loser.pk}", {}, content_type="application/json", headers=headers),
    ):
        assert answer.status_code == 410
        assert answer.json()["merged_into"] == winner.pk


def test_f56_whoever_is_forgotten_is_forgotten_with_all_that_was_merged_into_them(pair, facts, now):
    winner, loser = pair
    say(loser, G, now)
    merge.merge(winner, loser, taken=["first_name"], now=now)

    assert forgetting.forget([winner.pk]) == 2

    assert not Contact.objects.exists()
    assert not Merge.objects.exists()
    assert not Identity.objects.exists()


def test_the_ledger_of_the_winner_shows_the_lines_of_both(pair, as_alice, now):
    winner, loser = pair
    say(loser, G, now)
    merge.merge(winner, loser, taken=[], now=now)

    assert "zosia@o2.example" in as_alice.get(f"/contacts/{winner.pk}/consents/").text
    assert Consent.objects.filter(contact=winner).count() == 1
    assert standing.of(winner)["newsletter", "email"].entry.contact_id == loser.pk
    assert Contact.objects.active().count() == 1
    assert now == NOW
