"""How large segments are, day by day."""

from datetime import datetime

from django.utils import timezone

from relacja.segments.models import Segment, SegmentSize


def note_sizes(*, now: datetime) -> int:
    """Today's size of every counted segment is on record. Two queries; what was noted earlier today is replaced."""
    today = timezone.localdate(now)
    counted = Segment.objects.live().exclude(counted_at=None).values_list("pk", "size")
    rows = [SegmentSize(segment_id=pk, day=today, size=size) for pk, size in counted]
    SegmentSize.objects.bulk_create(
        rows, update_conflicts=True, unique_fields=["segment", "day"], update_fields=["size"]
    )
    return len(rows)
