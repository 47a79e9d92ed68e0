"""A page of people reached by the indexes of the records.

How rows are reached is decided here and not left to the database's guess. What narrows to few people is gathered by its
index and then sorted; what many people have in common is checked while walking an index that is already in order.
"""

from collections.abc import Sequence
from dataclasses import dataclass

from relacja.contacts import searching
from relacja.contacts.listing import cursors, ways
from relacja.contacts.listing.cursors import Cursor
from relacja.contacts.listing.shapes import FEW, NEWEST, NONE, SORTS, Filters, Page, People
from relacja.contacts.listing.ways import Way
from relacja.contacts.models import Contact

FEW_OF_SEVERAL = 20_000
LAST_ADDED = "-id"


@dataclass(frozen=True, slots=True)
class _Reach:
    """How the people of a list are reached: the filters with their sizes, and the order that this allows."""

    filters: Filters
    question: searching.Question
    ways: Sequence[Way]
    sizes: Sequence[int]
    is_few: bool
    sort: str

    @property
    def is_streamed(self) -> bool:
        """Whether the search index itself leads, in the order in which people were added."""
        return bool(self.question.asked) and not self.is_few

    def people(self, cursor: Cursor | None, *, backwards: bool) -> People:
        """In order, from the cursor on."""
        if self.is_streamed:
            beyond = cursor.id if cursor else None
            found = searching.in_order(self.question, beyond=beyond, backwards=backwards)
            return ways.checked(ways.never_asked(found, self.filters), self.ways[:-1])
        found = ways.gathered(self.filters, self.ways, self.sizes) if self.is_few else self._walked()
        return cursors.ordered(found, self.sort, cursor, backwards=backwards)

    def _walked(self) -> People:
        return ways.walked(self.filters, self.ways, self.sort)

    def found(self) -> int | None:
        """How many there are; None when that is not known cheaply."""
        is_exact = not self.question.looked_at and self.filters.consent != NONE and not self.filters.is_away
        if len(self.sizes) == 1 and is_exact:
            return self.sizes[0]
        return ways.gathered(self.filters, self.ways, self.sizes).count() if self.is_few else None


def page(filters: Filters, *, sort: str, after: str, before: str, limit: int) -> Page[Contact]:
    """One page, after or before a row of it. Two to six queries, whatever the size of the list.

    A text that many people contain is answered in the order in which they were added, whatever `sort` says.
    """
    reach = _reach(filters, sort)
    cursor = cursors.at(after or before, reach.sort)
    backwards = cursor is not None and not after
    people = reach.people(cursor, backwards=backwards)
    rows = list(people.select_related("company", "owner").defer("search_text")[: limit + 1])
    more = len(rows) > limit
    rows = rows[:limit][::-1] if backwards else rows[:limit]
    if backwards and not more:  # the first page is whole, even when fewer rows stand before the one we came from
        return page(filters, sort=sort, after="", before="", limit=limit)
    first, last = (str(cursors.of(reach.sort, one)) for one in (rows[0], rows[-1])) if rows else ("", "")
    return Page(
        rows,
        reach.sort,
        reach.found(),
        before=first if cursor is not None else "",
        after=last if more or backwards else "",
    )


def beside(filters: Filters, sort: str, contact: Contact) -> tuple[int | None, int | None]:
    """Who stands before a contact and who after them, whether or not the filters still leave them."""
    reach = _reach(filters, sort)
    cursor = cursors.of(reach.sort, contact)
    before, after = (_first(reach.people(cursor, backwards=backwards)) for backwards in (True, False))
    return before, after


def _first(people: People) -> int | None:
    return next(iter(people.values_list("pk", flat=True)[:1]), None)


def everybody(filters: Filters) -> People:
    """All whom the filters leave, in no order."""
    return ways.checked(ways.everybody(filters), ways.of(filters, _question(filters)))


def _reach(filters: Filters, sort: str) -> _Reach:
    question = _question(filters)
    found = ways.of(filters, question)
    enough = FEW if len(found) < 2 or question.asked else FEW_OF_SEVERAL
    sizes = [way.size(enough + 1) for way in found]
    is_few = bool(sizes) and min(sizes) <= enough
    known = sort if sort.removeprefix("-") in SORTS else NEWEST
    return _Reach(filters, question, found, sizes, is_few, LAST_ADDED if question.asked and not is_few else known)


def _question(filters: Filters) -> searching.Question:
    """What is put away is not in the search index."""
    return searching.Question([], []) if filters.is_away else searching.question(filters.text)
