"""Finding out which companies may be in the records twice. None is merged here: what is found waits for a person."""

from collections import defaultdict
from collections.abc import Collection, Mapping
from datetime import datetime

from django.db import transaction
from django.db.models import F, Q, QuerySet

from relacja.contacts.matching import firms
from relacja.contacts.matching.firms import GROUNDS, Firm
from relacja.contacts.models import Company, Decision, FirmCandidate, FirmPrint, Likeness
from relacja.lib import live

LOOKED_AT_ONCE = 2_000
COMPARED_AT_ONCE = 200
MOST_SHARING = 20  # companies with one phone or one address: an office building, a book-keeper
TOPIC = "duplicates"
Pair = tuple[int, int]


def look(*, now: datetime) -> bool:
    """Compare some of the companies that are new or changed with all others. True when there may be more of them.

    What was suspected of them and does not hold any more is let go. Safe to run twice; about 0.5 ms a company.
    """
    changed = list(_unseen().values_list("pk", flat=True)[:LOOKED_AT_ONCE])
    for start in range(0, len(changed), COMPARED_AT_ONCE):
        _compare(Company.objects.active().filter(pk__in=changed[start : start + COMPARED_AT_ONCE]), now=now)
    return len(changed) == LOOKED_AT_ONCE


@transaction.atomic
def _compare(companies: QuerySet[Company], *, now: datetime) -> None:
    prints = {one.pk: _print(one) for one in companies}
    FirmPrint.objects.bulk_create(
        prints.values(), update_conflicts=True, unique_fields=["company"], update_fields=["version", *GROUNDS]
    )
    _keep(_suspected(prints, now=now), prints.keys())


def _unseen() -> QuerySet[Company]:
    """Companies that are not put away and were not compared as they are now."""
    stale = Q(print=None) | ~Q(print__version=F("version"))
    return Company.objects.active().filter(stale).order_by("pk")


def _print(company: Company) -> FirmPrint:
    return FirmPrint(
        company=company,
        version=company.version,
        name=firms.core(company.name)[:200],
        vat_id=company.vat_id,
        site=firms.host(company.website)[:200],
        phone=firms.phone(company.phone),
        place=firms.place(company.street, company.postal_code)[:240],
    )


def _suspected(prints: Mapping[int, FirmPrint], *, now: datetime) -> list[FirmCandidate]:
    """The pairs of these companies and of any others that may be one, not stored yet."""
    pairs = {pair for ground in GROUNDS for pair in _sharing(prints, ground)}
    known = _comparable({pk for pair in pairs for pk in pair})
    found = []
    for first, second in sorted(pairs):
        if first not in known or second not in known or _is_above(known, first, second):
            continue
        verdict = firms.compare(known[first], known[second])
        if verdict.is_likely:
            level = Likeness.SURE if verdict.is_sure else Likeness.DOUBTFUL
            candidate = FirmCandidate(first_id=first, second_id=second, score=verdict.score, level=level)
            candidate.reasons, candidate.found_at = list(verdict.reasons), now
            found.append(candidate)
    return found


def _sharing(prints: Mapping[int, FirmPrint], ground: str) -> set[Pair]:
    """Pairs with this in common, at least one of which is among the given. One query by the index."""
    wanted = {getattr(one, ground) for one in prints.values()} - {""}
    groups: dict[str, list[int]] = defaultdict(list)
    rows = FirmPrint.objects.filter(**{f"{ground}__in": wanted}, company__archived_at=None).order_by("pk")
    for pk, value in rows.values_list("pk", ground):
        groups[value].append(pk)
    return {
        (min(pk, other), max(pk, other))
        for pk, one in prints.items()
        for other in groups.get(getattr(one, ground), ())[:MOST_SHARING]
        if other != pk
    }


def _comparable(ids: Collection[int]) -> dict[int, Firm]:
    rows = FirmPrint.objects.filter(pk__in=ids).values_list("pk", *GROUNDS, "company__parent")
    return {pk: Firm(**dict(zip(GROUNDS, grounds, strict=True)), parent=parent or 0) for pk, *grounds, parent in rows}


def _is_above(known: Mapping[int, Firm], one: int, other: int) -> bool:
    """Whether one belongs to the other: a branch is called like its company, and is another one all the same."""
    return known[one].parent == other or known[other].parent == one


def _keep(found: Collection[FirmCandidate], looked_at: Collection[int]) -> None:
    """What is suspected of the companies that were looked at is what was found; what a person decided stands."""
    concerned = FirmCandidate.objects.filter(Q(first__in=looked_at) | Q(second__in=looked_at))
    held = {(one.first_id, one.second_id): one for one in concerned}
    wanted = {(one.first_id, one.second_id): one for one in found}
    over = [one.pk for pair, one in held.items() if pair not in wanted and one.decision == Decision.OPEN]
    told = [one for pair, one in wanted.items() if pair not in held or _says(held[pair]) != _says(one)]
    FirmCandidate.objects.filter(pk__in=over, decision=Decision.OPEN).delete()
    FirmCandidate.objects.bulk_create(
        told, update_conflicts=True, unique_fields=["first", "second"], update_fields=["score", "level", "reasons"]
    )
    if over or told:
        live.publish(TOPIC)


def _says(candidate: FirmCandidate) -> tuple[int, str, list[str]]:
    return candidate.score, str(candidate.level), candidate.reasons
