"""The builder of rules leads back here with what was written for the audience of a journey."""

from django.http import QueryDict
from django.urls import NoReverseMatch, reverse
from django.utils.translation import gettext_lazy as _

from relacja.segments.destinations import Destination, add


def _href(query: QueryDict) -> str:
    """Where the audience is chosen that it was written for; the journeys when there is no such journey."""
    try:
        return reverse("journeys:draft-audience", args=[query.pop("of", [""])[0]])
    except NoReverseMatch:
        return reverse("journeys:journeys")


add(
    "journey",
    Destination(
        _("Who is meant in the journey"),
        _("Say who enters, leaves or goes this way; groups may stand in groups."),
        _("Use these conditions"),
        _("Journeys"),
        "journeys.edit",
        _href,
    ),
)
