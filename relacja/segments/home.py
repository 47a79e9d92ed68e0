from datetime import datetime
from typing import Any

from django.utils.translation import gettext_lazy as _

from relacja.segments.models import Segment
from relacja.ui.home import Card, add
from relacja.ui.people import Person

SHOWN = 6


def _largest(user: Person, now: datetime) -> dict[str, Any] | None:
    """The segments that hold most people, as last counted. One query."""
    counted = Segment.objects.live().named().filter(size__gt=0).defer("members").order_by("-size", "name")
    segments = list(counted[:SHOWN])
    return {"segments": segments} if segments else None


add(Card(_("Segments"), "segments/home.html", _largest, "segments.view", order=20, half=True))
