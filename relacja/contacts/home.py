from datetime import datetime
from typing import Any

from django.utils.translation import gettext_lazy as _

from relacja.contacts import listing
from relacja.contacts.models import Contact
from relacja.ui.home import Card, FirstStep, add, begin
from relacja.ui.people import Person

NEWEST = 6


def _newest(user: Person, now: datetime) -> dict[str, Any] | None:
    """Who came last, or nothing to say while nobody has. Two queries."""
    people = list(Contact.objects.active().order_by("-created_at", "-pk")[:NEWEST])
    return {"people": people, "totals": listing.totals(now=now), "now": now} if people else None


add(Card(_("New people"), "contacts/home.html", _newest, "contacts.view", order=10, half=True))
begin(
    FirstStep(_("Add a contact"), _("By hand, one at a time."), "user-plus", "contacts:new", "contacts.edit", order=30)
)
