"""The archive: read entries of the log, packed, from which the facts can be rebuilt; and forgetting people."""

from collections.abc import Callable, Collection, Iterator
from datetime import date

from django.db import transaction
from django.db.models import Q
from pyroaring import BitMap64

from relacja.clickhouse import facts
from relacja.events import subscriptions
from relacja.events.event import Event, packed, read, unpacked, written
from relacja.events.models import Alias, Chunk, Cursor, Entry, Receipt
from relacja.events.subscribers import copy_aliases, fact_of, missing
from relacja.jobs import pumps, runner

ENTRIES_AT_ONCE = 2_000
EVENTS_A_CHUNK = 20_000


def pack() -> int:
    """Move entries that every subscriber has read into packed chunks. Returns how many events were moved."""
    moved = 0
    while batch := _read_by_all():
        events = [event for entry in batch for event in read(bytes(entry.events))]
        with transaction.atomic():
            if events:
                _store(events)
            Entry.objects.filter(pk__in=[entry.pk for entry in batch]).delete()
        moved += len(events)
        runner.progress(50)
    return moved


def rebuild() -> int:
    """Fill the facts anew from the archive and the log. Returns how many events they hold then.

    New events are accepted meanwhile, and copied when it is done.
    """
    with pumps.resting("events.facts", owner="rebuilding") as keep:
        facts.command("TRUNCATE TABLE event")
        facts.command("TRUNCATE TABLE alias")
        Alias.objects.update(copied_version=0)
        copy_aliases()
        total = last = 0
        for pk, events in _chunks(after=0):
            total += _copy(events, keep)
            last = pk
        for events in _unpacked_entries():
            total += _copy(events, keep)
        for _pk, events in _chunks(after=last):  # what was packed meanwhile may have been read from the log already
            total += _copy(missing(events), keep)
    return total


def forget(profile_ids: Collection[int]) -> int:
    """Remove every event of these profiles from the log, the archive and the facts. Returns how many there were."""
    gone = set(profile_ids)
    removed = 0
    wanted = BitMap64(gone)
    for chunk in Chunk.objects.only("id", "profiles").iterator(chunk_size=200):
        if BitMap64.deserialize(bytes(chunk.profiles)) & wanted:
            removed += _rewrite_chunk(chunk.pk, gone)
    for entry in Entry.objects.iterator(chunk_size=500):
        events = read(bytes(entry.events))
        kept = [event for event in events if event.profile_id not in gone]
        if len(kept) < len(events):
            removed += len(events) - len(kept)
            Entry.objects.filter(pk=entry.pk).update(events=written(kept), count=len(kept))
    Alias.objects.filter(Q(profile_id__in=gone) | Q(contact_id__in=gone)).delete()
    facts.command(
        "ALTER TABLE event DELETE WHERE profile_id IN {profiles:Array(UInt64)} SETTINGS mutations_sync = 1",
        {"profiles": sorted(gone)},
    )
    facts.command(
        "ALTER TABLE alias DELETE WHERE profile_id IN {profiles:Array(UInt64)}"
        " OR contact_id IN {profiles:Array(UInt64)} SETTINGS mutations_sync = 1",
        {"profiles": sorted(gone)},
    )
    facts.command("SYSTEM RELOAD DICTIONARY alias_of")
    return removed


def forget_receipts(*, before: date) -> None:
    """Let go of receipts from before that day, a bounded number at a time."""
    while keys := list(Receipt.objects.filter(on__lt=before).values_list("key", flat=True)[:5_000]):
        Receipt.objects.filter(key__in=keys).delete()


def _read_by_all() -> list[Entry]:
    """The oldest entries that no subscriber still has to read."""
    found = Entry.objects.order_by("txid", "id")
    for name in subscriptions.names():
        cursor = Cursor.objects.filter(pk=name).first()
        if cursor is None:
            return []
        found = found.filter(Q(txid__lt=cursor.txid) | Q(txid=cursor.txid, id__lte=cursor.entry_id))
    batch: list[Entry] = []
    total = 0
    for entry in found[:ENTRIES_AT_ONCE]:
        batch.append(entry)
        total += entry.count
        if total >= EVENTS_A_CHUNK:
            break
    return batch


def _store(events: list[Event]) -> None:
    moments = [event.at for event in events]
    Chunk.objects.create(
        first_at=min(moments),
        last_at=max(moments),
        count=len(events),
        profiles=BitMap64({event.profile_id for event in events}).serialize(),
        events=packed(events),
    )


def _rewrite_chunk(pk: int, gone: set[int]) -> int:
    chunk = Chunk.objects.get(pk=pk)
    events = unpacked(bytes(chunk.events))
    kept = [event for event in events if event.profile_id not in gone]
    with transaction.atomic():
        chunk.delete()
        if kept:
            _store(kept)
    return len(events) - len(kept)


def _copy(events: list[Event], keep: Callable[[], None]) -> int:
    keep()
    facts.insert("event", map(fact_of, events))
    return len(events)


def _chunks(*, after: int) -> Iterator[tuple[int, list[Event]]]:
    for chunk in Chunk.objects.filter(pk__gt=after).order_by("pk").iterator(chunk_size=20):
        yield chunk.pk, unpacked(bytes(chunk.events))


def _unpacked_entries() -> Iterator[list[Event]]:
    """What the facts had read of the log, many entries at a time; the rest comes to them as ever."""
    cursor = Cursor.objects.filter(pk="facts").first()
    if cursor is None:
        return
    seen = Q(txid__lt=cursor.txid) | Q(txid=cursor.txid, id__lte=cursor.entry_id)
    events: list[Event] = []
    for entry in Entry.objects.filter(seen).order_by("txid", "id").iterator(chunk_size=500):
        events += read(bytes(entry.events))
        if len(events) >= EVENTS_A_CHUNK:
            yield events
            events = []
    yield events
