"""Companies in the order of how many people work there: no index has it, and it is one pass over all people."""

from bisect import bisect_left, bisect_right
from dataclasses import dataclass

from django.db.models import Count

from relacja.contacts.listing.keeping import Kept
from relacja.contacts.models import Company, Contact

Place = tuple[int, int]  # how many people, and the id of the company
_kept: Kept["Order"] = Kept()


@dataclass(frozen=True, slots=True)
class Order:
    """Every live company, those with the fewest people first."""

    places: list[Place]

    def beyond(self, place: Place | None, *, descending: bool) -> list[Place]:
        """What comes after a place, which need not be there any more, in that direction."""
        if descending:
            end = len(self.places) if place is None else bisect_left(self.places, place)
            return self.places[:end][::-1]
        return self.places[0 if place is None else bisect_right(self.places, place) :]


def order() -> Order:
    """As it was a few seconds ago at most. Two passes: 0.2 s at a million people in 100,000 companies."""
    return _kept.answer("order", _order)


def _order() -> Order:
    there = Contact.objects.active().filter(company__isnull=False).order_by().values_list("company")
    counts = dict(there.annotate(n=Count("pk")))
    ids = Company.objects.active().values_list("pk", flat=True)
    return Order(sorted((counts.get(pk, 0), pk) for pk in ids.iterator(chunk_size=10_000)))
