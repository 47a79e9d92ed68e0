"""Double opt-in: asking an address whether it really wants what somebody asked for in its name."""

from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import Any

from django.db import transaction
from django.utils.translation import gettext as _

from relacja.contacts import consents
from relacja.contacts.models import ConsentEntry, Contact
from relacja.lib.errors import Refused
from relacja.messaging import confirmations, links, stops
from relacja.messaging.actions.leaving import lift_unsubscribed
from relacja.messaging.actions.queueing import queue
from relacja.messaging.models import Confirmation, Kind

TEMPLATE = "confirm-newsletter"
A_DAY = 3


class TooLate(Refused):
    """The request was answered already, or is more than a week old."""


@transaction.atomic
def send_confirmation(contact: Contact, entry: ConsentEntry, *, now: datetime) -> bool:
    """Ask the address to confirm the consent that `entry` asks for. The letter is fixed: nothing in it is a guest's.

    False when this address was asked three times within a day already; it then gets nothing.
    """
    address = entry.address or contact.email
    key = stops.key_of(entry.channel, address)
    if Confirmation.objects.filter(address_key=key, asked_at__gt=now - timedelta(days=1)).count() >= A_DAY:
        return False
    asked = Confirmation.objects.create(entry=entry, address_key=key, asked_at=now)
    queue(
        contact_ids=[contact.pk],
        template=TEMPLATE,
        what="confirmation",
        occurrence=str(asked.pk),
        now=now,
        kind=Kind.TRANSACTIONAL,
        context={
            "confirm": {
                "url": links.url(links.CONFIRM, asked.pk),
                "text": entry.text.body if entry.text else "",
            }
        },
    )
    return True


@transaction.atomic
def confirm(asked: Confirmation, *, proof: Mapping[str, Any], now: datetime) -> ConsentEntry:
    """The consent is given, with proof; an earlier unsubscribing is undone. Raises `TooLate`; works once."""
    if not asked.answer(at=now):
        raise TooLate(_("This link has been used, or is more than a week old. Sign up again to get a new one."))
    entry = asked.entry
    given = consents.give(
        entry.contact,
        purpose=entry.purpose,
        channel=entry.channel,
        text=entry.text,
        address=entry.address,
        source=entry.source,
        proof={**entry.proof, **proof, "asked": entry.pk, "asked_at": entry.at.isoformat()},
        now=now,
    )
    lift_unsubscribed(entry.channel, asked.address_key, now=now)
    confirmations.tell(given, asked=entry, now=now)
    return given
