"""On a contact's page: the last messages, and whether the address may be written to."""

from datetime import datetime
from typing import Any

from django.utils.translation import gettext_lazy as _

from relacja.contacts.models import Contact
from relacja.contacts.panels import Panel, add
from relacja.messaging import queries
from relacja.staff.models import User

SHOWN = 5


def messages_of(contact: Contact, user: User, now: datetime) -> dict[str, Any] | None:
    """The last few messages, and why nothing may be written, if so. Two queries."""
    found = queries.messages_of(contact.pk, SHOWN)
    stop = queries.stop_of(contact)
    return {"messages": found, "stop": stop} if found or stop else None


add(Panel("messages", _("Messages"), "messaging/panel.html", messages_of, order=40, permission="messaging.view"))
