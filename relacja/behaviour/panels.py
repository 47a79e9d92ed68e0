"""On a contact's page: what their behaviour says about them."""

from concurrent.futures import Future
from datetime import datetime
from typing import Any

from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from relacja.behaviour import attributes, queries
from relacja.behaviour.attributes import Derived, Found, Text
from relacja.clickhouse import meanwhile
from relacja.contacts.models import Contact
from relacja.contacts.panels import Panel, add
from relacja.events.queries import profiles_of
from relacja.staff.models import User


def said_of(contact: Contact, user: User, now: datetime) -> Future[dict[str, Any] | None]:
    """What is known, each with why. One query, and one question to the facts that nobody waits for meanwhile."""
    return meanwhile.ask(_said, contact.pk, profiles_of(contact.pk), now)


def _said(contact_id: int, profiles: list[int], now: datetime) -> dict[str, Any] | None:
    found = queries.of_profiles(profiles, now)
    if not found:
        return None
    href = reverse("behaviour:contact", args=[contact_id])
    shown = [_row(key, one, found[key]) for key, one in attributes.registered().items() if key in found]
    return {"shown": shown, "href": href, "aside": _("evidence"), "aside_href": href}


def _row(key: str, derived: Derived, found: Found) -> dict[str, Any]:
    return {
        "key": key,
        "label": derived.label,
        "said": derived.said(found),
        "why": derived.why(found),
        "is_short": not isinstance(derived.kind, Text),
    }


add(
    Panel(
        "behaviour", gettext_lazy("What their behaviour says"), "behaviour/panel.html", said_of, order=59, is_late=True
    )
)
