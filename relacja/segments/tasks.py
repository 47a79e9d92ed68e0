from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from relacja.jobs.work import later, task
from relacja.segments.actions import keeping, measuring
from relacja.segments.models import RfmScale, Segment


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


@task(label=_("Score buyers anew"))
def set_scale() -> None:
    """Once a day, and when there are many more or fewer buyers; segments that speak of scores are counted again."""
    if measuring.set_scale(now=timezone.now()):
        for pk in measuring.scored():
            later(recount, segment_id=pk)


@task(label=_("Score buyers for the first time"))
def set_first_scale() -> None:
    """While nobody has a score, look every minute whether there are buyers by now."""
    if not RfmScale.objects.exists():
        set_scale()
