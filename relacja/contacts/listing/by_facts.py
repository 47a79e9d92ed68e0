"""A page of people whom a rule narrows, or in an order that no index has: one question to the facts."""

from dataclasses import replace

from relacja.contacts import narrowing, searching
from relacja.contacts.listing import cursors
from relacja.contacts.listing.cursors import Cursor
from relacja.contacts.listing.keeping import Kept
from relacja.contacts.listing.shapes import FEW, NEWEST, SORTS, Filters, Page
from relacja.contacts.models import Company, Contact
from relacja.contacts.narrowing import Asked, Place

OF_FACTS = "facts:"
_counts: Kept[int] = Kept()


def answers(filters: Filters, sort: str) -> bool:
    """Whether a list is asked of the facts. The trash is short and has no rules: they know nothing else of it."""
    if filters.trashed:
        return False
    return filters.is_of_rules or (sort.removeprefix("-") not in {*SORTS, "id"} and is_known(sort))


def sorts() -> set[str]:
    """By what a list can be sorted."""
    return {*SORTS, *narrowing.answers().sorts()}


def is_known(sort: str) -> bool:
    """Whether a list can be sorted by it at all."""
    return sort.removeprefix("-") in sorts()


def page(filters: Filters, *, sort: str, after: str, before: str, limit: int) -> Page[Contact]:
    """One page, after or before a row of it: two questions to the facts, and a query."""
    sort = sort if is_known(sort) else NEWEST
    asked = asked_of(filters)
    cursor = cursors.at(after or before, OF_FACTS + sort)
    backwards = cursor is not None and not after
    beyond = Place(cursor.value, cursor.id) if cursor else None
    places = narrowing.answers().places(asked, sort, beyond=beyond, backwards=backwards, limit=limit + 1)
    more = len(places) > limit
    if backwards and not more:
        return page(filters, sort=sort, after="", before="", limit=limit)
    places = places[:limit][::-1] if backwards else places[:limit]
    first, last = (_of_place(sort, places[0]), _of_place(sort, places[-1])) if places else ("", "")
    return Page(
        _in_order([place.id for place in places], archived=filters.archived),
        sort,
        _known_count(asked),
        before=first if cursor is not None else "",
        after=last if more or backwards else "",
        is_exact=True,
    )


def beside(filters: Filters, sort: str, contact: Contact) -> tuple[int | None, int | None]:
    """Who stands before a contact and who after them, whether or not the rule still leaves them."""
    sort = sort if is_known(sort) else NEWEST
    asking, asked = narrowing.answers(), asked_of(filters)
    itself = Asked(ids=(contact.pk,), archived=contact.archived_at is not None, at=filters.at)
    here = next(iter(asking.places(itself, sort, beyond=None, backwards=False, limit=1)), None)
    if here is None:
        return None, None
    return asking.beside(asked, sort, here)


def asked_of(filters: Filters) -> Asked:
    """The filters as the facts know them. Few people who contain a text are looked up in the records' index."""
    firm = Company.objects.filter(pk=filters.company).first() if filters.company is not None else None
    asked = Asked(
        filters.rule,
        filters.stage,
        filters.consent,
        filters.owners,
        firm.name if firm else "",
        filters.archived,
        tuple(searching.patterns_of(filters.text)),
        leaves=filters.leaves,
        at=filters.at,
    )
    if filters.company is not None and firm is None:
        return replace(asked, ids=())
    question = searching.question(filters.text)
    if question.asked and not filters.archived and searching.count_up_to(question, FEW + 1) <= FEW:
        found = searching.among(Contact.objects.active(), question).values_list("pk", flat=True)
        return replace(asked, patterns=(), ids=tuple(found))
    return asked


def _in_order(ids: list[int], *, archived: bool) -> list[Contact]:
    """The contacts of these ids, but for those archived or brought back so lately that the facts do not know it yet."""
    found = Contact.objects.select_related("company", "owner").defer("search_text").in_bulk(ids)
    here = (found[pk] for pk in ids if pk in found and found[pk].trashed_at is None)
    return [contact for contact in here if (contact.archived_at is not None) == archived]


def _known_count(asked: Asked) -> int:
    """How many there are. A count that takes long is kept for a moment."""
    key = (replace(asked, rule=None), (asked.rule.text, asked.rule.viewer) if asked.rule else None)
    return _counts.answer(key, lambda: narrowing.answers().count(asked))


def _of_place(sort: str, place: Place) -> str:
    return str(Cursor(OF_FACTS + sort, place.value, place.id))
