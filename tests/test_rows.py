"""Rows written and found by hand: as `save()` and `get()` would."""

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


def test_a_row_is_found_as_get_finds_it(now):
    kept = rows.insert(contact(now, archived_at=now, last_changes={"city": [2, None, "x"]}))
    other = rows.insert(contact(now, first_name="Ewa"))

    found = rows.find(Contact, first_name="Żaneta", archived_at=now)

    assert found is not None
    assert vars(found).keys() == vars(Contact.objects.get(pk=kept.pk)).keys()
    assert model_to_dict(found) == model_to_dict(Contact.objects.get(pk=kept.pk))
    assert rows.find(Contact, id=other.pk) == other
    assert rows.find(Contact, first_name="Nikt") is None
    found.city = "Hel"
    found.save()
    assert Contact.objects.get(pk=kept.pk).city == "Hel"


def test_many_rows_are_written_in_statements_of_bounded_size(now, monkeypatch, django_assert_num_queries):
    change_set = rows.insert(ChangeSet(label="x", source="test", at=now))
    monkeypatch.setattr(rows, "VALUES", 9)
    given = [(change_set.pk, "x", number, None, '{"a": 1}') for number in range(5)]

    with django_assert_num_queries(5):
        rows.insert_many(Change, ["change_set_id", "kind", "record_id", "before", "after"], given)

    assert [one.after for one in Change.objects.order_by("record_id")] == [{"a": 1}] * 5
