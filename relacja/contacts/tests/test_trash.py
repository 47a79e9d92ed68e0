from datetime import timedelta

import pytest

from relacja.contacts import actions, copying, forgetting, listing
from relacja.contacts.models import Contact, Identity
from relacja.contacts.tests.people import make_contact, make_people
from relacja.contacts.tests.test_history import row
from relacja.events import actions as events
from relacja.events import archive
from relacja.events.models import Entry
from relacja.events.profiles import profile_of
from relacja.staff import changes
from relacja.staff.models import ApiKey, Change, ChangeSet

LATER = timedelta(days=30, minutes=1)


@pytest.mark.parametrize("was_archived", [False, True])
def test_who_leaves_the_trash_is_as_before(alice, now, was_archived):
    contact = make_contact(now, company="Studio Żak")
    if was_archived:
        actions.archive(contact, now=now)
    before = row(contact)

    actions.discard(contact, by=alice, now=now + timedelta(hours=1))
    discarded = row(contact)
    actions.retrieve(contact, by=alice, now=now + timedelta(hours=2))

    assert discarded != before
    assert row(contact) == before


@pytest.mark.parametrize("was_archived", [False, True])
def test_deleting_goes_back_by_undo_and_back_again(alice, now, was_archived):
    contact = make_contact(now)
    if was_archived:
        actions.archive(contact, now=now)
        contact.refresh_from_db()
    before = row(contact)
    actions.discard(contact, by=alice, now=now)

    done = changes.undo(ChangeSet.objects.latest("pk"), by=alice, now=now)

    assert row(contact) == before
    changes.undo(done.change_set, by=alice, now=now)
    assert Contact.objects.get().trashed_at == now


def test_the_trash_is_a_list_of_its_own(as_alice, now):
    anna, jan = make_contact(now), make_contact(now, first_name="Jan", email="jan@zolc.example")
    actions.archive(jan, now=now)

    as_alice.post("/contacts/trash/", {"ids": [anna.pk]})
    found = {
        name: [one.pk for one in listing.page(listing.Filters(**{name: True})).rows] for name in ("archived", "trashed")
    }

    assert found == {"archived": [jan.pk], "trashed": [anna.pk]}
    assert "Anna Żółć" in as_alice.get("/contacts/?trashed=1").text
    assert "na zawsze" in as_alice.get(f"/contacts/{anna.pk}/").text
    as_alice.post("/contacts/retrieval/", {"ids": [anna.pk]})
    assert Contact.objects.active().get() == anna


def test_one_contact_is_deleted_and_taken_back_on_its_page(as_alice, now):
    contact = make_contact(now)

    as_alice.post(f"/contacts/{contact.pk}/trash/")
    assert Contact.objects.get().trashed_at is not None
    as_alice.post(f"/contacts/{contact.pk}/restoration/")
    assert Contact.objects.get().trashed_at is not None
    as_alice.post(f"/contacts/{contact.pk}/retrieval/")

    assert Contact.objects.active().get() == contact


def test_programs_delete_and_take_back(as_nobody, now):
    contact = make_contact(now)
    _key, key = ApiKey.issue(name="shop", scopes=["contacts.archive"], now=now)
    headers = {"Authorization": f"Bearer {key}"}

    deleted = as_nobody.delete(f"/api/v1/contacts/{contact.pk}", headers=headers).json()
    back = as_nobody.post(f"/api/v1/contacts/{contact.pk}/retrieval", headers=headers).json()

    assert deleted["trashed_at"] is not None
    assert (back["trashed_at"], back["archived_at"]) == (None, None)


def test_after_thirty_days_nothing_is_left_of_who_was_in_the_trash(alice, deliver, facts, now):
    gone, stays = make_contact(now, last_name="Kanarek"), make_contact(now, first_name="Jan", email="jan@zolc.example")
    actions.join_visitor(gone, anonymous_id="browser-1", now=now)
    visitor = profile_of("visitor", "browser-1")
    events.record("Page Viewed", profile_id=visitor, at=now, now=now, properties={"title": "Kanarek"})
    actions.add_note(gone, text="Kanarek", by=alice, now=now)
    deliver()
    copying.copy_changed()
    archive.pack()
    actions.discard(gone, by=alice, now=now)
    actions.discard(stays, by=alice, now=now + timedelta(days=1))
    deliver()

    emptied = forgetting.empty_trash(now=now + LATER)

    assert emptied == 1
    assert Contact.objects.get() == stays
    assert not Identity.objects.filter(contact=gone.pk).exists()
    assert not Change.objects.filter(record_id=gone.pk).exists()
    assert not any(b"Kanarek" in bytes(entry.events) for entry in Entry.objects.all())
    mine = f"({gone.pk}, {visitor})"
    assert facts.ask(f"SELECT count() AS n FROM event WHERE profile_id IN {mine}", {})[0]["n"] == 0
    assert facts.ask(f"SELECT count() AS n FROM contact WHERE id = {gone.pk}", {})[0]["n"] == 0


def test_who_comes_back_by_themself_leaves_the_trash(alice, now):
    contact = make_contact(now)
    actions.discard(contact, by=alice, now=now)

    found = actions.identify(identities=[("email", "anna@zolc.example")], traits={}, now=now, source="shop")

    assert found == contact
    assert Contact.objects.active().get() == contact


def test_a_full_trash_costs_the_list_no_more(as_alice, now, django_assert_max_num_queries):
    for contact in make_people(now, 30):
        actions.discard(contact, now=now)

    with django_assert_max_num_queries(13):
        assert as_alice.get("/contacts/?trashed=1").text.count('id="contact-') == 30
