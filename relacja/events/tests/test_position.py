from relacja.events import actions, queries, subscriptions
from relacja.events.models import Entry


def happen(now) -> None:
    actions.record("Contact Archived", profile_id=7, at=now, now=now)


def test_a_reader_is_caught_up_until_something_new_is_committed(deliver, now):
    happen(now)
    assert not queries.is_caught_up("facts")

    deliver()

    assert queries.is_caught_up("facts")


def test_what_came_after_a_noted_place_does_not_count_against_the_reader(facts, now):
    happen(now)
    noted = queries.end_of_log()
    subscriptions.deliver("facts", now=now)
    happen(now)

    assert queries.has_read("facts", noted)
    assert not queries.is_caught_up("facts")


def test_an_entry_that_cannot_be_read_yet_counts_as_unread(deliver, now):
    happen(now)
    deliver()
    Entry.objects.create(txid=10**12, count=0, events=b"[]")

    assert not queries.is_caught_up("facts")
