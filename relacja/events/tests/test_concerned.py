"""Readers hear what concerns them, and blocks that cannot are passed over unread."""

import uuid

import pytest

from relacja.events import actions, subscriptions
from relacja.events.event import Event
from relacja.events.subscriptions import deliver, step, subscriber

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def own_subscriptions(monkeypatch):
    monkeypatch.setattr(subscriptions, "_subscriptions", {})
    monkeypatch.setattr(subscriptions, "_recently", subscriptions._Recently())


@pytest.fixture
def decoded(monkeypatch):
    """How many blocks were decoded."""
    found: list[int] = []
    read = subscriptions.read
    monkeypatch.setattr(subscriptions, "read", lambda block: found.append(len(block)) or read(block))
    return found


def make_event(now, name="Looked Around", **context) -> Event:
    return Event.of(id=uuid.uuid4(), name=name, at=now, received_at=now, profile_id=7, context=context)


def test_a_block_without_its_names_is_not_even_decoded(now, decoded):
    heard: list[str] = []

    @subscriber("named", names={"Order Completed", "Order „Żółty”"})
    def hear(events, *, now):
        heard.extend(event.name for event in events)

    actions.append([make_event(now), make_event(now, "Order")])
    actions.append([make_event(now), make_event(now, "Order Completed"), make_event(now, "Order „Żółty”")])

    assert deliver("named", now=now) == 2
    assert deliver("named", now=now) == 0
    assert heard == ["Order Completed", "Order „Żółty”"]
    assert len(decoded) == 1


def test_who_waits_for_a_word_hears_every_event_that_holds_it(now, decoded):
    heard: list[Event] = []

    @subscriber("listening", mentioning="identity")
    def hear(events, *, now):
        heard.extend(events)

    said = make_event(now, identity={"by": "server"})
    actions.append([make_event(now)])
    actions.append([said])

    assert deliver("listening", now=now) == 2
    assert said in heard
    assert len(decoded) == 1


def test_a_blind_one_is_called_because_something_happened(now, decoded):
    called: list[int] = []

    @subscriber("blind", blind=True, external=True)
    def note(events, *, now):
        called.append(len(events))

    deliver("blind", now=now)
    actions.append([make_event(now), make_event(now)])
    deliver("blind", now=now)

    assert called == [0]
    assert decoded == []


def test_those_who_read_at_about_the_same_time_decode_once(now, decoded):
    for name in ("one", "two"):

        @subscriber(name)
        def hear(events, *, now):
            pass

    actions.append([make_event(now)])
    deliver("one", now=now)
    deliver("two", now=now)

    assert len(decoded) == 1


@pytest.mark.parametrize(("most_entries", "most_events", "more"), [(2, 99, True), (99, 4, True), (99, 99, False)])
def test_as_much_as_is_read_at_once_means_that_there_is_probably_more(
    monkeypatch, now, most_entries, most_events, more
):
    """A reader rests only when it has caught up: of large entries few are read at once."""
    monkeypatch.setattr(subscriptions, "ENTRIES_AT_ONCE", most_entries)
    monkeypatch.setattr(subscriptions, "EVENTS_AT_ONCE", most_events)

    @subscriber("test")
    def hear(events, *, now):
        pass

    for _number in range(3):
        actions.append([make_event(now), make_event(now)])

    assert step("test", now=now) is more
