"""Copying contacts to the facts."""

import threading
import time
from collections.abc import Collection

from django.db.models import F, QuerySet

from relacja.clickhouse import facts
from relacja.contacts import profile
from relacja.contacts.models import Contact
from relacja.jobs import apart

AT_ONCE = 2_000
_turn = threading.Lock()


def copy_changed() -> int:
    """Copy every contact that changed since it was last copied. Returns how many; safe to run twice.

    Two threads ask for it: one at a time, or both would copy the same million after an upgrade.
    """
    with _turn:
        return _copy_changed()


def _copy_changed() -> int:
    copied, begun = 0, time.monotonic()
    while batch := list(_changed()[:AT_ONCE]):
        started = time.monotonic()
        facts.insert("contact", profile.rows(batch))
        by_version: dict[tuple[int, int], list[int]] = {}
        for contact in batch:
            by_version.setdefault((contact.version, contact.copied_version), []).append(contact.pk)
        for (version, before), ids in by_version.items():
            untouched = Contact.objects.filter(pk__in=ids, version=version, copied_version=before)
            untouched.update(copied_version=version)
        copied += len(batch)
        apart.give_way(time.monotonic() - started, behind=started - begun)
    return copied


def copy_all() -> int:
    """Copy every contact, changed or not: for facts that are built anew. What changes meanwhile is copied as ever."""
    copied = last = 0
    while batch := list(Contact.objects.select_related("company").filter(pk__gt=last).order_by("pk")[:AT_ONCE]):
        facts.insert("contact", profile.rows(batch))
        copied += len(batch)
        last = batch[-1].pk
    return copied


def _changed() -> QuerySet[Contact]:
    return Contact.objects.select_related("company").exclude(version=F("copied_version")).order_by("pk")


def forget(contact_ids: Collection[int]) -> None:
    """Take contacts that are no longer in the records out of the facts."""
    facts.command(
        "ALTER TABLE contact DELETE WHERE id IN {ids:Array(UInt64)} SETTINGS mutations_sync = 1",
        {"ids": sorted(contact_ids)},
    )
