"""The list of contacts: narrowed, ordered, and paged by the last row seen, so that every page costs the same.

What a rule narrows, and an order that no index has, is asked of the facts (`by_facts`); all else of the records
(`by_index`).
"""

from pyroaring import BitMap64

from relacja.contacts import narrowing
from relacja.contacts.listing import by_facts, by_index
from relacja.contacts.listing.cursors import BrokenCursor
from relacja.contacts.listing.shapes import FEW, NEWEST, NONE, PAGE, SORTS, Filters, Page
from relacja.contacts.listing.totals import Totals, totals
from relacja.contacts.models import Contact

__all__ = [
    "FEW",
    "NEWEST",
    "NONE",
    "PAGE",
    "SORTS",
    "BrokenCursor",
    "Filters",
    "Page",
    "Totals",
    "beside",
    "count",
    "everybody",
    "is_known",
    "page",
    "sorts",
    "totals",
]
is_known = by_facts.is_known
sorts = by_facts.sorts


def page(
    filters: Filters, *, sort: str = NEWEST, after: str = "", before: str = "", limit: int = PAGE
) -> Page[Contact]:
    """One page of the list, after or before a row of it. Two to six queries, whatever the size of the list.

    A rule, or another order than those of `SORTS`, is one question to the facts and the same few queries.
    """
    answer = by_facts.page if by_facts.answers(filters, sort) else by_index.page
    return answer(filters, sort=sort, after=after, before=before, limit=limit)


def beside(filters: Filters, sort: str, contact: Contact) -> tuple[int | None, int | None]:
    """The ids of who stands before a contact in the list and who after them. As many queries on any page of it."""
    answer = by_facts.beside if by_facts.answers(filters, sort) else by_index.beside
    return answer(filters, sort, contact)


def count(filters: Filters) -> int:
    """How many people the filters leave, exactly. One pass over them."""
    return len(everybody(filters)) if filters.is_of_rules else by_index.everybody(filters).count()


def everybody(filters: Filters) -> BitMap64:
    """The ids of all whom the filters leave. One pass over them; a million ids are a few megabytes at most."""
    if filters.is_of_rules and not filters.trashed:
        trashed = Contact.objects.filter(trashed_at__isnull=False).values_list("pk", flat=True)
        return BitMap64(narrowing.answers().ids(by_facts.asked_of(filters))) - BitMap64(trashed)
    found = BitMap64()
    for pk in by_index.everybody(filters).order_by().values_list("pk", flat=True).iterator(chunk_size=10_000):
        found.add(pk)
    return found
