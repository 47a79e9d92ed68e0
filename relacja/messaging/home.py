from datetime import datetime
from typing import Any

from django.utils.translation import gettext_lazy as _

from relacja.messaging import queries
from relacja.staff import reach
from relacja.ui.home import Card, add
from relacja.ui.people import Person

NEWEST = 6


def _newest(user: Person, now: datetime) -> dict[str, Any] | None:
    """The messages written last. One query."""
    messages = list(queries.messages(seen=reach.owners(user))[:NEWEST])
    return {"messages": messages, "now": now} if messages else None


add(Card(_("Outbox"), "messaging/home.html", _newest, "messaging.view", order=40, half=True))
