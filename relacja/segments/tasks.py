from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from relacja.jobs.work import task
from relacja.segments.actions import keeping, measuring
from relacja.segments.models import Segment


@task(label=_("Recount a segment"))
def recount(*, segment_id: int) -> None:
    """Count one segment from the start. A segment put away while we waited is not an error."""
    segment = Segment.objects.live().filter(pk=segment_id).first()
    if segment is not None:
        keeping.recount(segment, now=timezone.now())


@task(label=_("Note how large segments are"))
def note_sizes() -> None:
    """Noted through the day, so that a day ends with what was last known of it."""
    measuring.note_sizes(now=timezone.now())
