"""Questions about people who may be in the records twice."""

import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from django.db.models import Q, QuerySet

from relacja.contacts import firm_duplicates, reach
from relacja.contacts.matching import reasons
from relacja.contacts.matching.reasons import Reason
from relacja.contacts.models import Candidate, Contact, Decision, Finder, Likeness, Merge, Sweep
from relacja.contacts.suspicions import MOST_COUNTED, PAGE, Page, likeliest
from relacja.staff.models import User
from relacja.staff.reach import Owners

MOST_KEPT = 200
COUNTED_AGAIN = 10.0  # seconds; the navigation of every page shows the number


@dataclass(frozen=True, slots=True)
class Filters:
    """What narrows the list of candidates; `seen` are the owners whose customers whoever asks sees."""

    decision: str = Decision.OPEN
    level: str = ""
    found_by: str = ""
    seen: Owners = None


@dataclass(frozen=True, slots=True)
class Row:
    """One candidate, why it is one, and the merge that made the two one, if it stands."""

    candidate: Candidate
    reasons: list[Reason]
    merge_id: int | None = None

    @property
    def contacts(self) -> tuple[Contact, Contact]:
        return self.candidate.first, self.candidate.second


@dataclass(slots=True)
class _Kept:
    count: int = 0
    until: float = field(default=0.0)


_kept = _Kept()
_of_some: dict[Owners, _Kept] = {}


def page(filters: Filters, *, after: str = "", limit: int = PAGE) -> Page:
    """One page of candidates. Two queries, three for those that were merged."""
    found = _narrowed(filters)
    shown, after = likeliest(found.select_related("first__company", "second__company", "decided_by"), after, limit)
    merges = _merges(shown) if filters.decision == Decision.MERGED else {}
    return Page([row(one, merges) for one in shown], found.order_by()[:MOST_COUNTED].count(), after)


def partners(contact: Contact) -> QuerySet[Contact]:
    """Who may be the same person and still waits for somebody to decide."""
    waiting = Candidate.objects.waiting()
    first = waiting.filter(second=contact).values("first")
    second = waiting.filter(first=contact).values("second")
    return Contact.objects.active().filter(Q(pk__in=first) | Q(pk__in=second)).order_by("pk")


def row(candidate: Candidate, merges: Mapping[frozenset[int], int] | None = None) -> Row:
    """A candidate with its reasons in the reader's language."""
    names = (candidate.first.first_name, candidate.second.first_name)
    merge_id = (merges or {}).get(frozenset((candidate.first_id, candidate.second_id)))
    return Row(candidate, reasons.said(candidate.reasons, first_names=names), merge_id)


def of_contact(contact_id: int, seen: Owners = None) -> list[Candidate]:
    """Those whom a contact may be, the likeliest first. One query, three when there are some."""
    concerned = _among(Candidate.objects.waiting(), seen).filter(Q(first=contact_id) | Q(second=contact_id))
    return list(concerned.prefetch_related("first", "second").order_by("-score", "pk")[:PAGE])


def of_pair(one: int, other: int) -> Candidate | None:
    """What is kept about these two, whatever was decided."""
    pair = Candidate.objects.select_related("first", "second", "decided_by")
    return pair.filter(first=min(one, other), second=max(one, other)).first()


def seen_by(user: User) -> QuerySet[Candidate]:
    """The pairs both of whom this person sees: nobody decides about somebody they do not see."""
    return _among(Candidate.objects.all(), reach.owners(user))


def waiting(seen: Owners = None) -> QuerySet[Candidate]:
    """The pairs that wait for somebody who sees both."""
    return _among(Candidate.objects.waiting(), seen)


def waiting_count(seen: Owners = None) -> int:
    """How many pairs of people and of companies wait, no more than `MOST_COUNTED`. Asked once in ten seconds."""
    if len(_of_some) >= MOST_KEPT:
        _of_some.clear()
    kept = _kept if seen is None else _of_some.setdefault(seen, _Kept())
    if time.monotonic() >= kept.until:
        people = _among(Candidate.objects.waiting(), seen)[:MOST_COUNTED].count()
        kept.count = min(MOST_COUNTED, people + firm_duplicates.waiting(seen)[:MOST_COUNTED].count())
        kept.until = time.monotonic() + COUNTED_AGAIN
    return kept.count


def sure_count(seen: Owners = None) -> int:
    """How many of them are sure, no more than `MOST_COUNTED`. One query."""
    return _among(Candidate.objects.waiting(), seen).filter(level=Likeness.SURE)[:MOST_COUNTED].count()


def count_again() -> None:
    """Something was decided here: the next page counts anew."""
    _kept.until = 0.0
    _of_some.clear()


def last_sweep() -> Sweep | None:
    """The sweep that runs, or the one that ran last."""
    return Sweep.objects.order_by("-pk").first()


def _merges(candidates: Sequence[Candidate]) -> dict[frozenset[int], int]:
    """The standing merges of these pairs, by who they are of."""
    people = {pk for one in candidates for pk in (one.first_id, one.second_id)}
    found = Merge.objects.standing().filter(loser__in=people).values_list("winner_id", "loser_id", "pk")
    return {frozenset((winner, loser)): pk for winner, loser, pk in found}


def _narrowed(filters: Filters) -> QuerySet[Candidate]:
    found = Candidate.objects.waiting()
    if filters.decision != Decision.OPEN:
        found = Candidate.objects.filter(decision=filters.decision)
    if filters.level in Likeness.values:
        found = found.filter(level=filters.level)
    if filters.found_by in Finder.values:
        found = found.filter(found_by=filters.found_by)
    return _among(found, filters.seen)


def _among(found: QuerySet[Candidate], seen: Owners) -> QuerySet[Candidate]:
    return found if seen is None else found.filter(reach.owned(seen, "first__"), reach.owned(seen, "second__"))
