"""On a contact's page: the journeys they are on or were on lately."""

from datetime import datetime
from typing import Any

from django.utils.translation import gettext_lazy as _

from relacja.contacts.models import Contact
from relacja.contacts.panels import Panel, add
from relacja.journeys import queries
from relacja.staff.models import User


def journeys_of(contact: Contact, user: User, now: datetime) -> dict[str, Any] | None:
    """The last few entries with their step. One query."""
    entries = queries.entries_of(contact.pk)
    return {"contact": contact, "entries": entries} if entries else None


add(Panel("journeys", _("Journeys"), "journeys/panel.html", journeys_of, order=60, permission="journeys.view"))
