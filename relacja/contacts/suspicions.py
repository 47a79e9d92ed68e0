"""Going through what is suspected, of people or of companies."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, TypeVar

from django.db.models import Q, QuerySet

from relacja.contacts.models.duplicate import Suspicion

PAGE = 25
MOST_COUNTED = 1_000
S = TypeVar("S", bound=Suspicion)


@dataclass(frozen=True, slots=True)
class Page:
    """Some pairs, the likeliest first; `after` goes on with the next, empty at the end."""

    rows: Sequence[Any]
    found: int
    after: str

    @property
    def is_many(self) -> bool:
        return self.found >= MOST_COUNTED


def likeliest(found: QuerySet[S], after: str, limit: int) -> tuple[list[S], str]:
    """Some of what is suspected, the likeliest first, and after what the next come, empty at the end. One query."""
    score, _separator, pk = after.partition("-")
    rows = found.order_by("-score", "pk")
    if score.isascii() and score.isdigit() and len(score) < 4 and pk.isascii() and pk.isdigit() and len(pk) < 19:
        rows = rows.filter(Q(score__lte=int(score)), Q(score__lt=int(score)) | Q(pk__gt=int(pk)))
    shown = list(rows[: limit + 1])
    last = shown[limit - 1] if len(shown) > limit else None
    return shown[:limit], f"{last.score}-{last.pk}" if last else ""
