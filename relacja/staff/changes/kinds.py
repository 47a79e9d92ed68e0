"""What kinds of records have a history: the app that owns one says how it is read and put back."""

from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Protocol

from django.utils.translation import ngettext_lazy, pgettext

from relacja.staff.models import ChangeSet, User
from relacja.staff.reach import Owners
from relacja.ui import written

Words = Any  # str or a lazy translation
Fields = Mapping[str, Any]
MANY = 5  # the form of a word that goes with "several", in Polish as well


@dataclass(frozen=True, slots=True)
class Note:
    """What was changed of one record: its fields before and after. None stands for a record that is not there."""

    record_id: int
    before: Fields | None
    after: Fields | None


@dataclass(frozen=True, slots=True)
class Wanted:
    """A record to be put back: `expected` is what a change made of it, `to` what it shall be again.

    None stands for a record that is not there: with `to=None` one that was added is put away, with `expected=None` one
    that was put away comes back.
    """

    record_id: int
    expected: Fields | None
    to: Fields | None


@dataclass(frozen=True, slots=True)
class Kept:
    """A value that was changed since, and so is left as it is. Without a `field` it is the whole record."""

    record_id: int
    field: str
    present: Any
    expected: Any


@dataclass(frozen=True, slots=True)
class Restored:
    """What came of it: the changes that were really made, and the values that were left alone."""

    made: list[Note]
    kept: list[Kept]


@dataclass(frozen=True, slots=True)
class Teller:
    """How the fields of a record are called, and their values in words."""

    label: Callable[[str], Words]
    show: Callable[[str, Any], str]


class Kind(Protocol):
    """Records with a history, like contacts. The three codes are permissions: to see, to change, to put away.

    `restore` gets up to `AT_ONCE` records, the latest change first, inside a transaction. It compares the present
    values with `expected`, writes those that are still so, leaves the others, and says both. A record may be among them
    more than once.
    """

    key: str
    view: str
    edit: str
    removal: str

    def restore(self, wanted: Sequence[Wanted], *, by: User | None, now: datetime) -> Restored: ...

    def names(self, record_ids: Sequence[int]) -> Mapping[int, str]:
        """What these records are called; those that are gone are left out. One query."""

    def href(self, record_id: int) -> str: ...

    def teller(self, values: Iterable[tuple[str, Any]]) -> "Teller":
        """What puts these (field, value) pairs into words. A fixed number of queries."""


Seen = Callable[[Collection[int], Owners], Collection[int]]

_kinds: dict[str, Kind] = {}
Named = Callable[[Fields], Collection[int]]
_narrowed: dict[str, Seen] = {}
_beside: dict[str, tuple[str, Named]] = {}
_words: dict[str, Words] = {
    "undone": ngettext_lazy("%(number)s change was taken back", "%(number)s changes were taken back", "n"),
}


def register(kind: Kind) -> None:
    """Let records of this kind have a history. Called by an app's `history.py` at start-up."""
    _kinds[kind.key] = kind


def kind(key: str) -> Kind:
    return _kinds[key]


def kinds() -> list[Kind]:
    """Every registered kind, by its key."""
    return [_kinds[key] for key in sorted(_kinds)]


def narrow(key: str, seen: Seen, *, beside: tuple[str, Named] | None = None) -> None:
    """Show records of this kind only to who sees them: `seen(record_ids, owners)` says which ones that is.

    `beside` is for changes that speak of other records as well: of which kind, and which ones their fields name.
    Called by an app's `unseen.py` at start-up.
    """
    _narrowed[key] = seen
    if beside:
        _beside[key] = beside


def beside(key: str) -> tuple[str, Named] | None:
    """Of which other records changes of this kind speak, if they do."""
    return _beside.get(key)


def seen_of(key: str, record_ids: Collection[int], owners: Owners) -> Collection[int]:
    """Which of these records somebody sees who sees the customers of these owners. A query for a narrowed kind."""
    return record_ids if owners is None or key not in _narrowed else _narrowed[key](record_ids, owners)


def narrowed() -> list[str]:
    """The kinds of which somebody may see a part."""
    return sorted(_narrowed)


def words(label: str, said: Words) -> None:
    """Tell sets of this label so; `said` is an `ngettext_lazy` on `n`, how many records there are in the set."""
    _words[label] = said


def told(change_set: ChangeSet, *, is_counted: bool = True) -> str:
    """What was done, in the reader's language; unless `is_counted`, without saying to how many if they were many."""
    if is_counted or change_set.count == 1:
        return str(_words[change_set.label] % {"n": change_set.count, "number": written.number(change_set.count)})
    return str(_words[change_set.label] % {"n": MANY, "number": pgettext("number of records", "several")})
