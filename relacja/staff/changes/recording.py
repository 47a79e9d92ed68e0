"""Writing down what was changed, and letting go of it when its time is over."""

import json
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from datetime import datetime
from functools import partial
from itertools import islice
from typing import Any

from django.db import transaction
from django.db.models import F

from relacja.lib import rows
from relacja.staff.changes.kinds import Note
from relacja.staff.models import ApiKey, Author, Change, ChangeSet, KeptValue, User

BLOCK = 2_000


class Recorder:
    """A set in the making. It is stored with the first change: what changed nothing leaves no trace."""

    def __init__(self, label: str, *, by: Author | None, source: str, now: datetime) -> None:
        self._begin = partial(begin, label, by=by, source=source, now=now)
        self._notes: list[tuple[str, Note]] = []
        self._set: ChangeSet | None = None

    def go_on(self, change_set: ChangeSet) -> None:
        """Add to a set that was begun in an earlier transaction."""
        self._set = change_set

    def note(
        self, kind: str, record_id: int, *, before: Mapping[str, Any] | None, after: Mapping[str, Any] | None
    ) -> None:
        """Note what was changed of one record; None stands for a record that is not there."""
        self._notes.append((kind, Note(record_id, before, after)))
        if len(self._notes) >= BLOCK:
            self.store()

    def store(self) -> None:
        """Write down what was noted since."""
        if not self._notes:
            return
        count = len(self._notes)
        if self._set is None:
            self._set = self._begin(count=count)
        else:
            _count(self._set, count)
        _write(self._set, self._notes)
        self._notes = []

    @property
    def change_set(self) -> ChangeSet | None:
        """The set, or None when nothing was changed."""
        self.store()
        return self._set


@contextmanager
def one_set(
    label: str, *, by: Author | None, source: str, now: datetime, into: Recorder | None = None
) -> Iterator[Recorder]:
    """Note changes as one set, in one transaction with them; or in the set `into`, if the caller has one open."""
    if into is not None:
        yield into
        return
    with transaction.atomic():
        made = Recorder(label, by=by, source=source, now=now)
        yield made
        made.store()


def begin(
    label: str, *, by: Author | None, source: str, now: datetime, undoes: ChangeSet | None = None, count: int = 0
) -> ChangeSet:
    """A set of `count` changes that follow at once, or an empty one for work that takes several transactions."""
    return rows.insert(
        ChangeSet(
            label=label,
            by=by if isinstance(by, User) else None,
            api_key=by if isinstance(by, ApiKey) else None,
            source=source,
            at=now,
            undoes=undoes,
            count=count,
        )
    )


def note_many(change_set: ChangeSet, kind: str, notes: Iterable[Note]) -> None:
    """Add changes to a set, a block of rows at a time, in the caller's transaction."""
    iterator = iter(notes)
    while block := list(islice(iterator, BLOCK)):
        _count(change_set, len(block))
        _write(change_set, [(kind, note) for note in block])


def person(by: Author | None) -> int | None:
    """The id of the member of staff; None for a program and for the house itself."""
    return by.pk if isinstance(by, User) else None


def forget(kind: str, record_ids: Collection[int]) -> None:
    """Nothing of these records is left in the history."""
    Change.objects.filter(kind=kind, record_id__in=record_ids).delete()
    KeptValue.objects.filter(kind=kind, record_id__in=record_ids).delete()


def purge(*, before: datetime) -> int:
    """Let go of the sets from before that moment, a bounded number of rows at a time. Returns how many there were."""
    old = ChangeSet.objects.filter(at__lt=before)
    for model in (Change, KeptValue):
        while ids := list(model.objects.filter(change_set__in=old).values_list("pk", flat=True)[:BLOCK]):
            model.objects.filter(pk__in=ids).delete()
    ids = list(old.values_list("pk", flat=True))
    for start in range(0, len(ids), BLOCK):
        ChangeSet.objects.filter(pk__in=ids[start : start + BLOCK]).delete()
    return len(ids)


def _write(change_set: ChangeSet, notes: Sequence[tuple[str, Note]]) -> None:
    made = [(change_set.pk, kind, note.record_id, _written(note.before), _written(note.after)) for kind, note in notes]
    rows.insert_many(Change, ["change_set_id", "kind", "record_id", "before", "after"], made)


def _written(fields: Mapping[str, Any] | None) -> str | None:
    return None if fields is None else json.dumps(fields)


def _count(change_set: ChangeSet, more: int) -> None:
    ChangeSet.objects.filter(pk=change_set.pk).update(count=F("count") + more)
    change_set.count += more
