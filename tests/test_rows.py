"""One new row, written by hand: as `save()` would write it."""

import pytest
from django.db import IntegrityError, transaction
from django.forms.models import model_to_dict

from relacja.contacts.models import Contact
from relacja.events.models import Entry
from relacja.lib import rows
from relacja.staff.models import Change, ChangeSet

pytestmark = pytest.mark.django_db


def contact(now, **given) -> Contact:
    said = {"first_name": "Żaneta", "attributes": {"shoe": [1, "ż"]}, "created_at": now, "changed_at": now, **given}
    return Contact(**said)


def test_a_row_is_stored_as_save_stores_it(now):
    saved, inserted = contact(now), rows.insert(contact(now))
    saved.save()

    one, other = (model_to_dict(Contact.objects.get(pk=row.pk), exclude=["id"]) for row in (saved, inserted))
    assert one == other
    assert inserted.pk
    inserted.city = "Hel"
    inserted.save()
    assert Contact.objects.get(pk=inserted.pk).city == "Hel"


def test_nothing_in_json_is_null_and_what_the_database_fills_in_is_left_to_it(now):
    change_set = rows.insert(ChangeSet(label="x", source="test", at=now))
    change = rows.insert(Change(change_set=change_set, kind="x", record_id=1, before=None, after={"a": None}))
    entry = Entry.objects.get(pk=rows.insert(Entry(count=1, events=b"[]\x00\xff")).pk)

    assert Change.objects.filter(pk=change.pk, before__isnull=True).exists()
    assert Change.objects.get(pk=change.pk).after == {"a": None}
    assert bytes(entry.events) == b"[]\x00\xff"
    assert entry.txid is not None
    assert entry.written_at is not None


def test_what_the_database_refuses_is_refused(now):
    with pytest.raises(IntegrityError), transaction.atomic():
        rows.insert(contact(now, stage="unheard of"))
