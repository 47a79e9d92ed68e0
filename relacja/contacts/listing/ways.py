"""The filters of a list of people, and how each reaches its people: by its index, or by looking at somebody."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass

from django.db.models import BigIntegerField, Exists, ExpressionWrapper, F, OuterRef, Q, QuerySet, Value
from django.db.models.functions import Coalesce, Concat
from django.db.models.lookups import Exact, In

from relacja.contacts import consents, searching
from relacja.contacts.listing.shapes import NONE, Filters, People
from relacja.contacts.models import Consent, ConsentAct, Contact, Merge, Stage
from relacja.lib.text import cleaned, folded


@dataclass(frozen=True, slots=True)
class Way:
    """One filter: `by_index` reaches its people, `by_look` checks somebody, `size` counts them up to a number."""

    by_index: Callable[[People], People]
    by_look: Callable[[People], People]
    size: Callable[[int], int]
    is_in_order: bool = False


def of(filters: Filters, question: searching.Question) -> list[Way]:
    """The filters that are set; a text is the last of them."""
    found = []
    if filters.owners is not None:
        found.append(_with_owners(filters.owners))
    if filters.stage in Stage.values:
        found.append(_with_stage(filters.stage))
    if filters.company is not None:
        found.append(_of_company(filters.company))
    if filters.consent in ConsentAct.values:
        found.append(_with_consent(filters.consent))
    if question.asked:
        found.append(_with_text(question))
    return found


def gathered(filters: Filters, ways: Sequence[Way], sizes: Sequence[int]) -> People:
    """Whom the filters leave, gathered by the index of the filter with the fewest."""
    leader = min(range(len(sizes)), key=sizes.__getitem__)
    others = [way for position, way in enumerate(ways) if position != leader]
    return checked(ways[leader].by_index(everybody(filters)), others)


def walked(filters: Filters, ways: Sequence[Way], sort: str) -> People:
    """Along an index in the order of the list: by creation there is one for each stage and each owner."""
    leader = next((way for way in ways if way.is_in_order), None)
    if leader is None or sort.removeprefix("-") != "created" or filters.is_away:
        return checked(everybody(filters), ways)
    others = [way for way in ways if way is not leader]
    return checked(leader.by_index(everybody(filters)), others)


def checked(contacts: People, ways: Sequence[Way]) -> People:
    """Those of the contacts whom all the filters leave, looking at each."""
    for one in ways:
        contacts = one.by_look(contacts)
    return contacts


def everybody(filters: Filters) -> People:
    """Who is there, or put away, as the filters say; what no index helps with is checked already."""
    if not filters.is_away:
        return never_asked(Contact.objects.active(), filters)
    merged = Merge.objects.standing().filter(loser=OuterRef("pk"))
    contacts = Contact.objects.filter(
        ~Exists(merged), archived_at__isnull=False, trashed_at__isnull=not filters.trashed
    )
    if text := folded(filters.text):
        contacts = contacts.filter(Q(name_key__contains=text) | Q(email__icontains=cleaned(filters.text)))
    return never_asked(contacts, filters)


def never_asked(contacts: People, filters: Filters) -> People:
    """The one filter that no index helps with. Cheap as long as there are enough such people."""
    if filters.consent == NONE:
        return contacts.filter(~Exists(_newsletter().filter(contact=OuterRef("pk"))))
    return contacts


def _with_stage(stage: str) -> Way:
    def size(most: int) -> int:
        return Contact.objects.active().filter(stage=stage)[:most].count()

    unindexed = Exact(Concat("stage", Value("")), stage)
    return Way(
        lambda people: people.filter(stage=stage), lambda people: people.filter(unindexed), size, is_in_order=True
    )


def _with_owners(owners: tuple[int, ...]) -> Way:
    """One person's people stand in an index in order; those of several, and nobody's, are gathered or looked at."""
    known = [pk for pk in owners if pk]
    indexed = Q(owner__in=known) | Q(owner=None) if 0 in owners else Q(owner__in=known)
    is_one = len(owners) == 1 and bool(known)

    def size(most: int) -> int:
        return Contact.objects.active().filter(indexed)[:most].count()

    unindexed = In(Coalesce("owner_id", Value(0), output_field=BigIntegerField()), list(owners))
    return Way(
        lambda people: people.filter(owner=known[0]) if is_one else people.filter(indexed),
        lambda people: people.filter(unindexed) if owners else people.none(),
        size,
        is_in_order=is_one,
    )


def _of_company(company: int) -> Way:
    def size(most: int) -> int:
        return Contact.objects.filter(company=company)[:most].count()

    unindexed = Exact(ExpressionWrapper(F("company_id") + Value(0), output_field=BigIntegerField()), company)
    return Way(lambda people: people.filter(company=company), lambda people: people.filter(unindexed), size)


def _with_consent(act: str) -> Way:
    given = _newsletter().filter(act=act)
    return Way(
        lambda people: people.filter(pk__in=given.values("contact")),
        lambda people: people.filter(Exists(given.filter(contact=OuterRef("pk")))),
        lambda most: given[:most].count(),
    )


def _with_text(question: searching.Question) -> Way:
    return Way(
        lambda people: searching.among(people, question),
        lambda people: searching.containing(people, [*question.asked, *question.looked_at]),
        lambda most: searching.count_up_to(question, most),
    )


def _newsletter() -> QuerySet[Consent]:
    return Consent.objects.filter(purpose=consents.NEWSLETTER, channel=consents.EMAIL)
