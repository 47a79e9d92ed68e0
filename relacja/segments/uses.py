"""Which segments ask for a field."""

from collections.abc import Iterator

from django.urls import reverse
from django.utils.translation import gettext as _

from relacja.contacts.fields import Known
from relacja.contacts.uses import Use, finder, speaks
from relacja.segments.models import Segment


@finder
def segments(known: Known) -> Iterator[Use]:
    """One query; there are hundreds of segments, not thousands."""
    for segment in Segment.objects.live().defer("members").order_by("name"):
        if speaks(segment.rule, known.path):
            yield Use(_("Segment"), segment.name, reverse("segments:segment", args=[segment.pk]))
