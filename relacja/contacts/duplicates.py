"""Questions about people who may be in the records twice."""

import time
from collections.abc import Sequence
from dataclasses import dataclass, field

from django.db.models import Q, QuerySet

from relacja.contacts.matching import reasons
from relacja.contacts.matching.reasons import Reason
from relacja.contacts.models import Candidate, Contact, Decision, Finder, Likeness, Sweep

PAGE = 25
MOST_COUNTED = 1_000
COUNTED_AGAIN = 10.0  # seconds; the navigation of every page shows the number


@dataclass(frozen=True, slots=True)
class Filters:
    """What narrows the list of candidates."""

    decision: str = Decision.OPEN
    level: str = ""
    found_by: str = ""


@dataclass(frozen=True, slots=True)
class Row:
    """One candidate, and why it is one."""

    candidate: Candidate
    reasons: list[Reason]

    @property
    def contacts(self) -> tuple[Contact, Contact]:
        return self.candidate.first, self.candidate.second


@dataclass(frozen=True, slots=True)
class Page:
    """Some candidates, the likeliest first; `after` goes on with the next, empty at the end."""

    rows: Sequence[Row]
    found: int
    after: str

    @property
    def is_many(self) -> bool:
        return self.found >= MOST_COUNTED


@dataclass(slots=True)
class _Kept:
    count: int = 0
    until: float = field(default=0.0)


_kept = _Kept()


def page(filters: Filters, *, after: str = "", limit: int = PAGE) -> Page:
    """One page of candidates. Two queries."""
    found = _narrowed(filters)
    score, _separator, pk = after.partition("-")
    rows = found.order_by("-score", "pk")
    if score.isascii() and score.isdigit() and len(score) < 4 and pk.isascii() and pk.isdigit() and len(pk) < 19:
        rows = rows.filter(Q(score__lte=int(score)), Q(score__lt=int(score)) | Q(pk__gt=int(pk)))
    shown = list(rows.select_related("first__company", "second__company", "decided_by")[: limit + 1])
    last = shown[limit - 1] if len(shown) > limit else None
    count = found.order_by()[:MOST_COUNTED].count()
    return Page([row(one) for one in shown[:limit]], count, f"{last.score}-{last.pk}" if last else "")


def row(candidate: Candidate) -> Row:
    """A candidate with its reasons in the reader's language."""
    names = (candidate.first.first_name, candidate.second.first_name)
    return Row(candidate, reasons.said(candidate.reasons, first_names=names))


def of_contact(contact_id: int) -> list[Candidate]:
    """Those whom a contact may be, the likeliest first. One query."""
    concerned = Candidate.objects.waiting().filter(Q(first=contact_id) | Q(second=contact_id))
    return list(concerned.select_related("first__company", "second__company").order_by("-score", "pk")[:PAGE])


def of_pair(one: int, other: int) -> Candidate | None:
    """What is kept about these two, whatever was decided."""
    pair = Candidate.objects.select_related("first", "second", "decided_by")
    return pair.filter(first=min(one, other), second=max(one, other)).first()


def waiting_count() -> int:
    """How many candidates wait for a person, no more than `MOST_COUNTED`. Asked once in ten seconds."""
    if time.monotonic() >= _kept.until:
        _kept.count = Candidate.objects.waiting()[:MOST_COUNTED].count()
        _kept.until = time.monotonic() + COUNTED_AGAIN
    return _kept.count


def sure_count() -> int:
    """How many of them are sure, no more than `MOST_COUNTED`. One query."""
    return Candidate.objects.waiting().filter(level=Likeness.SURE)[:MOST_COUNTED].count()


def count_again() -> None:
    """Something was decided here: the next page counts anew."""
    _kept.until = 0.0


def last_sweep() -> Sweep | None:
    """The sweep that runs, or the one that ran last."""
    return Sweep.objects.order_by("-pk").first()


def _narrowed(filters: Filters) -> QuerySet[Candidate]:
    found = Candidate.objects.waiting()
    if filters.decision != Decision.OPEN:
        found = Candidate.objects.filter(decision=filters.decision)
    if filters.level in Likeness.values:
        found = found.filter(level=filters.level)
    if filters.found_by in Finder.values:
        found = found.filter(found_by=filters.found_by)
    return found
