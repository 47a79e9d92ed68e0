"""The consent ledger: who agreed to what, in which words, when, where, and how we know."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db import connection, transaction
from django.utils.translation import gettext_lazy as _

from relacja.contacts import bulk, families
from relacja.contacts.actions.record import touch
from relacja.contacts.models import Consent, ConsentAct, ConsentEntry, ConsentText, Contact, Identity
from relacja.events.actions import record
from relacja.lib import emails, live, rows

NEWSLETTER = "newsletter"
EMAIL = "email"
LABELS: dict[str, Any] = {NEWSLETTER: _("newsletter")}
CHANNELS: dict[str, Any] = {EMAIL: _("e-mail")}
# Where an entry came from, as far as we wrote it ourselves.
SOURCES: dict[str, Any] = {
    "newsletter form": _("newsletter form"),
    "confirmation link": _("confirmation link"),
    "unsubscribe link": _("unsubscribe link"),
}
_STAND = (
    "INSERT INTO contacts_consent (contact_id, purpose, channel, act, entry_id) VALUES (%s, %s, %s, %s, %s)"
    " ON CONFLICT (contact_id, purpose, channel) DO UPDATE SET act = excluded.act, entry_id = excluded.entry_id"
)
_EVENTS = {
    ConsentAct.ASKED: "Consent Requested",
    ConsentAct.GIVEN: "Consent Given",
    ConsentAct.WITHDRAWN: "Consent Withdrawn",
}


def text_in_force(purpose: str, channel: str, language: str) -> ConsentText:
    """The words asked for today in that language. DoesNotExist when nobody wrote them."""
    texts = ConsentText.objects.filter(purpose=purpose, channel=channel, language=language)
    return texts.order_by("-version")[:1].get()


def ask(contact: Contact, **entry: Any) -> ConsentEntry:
    """Somebody said yes, but has not proved that the address is theirs: nothing may be sent on it yet."""
    return _enter(contact, ConsentAct.ASKED, **entry)


def give(contact: Contact, **entry: Any) -> ConsentEntry:
    """From now on there is a basis for messages of this purpose on this channel."""
    return _enter(contact, ConsentAct.GIVEN, **entry)


def withdraw(contact: Contact, **entry: Any) -> ConsentEntry:
    """From now on there is none."""
    return _enter(contact, ConsentAct.WITHDRAWN, **entry)


def state(contact: Contact, *, purpose: str, channel: str) -> str:
    """`asked`, `given`, `withdrawn`, or empty when it never came up."""
    found = Consent.objects.filter(contact=contact, purpose=purpose, channel=channel).first()
    return found.act if found else ""


def basis_for(contact_ids: Iterable[int], *, purpose: str, channel: str) -> dict[int, ConsentEntry]:
    """The entry that allows messages of this purpose, for those contacts who have one. One query."""
    given = Consent.objects.filter(
        contact_id__in=list(contact_ids), purpose=purpose, channel=channel, act=ConsentAct.GIVEN
    )
    return {consent.contact_id: consent.entry for consent in given.select_related("entry")}


@dataclass(frozen=True, slots=True)
class Entry:
    """One line to be entered: for many contacts at once."""

    contact_id: int
    act: ConsentAct
    at: datetime
    address: str
    text: ConsentText | None


def enter_many(
    entries: Sequence[Entry], *, purpose: str, channel: str, source: str, proof: Mapping[str, Any], writer: bulk.Writer
) -> list[int]:
    """Enter lines for contacts who are written in the same transaction; `writer` gets their events.

    The ids of the lines, in order. A later line of the same contact is how things stand.
    """
    ids = bulk.ids_for(ConsentEntry, len(entries))
    made = [
        ConsentEntry(
            pk=pk,
            contact_id=one.contact_id,
            purpose=purpose,
            channel=channel,
            act=one.act,
            text=one.text,
            address=one.address,
            source=source,
            proof=dict(proof),
            at=one.at,
        )
        for pk, one in zip(ids, entries, strict=True)
    ]
    ConsentEntry.objects.bulk_create(made)
    last = {entry.contact_id: entry for entry in made}
    Consent.objects.bulk_create(
        [Consent(contact_id=pk, purpose=purpose, channel=channel, act=one.act, entry=one) for pk, one in last.items()],
        update_conflicts=True,
        unique_fields=["contact", "purpose", "channel"],
        update_fields=["act", "entry"],
    )
    touch(last)
    for entry in made:
        writer.record(_EVENTS[ConsentAct(entry.act)], entry.contact_id, _said(entry), at=entry.at)
    return ids


def label(purpose: str) -> Any:
    """What a purpose is called in front of people."""
    return LABELS.get(str(purpose), purpose)


@transaction.atomic(savepoint=False)
def _enter(
    contact: Contact,
    act: ConsentAct,
    *,
    purpose: str,
    channel: str,
    now: datetime,
    source: str,
    text: ConsentText | None = None,
    address: str = "",
    proof: Mapping[str, Any] | None = None,
    at: datetime | None = None,
    is_new: bool = False,
) -> ConsentEntry:
    """The next line of the ledger. Of a contact made in this transaction (`is_new`) nothing has to be asked: they were
    merged with nobody, and are copied to the facts anyway.
    """
    made_for, now_of = (contact, contact) if is_new else _sides(contact, address)
    entry = rows.insert(
        ConsentEntry(
            contact=made_for,
            purpose=purpose,
            channel=channel,
            act=act,
            text=text,
            address=address,
            source=source,
            proof=dict(proof or {}),
            at=at or now,
        )
    )
    sides = {made_for.pk: made_for, now_of.pk: now_of}
    with connection.cursor() as cursor:
        for side in sides:
            cursor.execute(_STAND, [side, purpose, channel, act, entry.pk])
    if not is_new:
        touch(sides)
    record(
        _EVENTS[act],
        profile_id=made_for.pk,
        at=at or now,
        now=now,
        channel="web",
        properties=_said(entry),
    )
    live.publish(f"contact:{now_of.pk}")
    return entry


def _said(entry: ConsentEntry) -> dict[str, Any]:
    return {
        "purpose": entry.purpose,
        "channel": entry.channel,
        "source": entry.source,
        "text_version": entry.text.version if entry.text else None,
        "entry": entry.pk,
    }


def _sides(contact: Contact, address: str) -> tuple[Contact, Contact]:
    """For whom a line of the ledger is made, and to whom it belongs now: they differ when two were merged.

    What is said under an address is said by whom that address named before the merge, so that it goes with them if the
    two are taken apart.
    """
    now_of = families.current(contact)
    if now_of.pk != contact.pk:
        return contact, now_of
    named = Identity.objects.filter(contact=contact, kind=EMAIL, value=emails.key(address), made_for__isnull=False)
    before = list(named.values_list("made_for", flat=True)) if address else []
    return (Contact.objects.get(pk=before[0]) if before else contact), now_of
