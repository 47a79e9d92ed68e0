"""On a contact's page: what others know of this person, and how old that is."""

from datetime import datetime
from typing import Any

from django.utils.translation import gettext_lazy as _

from relacja.contacts.models import Contact
from relacja.contacts.panels import Panel, add
from relacja.external import queries
from relacja.staff.models import User


def from_outside(contact: Contact, user: User, now: datetime) -> dict[str, Any] | None:
    """Each source with its values. One question to the facts, none while there is no source."""
    found = queries.held([contact.pk]).get(contact.pk, {})
    held = [(one, [(label, said) for label, said in one.shown if said]) for one in found.values()]
    return {"held": held, "may_edit": user.may("external.edit")} if held else None


add(Panel("external", _("External data"), "external/panel.html", from_outside, order=65))
