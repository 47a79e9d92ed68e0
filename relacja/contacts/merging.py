"""What belongs to a contact and goes with it in a merge. Apps say so in their `merging.py`.

A part moves its rows in the transaction of the merge and returns, as plain JSON, what it takes to put them back. Every
table that points at a contact belongs to a part; a test looks.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Protocol

from django.db.models import Count, Model, QuerySet

Words = Any  # str or a lazy translation
AT_ONCE = 500


class Part(Protocol):
    """Rows of one kind. `counts` is for the preview; `tables` are the models it answers for."""

    @property
    def key(self) -> str: ...
    @property
    def label(self) -> Words: ...
    @property
    def order(self) -> int: ...
    @property
    def tables(self) -> tuple[type[Model], ...]: ...

    def counts(self, contact_ids: list[int]) -> Mapping[int, int]:
        """How many each of these contacts has. One query, or a few."""

    def move(self, *, loser: int, winner: int, now: datetime) -> Any:
        """What was the loser's is the winner's. Returns what `put_back` needs, as plain JSON."""

    def put_back(self, kept: Any, *, loser: int, winner: int, now: datetime) -> None:
        """What `move` took is the loser's again; what came since stays where it is."""


@dataclass(frozen=True)
class Rows:
    """A part that is one table with a foreign key `contact`: all rows of the loser go."""

    key: str
    label: Words
    table: type[Model]
    order: int = 50

    @property
    def tables(self) -> tuple[type[Model], ...]:
        return (self.table,)

    def counts(self, contact_ids: list[int]) -> Mapping[int, int]:
        return counted(self._rows().filter(contact__in=contact_ids))

    def move(self, *, loser: int, winner: int, now: datetime) -> list[int]:
        moved = list(self._rows().filter(contact=loser).values_list("pk", flat=True))
        self._rows().filter(contact=loser).update(contact=winner)
        return moved

    def put_back(self, kept: list[int], *, loser: int, winner: int, now: datetime) -> None:
        for some in parts_of(kept):
            self._rows().filter(pk__in=some, contact=winner).update(contact=loser)

    def _rows(self) -> QuerySet[Any]:
        return self.table._default_manager.all()


_parts: dict[str, Part] = {}


def add(part: Part) -> None:
    """Let a part go with its contact. Called by an app's `merging.py` at start-up."""
    if part.key in _parts:
        raise ValueError(f"{part.key} is declared twice")
    _parts[part.key] = part


def parts() -> list[Part]:
    """Every part, in order."""
    return sorted(_parts.values(), key=lambda part: (part.order, part.key))


def part_of(key: str) -> Part | None:
    """The part of that name; None when its app is gone."""
    return _parts.get(key)


def counted(rows: QuerySet[Any]) -> dict[int, int]:
    """How many of the rows each contact has."""
    return dict(rows.order_by().values_list("contact").annotate(n=Count("pk")))


def parts_of(ids: list[int]) -> Iterable[list[int]]:
    """Ids, as many as a statement takes."""
    return (ids[start : start + AT_ONCE] for start in range(0, len(ids), AT_ONCE))
