"""Where somebody stood, from when until when, and who moved them."""

from datetime import timedelta

from relacja.contacts import actions, stages
from relacja.contacts.models import Contact, Stage
from relacja.contacts.tests.people import make_contact


def test_stages_follow_one_another_with_their_time_and_author(as_alice, alice, facts, deliver, now):
    contact = make_contact(now)
    actions.set_stage(contact.pk, Stage.PROSPECT, by=alice, now=now + timedelta(days=3))
    actions.set_stage(contact.pk, Stage.CUSTOMER, now=now + timedelta(days=10))
    deliver(now + timedelta(days=10))
    contact = Contact.objects.get()

    found = stages.of(contact, now=now + timedelta(days=10, hours=5))

    assert [(one.stage, one.by) for one in found] == [
        ("customer", "samo z siebie"),
        ("prospect", str(alice)),
        ("lead", ""),
    ]
    assert [one.lasted for one in found] == ["mniej niż dzień", "7 dni", "3 dni"]
    assert [one.until for one in found] == [None, found[0].since, found[1].since]
    assert "7 dni" in as_alice.get(f"/contacts/{contact.pk}/").text


def test_who_never_moved_has_one_stay_and_nothing_to_say(as_alice, facts, now):
    contact = make_contact(now)

    assert len(stages.of(contact, now=now)) == 1
    assert 'id="panel-stages"' not in as_alice.get(f"/contacts/{contact.pk}/").text


def test_a_stage_that_the_facts_do_not_know_yet_is_the_present_one(facts, alice, now):
    contact = make_contact(now)
    actions.set_stage(contact.pk, Stage.LOST, by=alice, now=now + timedelta(days=1))
    contact.refresh_from_db()

    found = stages.of(contact, now=now + timedelta(days=2))

    assert [(one.stage, one.since) for one in found] == [("lost", now + timedelta(days=1))]
