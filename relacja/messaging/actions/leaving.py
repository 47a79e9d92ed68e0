"""Letting people go: unsubscribing, withdrawing, and the do-not-write list."""

from datetime import datetime

from django.db import transaction
from django.utils.translation import gettext as _

from relacja.contacts import consents, families
from relacja.contacts.models import Consent, ConsentAct, Contact
from relacja.lib.errors import Refused
from relacja.lib.text import cleaned
from relacja.messaging import sending, stops
from relacja.messaging.models import Cause, Kind, Message, Reason, Suppression
from relacja.staff.models import User


@transaction.atomic
def unsubscribe(message: Message, *, now: datetime, source: str) -> None:
    """No more marketing to the address this message went to: consents withdrawn, address listed, queue emptied.

    Doing it twice changes nothing.
    """
    is_new = not Suppression.objects.standing().filter(channel=message.channel, address_key=message.to_key).exists()
    sending.suppress(message.channel, message.to, Cause.UNSUBSCRIBED, now=now)
    contact = families.current(message.contact)
    given = Consent.objects.filter(contact=contact, channel=message.channel, act=ConsentAct.GIVEN)
    purposes = list(given.values_list("purpose", flat=True))
    for purpose in purposes:
        withdraw(contact, purpose=purpose, channel=message.channel, now=now, source=source, address=message.to)
    if is_new or purposes:
        sending.record(message, "Unsubscribed", now=now)


@transaction.atomic
def withdraw(contact: Contact, *, purpose: str, channel: str, now: datetime, source: str, address: str = "") -> None:
    """Withdraw one consent; what waits on it will not be sent. Nothing given: nothing happens."""
    if consents.state(contact, purpose=purpose, channel=channel) != ConsentAct.GIVEN:
        return
    consents.withdraw(contact, purpose=purpose, channel=channel, now=now, source=source, address=address)
    forget_queued(contact.pk, purpose=purpose, channel=channel, now=now)


def forget_queued(contact_id: int, *, purpose: str, channel: str, now: datetime) -> int:
    """Refuse what waits for somebody whose consent does not stand. Returns how many messages."""
    given = Consent.objects.filter(contact_id=contact_id, purpose=purpose, channel=channel, act=ConsentAct.GIVEN)
    if given.exists():
        return 0
    queued = Message.objects.filter(contact_id=contact_id, purpose=purpose, channel=channel, kind=Kind.MARKETING)
    return sending.refuse_queued(queued, Reason.NO_CONSENT, now=now)


def lift(suppression: Suppression, *, because: str, by: User, now: datetime) -> None:
    """Take an address off the do-not-write list, with a reason that is kept."""
    because = cleaned(because)
    if not because:
        raise Refused(_("Write why this address may be written to again. The reason is kept."))
    Suppression.objects.standing().filter(pk=suppression.pk).update(
        lifted_at=now, lifted_by=by, lifted_because=because[:300]
    )
    stops.tell(suppression)


def lift_unsubscribed(channel: str, address_key: str, *, now: datetime) -> None:
    """Somebody proved that they want messages at this address again. Bounces and complaints stay."""
    standing = Suppression.objects.standing().filter(channel=channel, address_key=address_key)
    for one in standing.filter(cause=Cause.UNSUBSCRIBED):
        Suppression.objects.filter(pk=one.pk).update(lifted_at=now, lifted_because=_("Confirmed a new subscription"))
        stops.tell(one)
