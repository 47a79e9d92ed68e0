"""How large segments are to whoever looks: how many of the people they see are in each."""

from relacja.contacts.listing import seen
from relacja.segments.models import Segment, SegmentQuerySet
from relacja.staff.reach import Owners


def sized(found: SegmentQuerySet, owners: Owners = None) -> list[tuple[Segment, int]]:
    """The segments in their order, each with its size among the people of these owners.

    One query where everybody is seen; else two and one for the owners' people, with members read only of segments
    that are not remembered.
    """
    if owners is None:
        return [(one, one.size) for one in found.defer("members")]
    theirs = seen.of(owners)
    return [(one, one.people().intersection_cardinality(theirs)) for one in found.with_people()]


def size(segment: Segment, owners: Owners = None) -> int:
    """How many of the people of these owners are in the segment, as it was last counted."""
    return segment.size if owners is None else len(seen.narrowed(segment.people(), owners))
