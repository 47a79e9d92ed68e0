from datetime import datetime
from typing import Any

from django.utils.translation import gettext_lazy as _

from relacja.contacts import dates, listing, reach, upcoming
from relacja.contacts.models import Contact, Record
from relacja.lib.errors import Unavailable
from relacja.ui.home import Card, FirstStep, add, begin
from relacja.ui.people import Person

NEWEST = 6


def _newest(user: Person, now: datetime) -> dict[str, Any] | None:
    """Who came last, or nothing to say while nobody has. Two queries."""
    seen = reach.owners(user)
    people = list(reach.among_people(Contact.objects.active(), seen).order_by("-created_at", "-pk")[:NEWEST])
    return {"people": people, "totals": listing.totals(now=now, owners=seen), "now": now} if people else None


def _dates(user: Person, now: datetime) -> dict[str, Any] | None:
    """Whose dates come within a week, one's own people first. Seldom more than three queries."""
    among = dates.watched(Record.CONTACT)
    if not among or not Contact.objects.active().exists():
        return None
    try:
        mine = upcoming.of(user.pk, among, now=now)
        everybody = upcoming.of(None, among, now=now, seen=reach.owners(user))
    except Unavailable as failure:
        return {"failure": str(failure)}
    return {"groups": [(_("Your people"), mine), (_("Everybody"), everybody)]}


add(Card(_("New people"), "contacts/home.html", _newest, "contacts.view", order=10, half=True))
add(Card(_("Important dates"), "contacts/home_dates.html", _dates, "contacts.view", order=11, half=True))
begin(
    FirstStep(_("Add a contact"), _("By hand, one at a time."), "user-plus", "contacts:new", "contacts.edit", order=30)
)
