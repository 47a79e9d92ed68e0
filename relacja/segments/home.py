from datetime import datetime
from typing import Any

from django.utils.translation import gettext_lazy as _

from relacja.segments import sizes
from relacja.segments.models import Segment
from relacja.staff import reach
from relacja.ui.home import Card, add
from relacja.ui.people import Person

SHOWN = 6


def _largest(user: Person, now: datetime) -> dict[str, Any] | None:
    """The segments that hold most of the people one sees, as last counted. One query, or three for some people."""
    seen, counted = reach.owners(user), Segment.objects.live().named().filter(size__gt=0).order_by("-size", "name")
    found = sizes.sized(counted[:SHOWN] if seen is None else counted, seen)
    largest = sorted(((one, size) for one, size in found if size), key=lambda pair: -pair[1])[:SHOWN]
    return {"segments": largest} if largest else None


add(Card(_("Segments"), "segments/home.html", _largest, "segments.view", order=20, half=True))
