"""Who is who, as sources that may be believed tell it."""

from collections import Counter
from datetime import datetime

from django.utils.translation import gettext_lazy as _

from relacja.contacts import actions
from relacja.contacts.models import Contact, Identity, IdentityKind
from relacja.contacts.rules import IdentityPair, Values
from relacja.events.event import Event
from relacja.events.subscriptions import subscriber
from relacja.lib import emails
from relacja.lib.errors import Refused
from relacja.lib.text import cleaned
from relacja.web import counting, traits
from relacja.web.becoming import IDENTITY
from relacja.web.models import Sighting
from relacja.web.refusals import Reason

SERVER = "server"


@subscriber("identify", label=_("learns who visitors are"), mentioning=IDENTITY)
def learn(events: list[Event], *, now: datetime) -> None:
    """Contacts are made and joined by what servers say; the collector lets nobody else say so. Safe to run twice."""
    for event in events:
        if event.source == "relacja" or not event.mentions(IDENTITY):
            continue
        if (said := event.context.get(IDENTITY)) is not None:
            _learn(event, said, now=now)


def _learn(event: Event, said: dict[str, str], *, now: datetime) -> None:
    pairs = _named(said)
    if event.name == "Contact Identified":
        _identify(event, said, pairs, now=now)
        return
    external = said.get("external")
    contact = _known(pairs[:1]) if external else None
    if contact is None and event.name == "Alias Added":
        contact = _known(pairs)
    if contact is not None:
        contact = actions.identify(identities=pairs, traits={}, now=now, source=event.source, channel=event.channel)
        if event.name == "Group Joined" and said["by"] == SERVER:
            _employ(contact, str(event.properties.get("name") or ""), now=now)
    elif external:
        _remember(external, pairs[1:], now=now)


def _identify(event: Event, said: dict[str, str], pairs: list[IdentityPair], *, now: datetime) -> None:
    """Only a server may say what somebody's address is: with it a person is found who may be somebody else."""
    fields, wrong = traits.fields(event.properties)
    company = fields.pop("company", "")
    if said["by"] != SERVER:
        fields = {name: text for name, text in fields.items() if name not in {"email", "phone"}}
    if "email" in fields:
        pairs = [*pairs, (IdentityKind.EMAIL, emails.key(fields["email"]))]
    if external := said.get("external"):
        pairs += _remembered(external)
    if wrong:
        counting.add(Counter({(event.source, Reason.BAD_TRAIT.value): len(wrong)}), now=now)
        counting.keep_sample(event.source, Reason.BAD_TRAIT, ", ".join(wrong), at=event.received_at)
    if all(kind == IdentityKind.VISITOR for kind, _value in pairs) and not fields:
        return
    contact = actions.identify(
        identities=_once(pairs), traits=fields, now=now, source=event.source[:40], channel=event.channel
    )
    if company and contact.company is None:
        _employ(contact, company, now=now)


def _named(said: dict[str, str]) -> list[IdentityPair]:
    """Everything that names the person: their number first, then their address if the number is one, then browsers."""
    pairs: list[IdentityPair] = []
    if external := said.get("external"):
        pairs.append((IdentityKind.EXTERNAL, external))
    if said["by"] == SERVER:
        pairs += [(IdentityKind.EMAIL, value) for value in [_address(said.get("user_id", ""))] if value]
        if previous := said.get("previous_external"):
            pairs.append((IdentityKind.EXTERNAL, previous))
    pairs += [(IdentityKind.VISITOR, said[name]) for name in ("anonymous_id", "previous_id") if said.get(name)]
    return _once([(kind, cleaned(value)) for kind, value in pairs if cleaned(value)])


def _address(text: str) -> str:
    if "@" not in text:
        return ""
    try:
        return emails.key(emails.address(text))
    except Refused:
        return ""


def _known(pairs: list[IdentityPair]) -> Contact | None:
    for kind, value in pairs:
        identity = Identity.objects.select_related("contact").filter(kind=kind, value=value[:320]).first()
        if identity is not None and kind != IdentityKind.VISITOR:
            return identity.contact
    return None


def _remember(external: str, pairs: list[IdentityPair], *, now: datetime) -> None:
    """Nobody knows yet whose number it is: keep what it was seen with until somebody says."""
    Sighting.objects.bulk_create(
        [Sighting(external=external, kind=kind, value=value, seen_at=now) for kind, value in pairs],
        ignore_conflicts=True,
    )


def _remembered(external: str) -> list[IdentityPair]:
    seen = Sighting.objects.filter(external=external).order_by("pk")
    pairs = [(sighting.kind, sighting.value) for sighting in seen]
    seen.delete()
    return pairs


def _once(pairs: list[IdentityPair]) -> list[IdentityPair]:
    return list(dict.fromkeys(pairs))


def _employ(contact: Contact, company: str, *, now: datetime) -> None:
    if company and contact.company is None:
        actions.edit(contact, values=Values({}), now=now, channel="web", company=company)
