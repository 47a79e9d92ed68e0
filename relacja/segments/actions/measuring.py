"""What is measured by the clock: how large segments are, and how buyers are scored."""

from datetime import datetime
from typing import Any

from django.utils import timezone

from relacja.segments import scales
from relacja.segments.models import RfmScale, Segment, SegmentSize

CHANGED = 0.1


def note_sizes(*, now: datetime) -> int:
    """Today's size of every counted segment is on record. Two queries; what was noted earlier today is replaced."""
    today = timezone.localdate(now)
    counted = Segment.objects.live().exclude(counted_at=None).values_list("pk", "size")
    rows = [SegmentSize(segment_id=pk, day=today, size=size) for pk, size in counted]
    SegmentSize.objects.bulk_create(
        rows, update_conflicts=True, unique_fields=["segment", "day"], update_fields=["size"]
    )
    return len(rows)


def set_scale(*, now: datetime) -> RfmScale | None:
    """Buyers are scored by the fifths of today; the new scale, or None where the one in force stays.

    It stays through the day unless the number of buyers changes by a tenth, as after an import, and while nobody has
    bought in a year.
    """
    measured, known = scales.measure(now), RfmScale.objects.order_by("-day").first()
    if measured is None:
        return None
    if known and known.day == measured.day and abs(known.buyers - measured.buyers) <= known.buyers * CHANGED:
        return None
    edges = {name: getattr(measured, name) for name in ("recency", "frequency", "money", "buyers")}
    scale, _is_new = RfmScale.objects.update_or_create(day=measured.day, defaults=edges)
    scales.forget_remembered()
    return scale


def scored() -> list[int]:
    """The live segments whose rule speaks of scores. One query."""
    rules = Segment.objects.live().values_list("pk", "rule")
    return [pk for pk, rule in rules if _speaks_of_scores(rule)]


def _speaks_of_scores(rule: Any) -> bool:
    if isinstance(rule, dict):
        return rule.get("kind") in ("rfm", "rfm_group") or _speaks_of_scores(list(rule.values()))
    return isinstance(rule, list) and any(map(_speaks_of_scores, rule))
