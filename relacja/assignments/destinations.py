"""The builder of rules leads back here with what was written."""

from django.http import QueryDict
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from relacja.segments.destinations import Destination, add


def _href(query: QueryDict) -> str:
    """The form of the rule that it was written for; of a new one when there is none."""
    number = query.pop("of", [""])[0]
    is_known = number.isascii() and number.isdigit() and len(number) < 19
    return reverse("assignments:rule", args=[int(number)]) if is_known else reverse("assignments:new")


add(
    "assignment",
    Destination(
        _("Who is meant by the rule"),
        _("Say whom the rule gives away; groups may stand in groups."),
        _("Use these conditions"),
        _("Assignment"),
        "assignments.edit",
        _href,
    ),
)
