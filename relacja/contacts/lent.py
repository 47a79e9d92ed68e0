"""Columns of the list of people that apps upstairs lend: what they know of people, read like a field, not changed here.

An app registers a lender in its `lends.py`. What it knows is put on the records of a page, or of a block of a file,
in one go: `record.lent[path]`.
"""

from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from relacja.contacts.fields import Known
from relacja.contacts.models import Contact

Values = Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class Lender:
    """`offered` are the columns with what they are called; `told` is what they hold of some people, by path."""

    offered: Callable[[], Iterable[tuple[Known, Any]]]
    told: Callable[[Sequence[int], Collection[str]], Mapping[int, Values]]


_lenders: list[Lender] = []


def add(lender: Lender) -> None:
    """Register a lender. Called by an app's `columns.py` at start-up."""
    _lenders.append(lender)


def offered() -> list[tuple[Known, Any]]:
    """Every column that is lent, with what it is called."""
    return [one for lender in _lenders for one in lender.offered()]


def lend(records: Iterable[Any], paths: Collection[str]) -> None:
    """Put on each contact what these columns hold of it, as `lent`. A question for each lender that is asked for."""
    people = [one for one in records if isinstance(one, Contact)]
    for one in people:
        one.lent = {}  # type: ignore[attr-defined]
    for lender in _lenders if paths and people else ():
        wanted = {known.path for known, _label in lender.offered()} & set(paths)
        found = lender.told([one.pk for one in people], wanted) if wanted else {}
        for one in people:
            one.lent.update(found.get(one.pk, {}))  # type: ignore[attr-defined]
