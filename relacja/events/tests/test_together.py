"""Several events of one change are one entry of the log."""

import pytest
from django.db import transaction

from relacja.events.actions import record, together
from relacja.events.event import read
from relacja.events.models import Entry
from relacja.lib.errors import Refused

pytestmark = pytest.mark.django_db


def note(now, text: str) -> None:
    record("Note Added", profile_id=7, at=now, now=now, properties={"text": text})


def entries() -> list[list[str]]:
    blocks = Entry.objects.order_by("pk").values_list("events", flat=True)
    return [[event.properties["text"] for event in read(bytes(block))] for block in blocks]


def test_what_is_recorded_together_is_one_entry_in_order(now):
    with together():
        note(now, "one")
        with together():
            note(now, "two")
        note(now, "three")
    note(now, "alone")

    assert entries() == [["one", "two", "three"], ["alone"]]
    assert list(Entry.objects.order_by("pk").values_list("count", flat=True)) == [3, 1]


def test_nothing_recorded_is_no_entry():
    with together():
        pass

    assert entries() == []


def test_what_is_refused_leaves_nothing_and_the_next_change_begins_anew(now):
    with pytest.raises(Refused), transaction.atomic(), together():
        note(now, "undone")
        raise Refused("no")
    note(now, "kept")

    assert entries() == [["kept"]]
