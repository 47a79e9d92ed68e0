"""Which journeys ask for a field."""

from collections.abc import Iterator

from django.urls import reverse
from django.utils.translation import gettext as _

from relacja.contacts.fields import Known
from relacja.contacts.uses import Use, finder, speaks
from relacja.journeys.models import Journey, JourneyVersion


@finder
def journeys(known: Known) -> Iterator[Use]:
    """Those whose draft or last version does. Two queries."""
    published = {version.journey_id: version.definition for version in JourneyVersion.objects.order_by("number")}
    for journey in Journey.objects.filter(archived_at=None).order_by("name"):
        if speaks(journey.draft, known.path) or speaks(published.get(journey.pk), known.path):
            yield Use(_("Journey"), journey.name, reverse("journeys:journey", args=[journey.key]))
