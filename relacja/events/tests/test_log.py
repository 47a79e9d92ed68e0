"""The log: written with the change, read in order, at least once, by each subscriber at its own pace."""

import time
import uuid
from datetime import timedelta

import pytest
from django.db import connection, transaction

from relacja.events import actions, archive, subscriptions
from relacja.events.event import Event
from relacja.events.models import Chunk, Cursor, Entry, Parked
from relacja.events.profiles import ANONYMOUS, is_anonymous, profile_of
from relacja.events.subscriptions import deliver as deliver_to
from relacja.events.subscriptions import subscriber
from relacja.lib.errors import Unavailable


def make_event(now, name="Looked Around", profile_id=7) -> Event:
    return Event.of(id=uuid.uuid4(), name=name, at=now, received_at=now, profile_id=profile_id, channel="web")


@pytest.fixture
def heard(monkeypatch):
    """A subscriber of the test's own, and what it heard."""
    monkeypatch.setattr(subscriptions, "_subscriptions", dict(subscriptions._subscriptions))
    found: list[Event] = []

    @subscriber("test")
    def hear(events, *, now):
        found.extend(events)

    return found


def test_a_subscriber_hears_everything_once_and_in_order(db, heard, now):
    events = [make_event(now, name=str(number)) for number in range(5)]
    for event in events:
        actions.append([event])

    assert deliver_to("test", now=now) == 5
    assert deliver_to("test", now=now) == 0

    assert heard == events


def test_nothing_is_heard_of_a_change_that_was_rolled_back(db, heard, now):
    with pytest.raises(RuntimeError), transaction.atomic():
        actions.append([make_event(now)])
        raise RuntimeError

    deliver_to("test", now=now)

    assert heard == []


def test_a_subscriber_does_not_run_ahead_of_the_one_it_follows(db, heard, now):
    followed: list[Event] = []

    @subscriber("second", after=("test",))
    def hear(events, *, now):
        followed.extend(events)

    actions.append([make_event(now)])
    assert deliver_to("second", now=now) == 0

    deliver_to("test", now=now)
    assert deliver_to("second", now=now) > 0
    assert followed == heard


def test_what_a_subscriber_wrote_is_undone_with_its_cursor(db, heard, now):
    @subscriber("writer")
    def write(events, *, now):
        Entry.objects.filter(pk=0).update(count=0)
        Parked.objects.create(subscriber="x", event=b"{}", event_name="x", error="x", at=now)
        raise RuntimeError("power cut")

    actions.append([make_event(now)])

    with pytest.raises(RuntimeError):
        deliver_to("writer", now=now)

    assert not Parked.objects.exists()
    assert Cursor.objects.get(pk="writer").entry_id == 0


def test_an_event_that_cannot_be_handled_is_parked_and_the_rest_goes_on(db, heard, now):
    good: list[str] = []

    @subscriber("picky")
    def pick(events, *, now):
        for event in events:
            if event.name == "poison":
                raise ValueError("cannot swallow this")
            good.append(event.name)

    actions.append([make_event(now, name=name) for name in ("first", "poison", "last")])
    for _ in range(subscriptions.TRIES - 1):
        with pytest.raises(ValueError, match="swallow"):
            deliver_to("picky", now=now)
    good.clear()

    deliver_to("picky", now=now)

    assert good[-2:] == ["first", "last"]
    assert Parked.objects.get().event_name == "poison"
    assert deliver_to("picky", now=now) == 0


def test_an_outside_failure_is_waited_for_and_parks_nothing(db, heard, now):
    @subscriber("outside")
    def call_out(events, *, now):
        raise Unavailable("nobody home")

    actions.append([make_event(now)])

    for _ in range(subscriptions.TRIES + 2):
        with pytest.raises(Unavailable):
            deliver_to("outside", now=now)

    assert not Parked.objects.exists()


def test_the_facts_hold_an_event_once_even_if_the_checkpoint_was_lost(deliver, facts, now):
    actions.append([make_event(now) for _ in range(3)])
    deliver()

    Cursor.objects.filter(pk="facts").update(entry_id=0)
    from relacja.events import subscribers

    subscribers._certain = False
    deliver()

    assert facts.ask("SELECT count() AS n FROM event") == [{"n": 3}]


def test_the_archive_rebuilds_the_facts(deliver, facts, now):
    actions.append([make_event(now, profile_id=number) for number in range(1, 6)])
    actions.join([profile_of("visitor", "v")], contact_id=3, now=now)
    actions.append([make_event(now, profile_id=profile_of("visitor", "v"))])
    deliver()
    assert archive.pack() == 6
    actions.append([make_event(now)])
    deliver()

    assert archive.rebuild() == 7
    assert facts.ask("SELECT contact_id FROM alias FINAL") == [{"contact_id": 3}]
    actions.append([make_event(now)])
    deliver()

    assert facts.ask("SELECT count() AS n FROM event") == [{"n": 8}]
    assert facts.ask("SELECT contact_id FROM alias FINAL") == [{"contact_id": 3}]


def test_what_is_archived_during_a_rebuild_is_neither_lost_nor_doubled(deliver, facts, now, monkeypatch):
    actions.append([make_event(now, profile_id=1)])
    deliver()
    archive.pack()
    actions.append([make_event(now, profile_id=2)])
    actions.append([make_event(now, profile_id=3)])
    deliver()
    read = archive._unpacked_entries

    def read_one_then_pack():
        entries = read()
        yield next(entries)
        archive.pack()

    monkeypatch.setattr(archive, "_unpacked_entries", read_one_then_pack)
    archive.rebuild()

    assert facts.ask("SELECT profile_id, count() AS n FROM event GROUP BY profile_id ORDER BY profile_id") == [
        {"profile_id": 1, "n": 1},
        {"profile_id": 2, "n": 1},
        {"profile_id": 3, "n": 1},
    ]


def test_nothing_is_archived_that_somebody_has_not_read(deliver, heard, now):
    deliver()
    actions.append([make_event(now)])
    for name in subscriptions.names():
        if name != "test":
            while subscriptions.deliver(name, now=now):
                pass

    assert archive.pack() == 0
    assert Entry.objects.exists()


def test_forgetting_leaves_no_trace_in_log_archive_and_facts(deliver, facts, now):
    actions.append([make_event(now, profile_id=1), make_event(now, profile_id=2)])
    deliver()
    archive.pack()
    actions.append([make_event(now, profile_id=1), make_event(now, profile_id=2)])
    deliver()

    assert archive.forget([1]) == 2

    assert facts.ask("SELECT DISTINCT profile_id FROM event") == [{"profile_id": 2}]
    assert sum(Chunk.objects.values_list("count", flat=True)) == 1
    assert sum(Entry.objects.values_list("count", flat=True)) == 1


def test_profiles_of_strangers_never_meet_ids_and_fit_a_signed_column():
    profiles = {profile_of("visitor", str(number)) for number in range(1000)}

    assert len(profiles) == 1000
    assert all(is_anonymous(profile) and ANONYMOUS <= profile < 1 << 63 for profile in profiles)
    assert profile_of("visitor", "a") != profile_of("external", "a")


def test_a_name_without_an_owner_is_a_mistake(db, now):
    with pytest.raises(ValueError, match="vocabulary"):
        actions.record("No Such Thing", profile_id=1, at=now, now=now)


@pytest.mark.skipif(connection.vendor != "postgresql", reason="SQLite has one writer at a time")
@pytest.mark.django_db(transaction=True)
def test_an_entry_that_commits_late_is_not_skipped(heard, now):
    import threading

    started, go = threading.Event(), threading.Event()

    def slow_writer():
        with transaction.atomic():
            actions.append([make_event(now, name="early but slow")])
            started.set()
            go.wait(10)
        connection.close()

    thread = threading.Thread(target=slow_writer)
    thread.start()
    started.wait(10)
    actions.append([make_event(now + timedelta(seconds=1), name="late but quick")])
    deliver_to("test", now=now)
    go.set()
    thread.join()
    until = time.monotonic() + 30
    while len(heard) < 2 and time.monotonic() < until:  # transactions of other databases on the server count too
        deliver_to("test", now=now)

    assert sorted(event.name for event in heard) == ["early but slow", "late but quick"]
