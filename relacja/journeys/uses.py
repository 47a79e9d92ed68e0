"""Which journeys ask for a field, a tag or a segment."""

from collections.abc import Callable, Collection, Iterator
from typing import Any

from django.urls import reverse
from django.utils.translation import gettext as _

from relacja.contacts.fields import Known
from relacja.contacts.uses import Use, finder, speaks, speaks_of_tag, tag_finder
from relacja.journeys.models import Journey, JourneyVersion
from relacja.segments.models import Segment
from relacja.segments.uses import segment_finder


@finder
def journeys(known: Known) -> Iterator[Use]:
    """Those whose draft or last version does. Two queries."""
    return _that(lambda definition: speaks(definition, known.path))


@tag_finder
def journeys_of_tag(keys: Collection[str]) -> Iterator[Use]:
    """Those whose draft or last version does. Two queries."""
    return _that(lambda definition: speaks_of_tag(definition, keys))


@segment_finder
def journeys_of_segment(segment: Segment) -> Iterator[Use]:
    """Those whose draft or last version lets people in from it or asks who is in it. Two queries."""
    return _that(lambda definition: _names(definition, segment.key))


def _names(data: Any, key: str) -> bool:
    if isinstance(data, dict):
        return data.get("segment") == key or _names(list(data.values()), key)
    return isinstance(data, list) and any(_names(one, key) for one in data)


def _that(speak: Callable[[Any], bool]) -> Iterator[Use]:
    published = {version.journey_id: version.definition for version in JourneyVersion.objects.order_by("number")}
    for journey in Journey.objects.filter(archived_at=None).order_by("name"):
        if speak(journey.draft) or speak(published.get(journey.pk)):
            yield Use(_("Journey"), journey.name, reverse("journeys:journey", args=[journey.key]))
