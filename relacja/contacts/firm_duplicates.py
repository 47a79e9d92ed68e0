"""Questions about companies that may be in the records twice."""

from dataclasses import dataclass

from django.db.models import Q, QuerySet

from relacja.contacts import alike, reach
from relacja.contacts.matching import reasons
from relacja.contacts.matching.reasons import Reason
from relacja.contacts.models import Company, Decision, FirmCandidate, Likeness
from relacja.contacts.suspicions import MOST_COUNTED, PAGE, Page, likeliest
from relacja.staff.models import User
from relacja.staff.reach import Owners


@dataclass(frozen=True, slots=True)
class Row:
    """Two companies that may be one, and why."""

    candidate: FirmCandidate
    reasons: list[Reason]

    @property
    def companies(self) -> tuple[Company, Company]:
        return self.candidate.first, self.candidate.second


def page(decision: str = Decision.OPEN, level: str = "", *, after: str = "", seen: Owners = None) -> Page:
    """One page of pairs. Two queries."""
    found = waiting(seen)
    if decision != Decision.OPEN:
        found = _among(FirmCandidate.objects.filter(decision=decision), seen)
    if level in Likeness.values:
        found = found.filter(level=level)
    shown, after = likeliest(found.select_related("first", "second", "decided_by"), after, PAGE)
    rows = [Row(one, reasons.said(one.reasons)) for one in shown]
    return Page(rows, found.order_by()[:MOST_COUNTED].count(), after)


def waiting(seen: Owners = None) -> QuerySet[FirmCandidate]:
    """The pairs that wait for somebody who sees both."""
    return _among(FirmCandidate.objects.waiting(), seen)


def seen_by(user: User) -> QuerySet[FirmCandidate]:
    """The pairs both of which this person sees: nobody decides about what they do not see."""
    return _among(FirmCandidate.objects.all(), reach.owners(user))


def twins(company: Company, seen: Owners) -> list[tuple[Company, list[Reason]]]:
    """What may be the same company, and why, without those that somebody told apart. Three queries.

    What was written just now and is not compared yet is recognised by its name and VAT id.
    """
    if company.archived_at is not None:
        return []
    own = FirmCandidate.objects.filter(Q(first=company) | Q(second=company)).order_by("-score", "pk")
    known = {one.second_id if one.first_id == company.pk else one.first_id: one for one in own[: PAGE * 2]}
    said = {pk: one.reasons for pk, one in known.items() if one.decision == Decision.OPEN}
    for other in alike.to(company.name, vat_id=company.vat_id, seen=seen):
        if other.pk not in known and other.pk != company.pk:
            is_same = bool(company.vat_id) and other.vat_id == company.vat_id
            said[other.pk] = ["same_vat_id" if is_same else "same_core"]
    shown = reach.among_firms(Company.objects.active(), seen).in_bulk(list(said))
    return [(shown[pk], reasons.said(codes)) for pk, codes in said.items() if pk in shown][: alike.SHOWN]


def _among(found: QuerySet[FirmCandidate], seen: Owners) -> QuerySet[FirmCandidate]:
    if seen is None:
        return found
    there = reach.among_firms(Company.objects.all(), seen).values("pk")
    return found.filter(first__in=there, second__in=there)
