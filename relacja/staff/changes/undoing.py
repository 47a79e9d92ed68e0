"""Taking a set back. That is a set of its own, so that it can be taken back as well."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from itertools import groupby

from django.db import IntegrityError, transaction

from relacja.jobs import runner
from relacja.staff import reach
from relacja.staff.changes.kinds import Kept, Wanted, beside, kind, narrowed, seen_of
from relacja.staff.changes.recording import begin, note_many
from relacja.staff.models import Change, ChangeSet, KeptValue, User

AT_ONCE = 500


@dataclass(frozen=True, slots=True)
class Undone:
    """What taking back came to: the set that did it, how many records it put back, how many values stayed."""

    change_set: ChangeSet
    back: int
    kept: int


def undo(change_set: ChangeSet, *, by: User | None, now: datetime) -> Undone:
    """Put everything back that the set changed, but for values that somebody changed since.

    A block of records is one transaction; asked again, it goes on where it stopped, and does nothing when it is done.
    """
    undoing = _begin(change_set, by=by, now=now)
    while _block(change_set, undoing, by=by, now=now):
        runner.progress(50)
        undoing.refresh_from_db()
    undoing.refresh_from_db()
    return Undone(undoing, undoing.count, undoing.kept.count())


@transaction.atomic
def undo_one(change: Change, *, by: User | None, now: datetime) -> Undone:
    """Put back one record of a set that holds more; what is no longer as the set left it stays."""
    undoing = begin("undone", by=by, source="staff", now=now)
    _restore(undoing, change.kind, [change], by=by, now=now)
    undoing.refresh_from_db()
    return Undone(undoing, undoing.count, undoing.kept.count())


def is_going_on(undoing: ChangeSet) -> bool:
    """Whether a set that takes another back still has work to do. One query."""
    rest = Change.objects.filter(change_set=undoing.undoes_id)
    return (rest if undoing.place is None else rest.filter(pk__lt=undoing.place)).exists()


def may_undo(change_set: ChangeSet, user: User) -> bool:
    """Whether this person may take the set back: one's own, or whatever one may change and put away. Two queries.

    What changed nothing, like an export, stands in the history and cannot be taken back. Nor can what was changed of
    customers whom one does not see, unless it is the change by which one gave them away.
    """
    changes = Change.objects.filter(change_set=change_set)
    found = [kind(key) for key in changes.order_by().values_list("kind", flat=True).distinct()]
    if not found or not all(user.may(one.edit) for one in found):
        return False
    if not _sees_all(change_set, user):
        return False
    removes = changes.filter(before=None).exists() or changes.filter(after=None).exists()
    return change_set.by_id == user.pk or not removes or all(user.may(one.removal) for one in found)


def _sees_all(change_set: ChangeSet, user: User) -> bool:
    """Whether the person sees every record of the set. Nothing is asked for who sees everybody."""
    owners = reach.owners(user)
    if owners is None:
        return True
    rest = Change.objects.filter(change_set=change_set)
    if change_set.by_id == user.pk:
        rest = rest.exclude(after__has_key="owner")
    for key in narrowed():
        ids = set(rest.filter(kind=key).values_list("record_id", flat=True))
        if ids - set(seen_of(key, ids, owners)):
            return False
        if ids and (others := beside(key)):
            of, named = others
            there = rest.filter(kind=key).values_list("before", "after")
            spoken = {pk for pair in there for given in pair for pk in named(given or {})}
            if spoken - set(seen_of(of, spoken, owners)):
                return False
    return True


def _begin(change_set: ChangeSet, *, by: User | None, now: datetime) -> ChangeSet:
    """The one set that takes `change_set` back: of two people clicking at once, the second finds the first one's."""
    try:
        with transaction.atomic():
            return begin("undone", by=by, source="staff", now=now, undoes=change_set)
    except IntegrityError:
        return ChangeSet.objects.get(undoes=change_set)


@transaction.atomic
def _block(change_set: ChangeSet, undoing: ChangeSet, *, by: User | None, now: datetime) -> bool:
    """Put back the next records, the latest changes first. False when there are none left."""
    rest = Change.objects.filter(change_set=change_set).order_by("-pk")
    if undoing.place is not None:
        rest = rest.filter(pk__lt=undoing.place)
    changes = list(rest[:AT_ONCE])
    if not changes:
        return False
    here = ChangeSet.objects.filter(pk=undoing.pk, place=undoing.place)
    if not here.update(place=changes[-1].pk):
        return True  # somebody else has just done this block
    for key, group in groupby(changes, key=lambda change: change.kind):
        _restore(undoing, key, group, by=by, now=now)
    return True


def _restore(undoing: ChangeSet, key: str, group: Iterable[Change], *, by: User | None, now: datetime) -> None:
    wanted = [Wanted(change.record_id, expected=change.after, to=change.before) for change in group]
    restored = kind(key).restore(wanted, by=by, now=now)
    note_many(undoing, key, restored.made)
    KeptValue.objects.bulk_create([_kept(undoing, key, kept) for kept in restored.kept])


def _kept(undoing: ChangeSet, key: str, kept: Kept) -> KeptValue:
    return KeptValue(
        change_set=undoing,
        kind=key,
        record_id=kept.record_id,
        field=kept.field,
        present=kept.present,
        expected=kept.expected,
    )
