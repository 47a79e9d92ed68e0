from django.utils.translation import gettext_lazy as _

from relacja.events.vocabulary import Name, add
from relacja.journeys.rules import reason_words

_JOURNEY = {"journey": _("Journey"), "version": _("Version")}

add(
    Name(
        "Journey Entered",
        _("Enters a journey"),
        _("Enters the journey “{journey}”"),
        "route",
        "automation",
        _JOURNEY,
    ),
    Name(
        "Journey Left",
        _("Leaves a journey"),
        _("Leaves the journey “{journey}”: {reason}"),
        "log-out",
        "automation",
        {**_JOURNEY, "reason": _("Reason")},
        shown={"reason": reason_words},
    ),
    Name(
        "Journey Completed",
        _("Completes a journey"),
        _("Reaches the end of the journey “{journey}”"),
        "flag",
        "automation",
        _JOURNEY,
    ),
)
