"""Until when a segment is true: what has happened and is not reckoned with yet is said, not hidden."""

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta

from relacja.events.queries import unread_since
from relacja.lib.errors import Refused
from relacja.segments import rules
from relacja.segments.actions.passing import is_ageing
from relacja.segments.models import Clock, Segment

WORTH_SAYING = timedelta(seconds=10)
FOLLOWED = timedelta(minutes=1)


def complete_until(segment: Segment, *, now: datetime) -> datetime | None:
    """Until when everything is reckoned with in the segment; None when that is a moment ago. Three queries."""
    if segment.counted_at is None or segment.broken:
        return None
    oldest = min(_moments(segment, segment.counted_at, now), default=now)
    return oldest if oldest < now - WORTH_SAYING else None


def _moments(segment: Segment, counted_at: datetime, now: datetime) -> Iterator[datetime]:
    if unread := unread_since("segments"):
        yield unread
    clock = Clock.objects.filter(pk=1).first()
    if clock is None:
        return
    if lost := clock.crowded.get(str(segment.pk)):
        yield max(datetime.fromtimestamp(lost, UTC), counted_at)
    if (reckoned := max(clock.followed_at, counted_at)) < now - FOLLOWED and _ages(segment):
        yield reckoned


def _ages(segment: Segment) -> bool:
    try:
        return is_ageing(rules.read(segment.rule))
    except Refused:
        return False
