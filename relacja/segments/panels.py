from datetime import datetime
from typing import Any

from django.utils.translation import gettext_lazy as _

from relacja.contacts.models import Contact
from relacja.contacts.panels import Panel, add
from relacja.segments import queries
from relacja.staff.models import User


def segments(contact: Contact, user: User, now: datetime) -> dict[str, Any] | None:
    """The segments the contact is in, each with the way to its reasons, and the way to why they are in no other."""
    return {"segments": queries.segments_of(contact.pk), "contact": contact}


add(Panel("segments", _("Segments"), "segments/panel.html", segments, order=60, permission="segments.view"))
