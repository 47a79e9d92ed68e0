"""The members of a segment, a page at a time."""

from dataclasses import dataclass

from relacja.contacts.listing import seen
from relacja.contacts.models import Contact
from relacja.segments.models import Segment
from relacja.segments.previews import people
from relacja.staff.reach import Owners

ROWS = 50


@dataclass(frozen=True, slots=True)
class Page:
    """Some members by id, and the ids after and before which there are more (0: there are none).

    `is_part` says that only those of some owners are looked at.
    """

    people: list[Contact]
    first: int
    last: int
    size: int
    next: int
    previous: int
    is_part: bool = False

    @property
    def next_href(self) -> str:
        return f"?after={self.next}" if self.next else ""

    @property
    def previous_href(self) -> str:
        return f"?before={self.previous}" if self.previous else ""


def page(segment: Segment, *, after: int = 0, before: int = 0, owners: Owners = None) -> Page:
    """The members of these owners after an id, or before one. One query, wherever the page stands."""
    members = seen.narrowed(segment.people(), owners)
    start = max(members.rank(before - 1) - ROWS, 0) if before > 0 else members.rank(after) if after > 0 else 0
    found = list(members[start : start + ROWS])
    return Page(
        people(found, owners),
        first=start + 1 if found else 0,
        last=start + len(found),
        size=len(members),
        next=found[-1] if found and start + ROWS < len(members) else 0,
        previous=found[0] if found and start > 0 else 0,
        is_part=owners is not None,
    )
