from datetime import datetime
from typing import Any

from django.utils.translation import gettext_lazy as _

from relacja.journeys import queries
from relacja.staff import reach
from relacja.ui.home import Card, add
from relacja.ui.people import Person


def _busy(user: Person, now: datetime) -> dict[str, Any] | None:
    """Journeys with people inside, the busiest first. Two queries."""
    journeys = queries.busy(seen=reach.owners(user))
    return {"journeys": journeys} if journeys else None


add(Card(_("Journeys"), "journeys/home.html", _busy, "journeys.view", order=30, half=True))
