"""Those of many contacts whom somebody sees, as bitmaps."""

from pyroaring import BitMap64

from relacja.contacts import reach
from relacja.contacts.listing.keeping import Kept
from relacja.contacts.models import Contact
from relacja.staff.reach import Owners

_kept: Kept[BitMap64] = Kept()


def narrowed(people: BitMap64, seen: Owners) -> BitMap64:
    """Those of the contacts that are seen. One pass over the owners' people; an answer that takes long is kept."""
    return people if seen is None else people & of(seen)


def of(seen: Owners) -> BitMap64:
    """All of the contacts of these owners who are not put away, to narrow more than one set."""
    return _kept.answer(seen, lambda: _of(seen))


def _of(seen: Owners) -> BitMap64:
    found = BitMap64()
    there = reach.among_people(Contact.objects.active(), seen).order_by()
    for pk in there.values_list("pk", flat=True).iterator(chunk_size=10_000):
        found.add(pk)
    return found
