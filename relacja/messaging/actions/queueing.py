"""Deciding who gets a message."""

import uuid
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db import transaction
from django.utils.translation import gettext as _

from relacja.contacts import consents
from relacja.contacts.models import ConsentEntry, Contact
from relacja.events import actions as events
from relacja.events.event import Event
from relacja.lib import live
from relacja.lib.errors import Refused
from relacja.messaging import channels, queries, sending, stops
from relacja.messaging.liquids import Plain
from relacja.messaging.models import Kind, Message, Reason, State, Suppression, Template, TemplateVersion
from relacja.staff.models import User

AT_ONCE = 500


@dataclass(frozen=True, slots=True)
class Queued:
    """What became of one contact: `queued`, `refused` with a reason and its sentence, or `already` decided before."""

    state: str
    message_id: int
    reason: str = ""
    sentence: str = ""


def queue(
    *,
    contact_ids: Iterable[int],
    template: str,
    what: str,
    occurrence: str | Mapping[int, str],
    now: datetime,
    kind: str = Kind.MARKETING,
    purpose: str = "",
    context: Mapping[str, Any] | None = None,
    contexts: Mapping[int, Mapping[str, Any]] | None = None,
    not_before: datetime | None = None,
) -> dict[int, Queued]:
    """Decide for each contact whether they get the template (named by its key) on this occasion, and queue it.

    Each contact gets one decision per occasion, kept as a row and never made again: calling twice is harmless.
    `occurrence` names the occasion for everybody, or for each contact its own. `context` is plain data for everybody,
    `contexts` for single contacts. About eight queries per 500 contacts.
    """
    wanted = Template.objects.filter(key=template).first()
    if wanted is None:
        raise Refused(_("There is no template called “{key}”.").format(key=template))
    ids = list(dict.fromkeys(contact_ids))
    occasion = _Occasion(
        template=wanted,
        what=what,
        occurrences=dict.fromkeys(ids, occurrence) if isinstance(occurrence, str) else occurrence,
        kind=Kind(kind),
        purpose="" if kind == Kind.TRANSACTIONAL else purpose or wanted.purpose,
        now=now,
        not_before=not_before or now,
    )
    found: dict[int, Queued] = {}
    for start in range(0, len(ids), AT_ONCE):
        part = ids[start : start + AT_ONCE]
        own = {number: {**(context or {}), **(contexts or {}).get(number, {})} for number in part}
        found |= occasion.decide(own)
    return found


def send_again(message: Message, *, by: User, now: datetime) -> None:
    """A person decides to send an unconfirmed or failed message once more. It passes every check again."""
    may = [State.UNCONFIRMED, State.FAILED]
    with transaction.atomic():
        changed = Message.objects.filter(pk=message.pk, state__in=may).update(
            state=State.QUEUED, not_before=now, tried_since=None, error="", again_by=by, again_at=now
        )
        if not changed:
            raise Refused(_("Only a message that failed or was not confirmed can be sent again."))
        sending.tell(message)
        transaction.on_commit(sending.bell.ring)


@dataclass(frozen=True, slots=True)
class _Occasion:
    template: Template
    what: str
    occurrences: Mapping[int, str]
    kind: Kind
    purpose: str
    now: datetime
    not_before: datetime

    @transaction.atomic
    def decide(self, contexts: Mapping[int, Plain]) -> dict[int, Queued]:
        before = self._known(contexts)
        contacts = [contact for contact in Contact.objects.filter(pk__in=list(contexts)) if contact.pk not in before]
        channel = channels.of(self.template.channel)
        addresses = {contact.pk: channel.address(contact) for contact in contacts}
        stopped = stops.standing(channel.kind, {address for address in addresses.values() if address})
        bases = self._bases(addresses)
        versions = queries.versions_in_force(self.template)
        messages = [
            self._message(
                contact,
                addresses[contact.pk],
                bases.get(contact.pk),
                stopped.get(addresses[contact.pk]),
                versions,
                contexts[contact.pk],
            )
            for contact in contacts
        ]
        Message.objects.bulk_create(messages, ignore_conflicts=True)
        kept = self._known([contact.pk for contact in contacts])
        ours = {message.contact_id for message in messages if kept[message.contact_id].key == message.key}
        self._tell([kept[number] for number in sorted(ours)])
        decided = {number: _queued(message, is_new=number in ours) for number, message in kept.items()}
        return {number: _queued(message, is_new=False) for number, message in before.items()} | decided

    def _known(self, ids: Iterable[int]) -> dict[int, Message]:
        asked = {number: self.occurrences[number] for number in ids}
        found = Message.objects.filter(contact_id__in=asked, what=self.what, occurrence__in=set(asked.values()))
        return {
            message.contact_id: message
            for message in found.defer("html", "text", "context")
            if message.occurrence == asked[message.contact_id]
        }

    def _bases(self, addresses: Mapping[int, str]) -> dict[int, ConsentEntry]:
        """The consents that were given from the very address we would write to."""
        if self.kind == Kind.TRANSACTIONAL:
            return {}
        key = channels.of(self.template.channel).key
        given = consents.basis_for(addresses, purpose=self.purpose, channel=self.template.channel)
        return {
            number: entry
            for number, entry in given.items()
            if not entry.address or key(entry.address) == key(addresses[number])
        }

    def _message(
        self,
        contact: Contact,
        address: str,
        basis: ConsentEntry | None,
        stop: Suppression | None,
        versions: Mapping[str, TemplateVersion],
        context: Plain,
    ) -> Message:
        version = versions.get(contact.language) or next(iter(versions.values()), None)
        objection = self._objection(contact, address, basis, stop, version)
        return Message(
            contact=contact,
            what=self.what,
            occurrence=self.occurrences[contact.pk],
            kind=self.kind,
            purpose=self.purpose,
            channel=self.template.channel,
            version=version,
            context=context,
            language=version.language if version else contact.language,
            to=address,
            to_key=stops.key_of(self.template.channel, address) if address else "",
            basis=basis,
            key=uuid.uuid4(),
            subject=self.template.name,
            state=State.REFUSED if objection else State.QUEUED,
            reason=objection or "",
            queued_at=self.now,
            not_before=self.not_before,
        )

    def _objection(
        self,
        contact: Contact,
        address: str,
        basis: ConsentEntry | None,
        stop: Suppression | None,
        version: TemplateVersion | None,
    ) -> Reason | None:
        if contact.archived_at is not None:
            return Reason.ARCHIVED
        if not address:
            return Reason.NO_ADDRESS
        if version is None:
            return Reason.NO_WORDS
        if (stopped := stops.reason(stop, self.kind)) is not None:
            return stopped
        if self.kind == Kind.MARKETING and basis is None:
            return Reason.NO_CONSENT
        return None

    def _tell(self, messages: list[Message]) -> None:
        """Write refusals into the log, wake the senders."""
        events.append(
            [
                Event.of(
                    id=uuid.uuid4(),
                    name="Email Not Sent",
                    at=self.now,
                    received_at=self.now,
                    profile_id=message.contact_id,
                    channel=message.channel,
                    properties={**sending.about(message), "reason": message.reason},
                )
                for message in messages
                if message.state == State.REFUSED
            ]
        )
        if messages:
            live.publish("outbox")
            transaction.on_commit(sending.bell.ring)


def _queued(message: Message, *, is_new: bool) -> Queued:
    state = "already" if not is_new else str(message.state)
    sentence = str(Reason(message.reason).label) if message.reason else ""
    return Queued(state, message.pk, message.reason, sentence)
