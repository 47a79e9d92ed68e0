"""Finding out who somebody is."""

from collections.abc import Mapping, Sequence
from datetime import datetime

from django.db import IntegrityError, transaction

from relacja.contacts import families, rules
from relacja.contacts.actions import suspecting
from relacja.contacts.actions.record import create, edit, retrieve
from relacja.contacts.matching.reasons import NAMED_TOGETHER
from relacja.contacts.models import Contact, Finder, Identity, IdentityKind
from relacja.events import actions as events
from relacja.events.profiles import profile_of
from relacja.lib import emails, phones
from relacja.lib.text import cleaned

STRENGTH = [IdentityKind.EXTERNAL, IdentityKind.EMAIL, IdentityKind.PHONE, IdentityKind.VISITOR]


def identify(
    *,
    identities: Sequence[rules.IdentityPair],
    traits: Mapping[str, str],
    now: datetime,
    source: str,
    channel: str = "web",
) -> Contact:
    """The contact these identities name, made if there is none; what was known under them joins its history.

    A sure match takes on the other identities and fills its empty fields; nothing known is overwritten, and a trait
    that makes no sense, like a phone of letters, is left out. When the identities name several contacts, the strongest
    wins, and whether they are one person waits for somebody to decide: nobody is merged.
    """
    pairs = [normal(kind, value) for kind, value in identities]
    try:
        return _identify(pairs, traits, now=now, source=source, channel=channel)
    except IntegrityError:
        return _identify(pairs, traits, now=now, source=source, channel=channel)


def join_visitor(contact: Contact, *, anonymous_id: str, now: datetime, profile_id: int | None = None) -> bool:
    """Let what a browser did before belong to `contact`. False when that browser is already somebody else's.

    `profile_id` is the one under which the contact is known here, see `profile_named`.
    """
    if not anonymous_id:
        return False
    with transaction.atomic():
        profile_id, contact = profile_id or contact.pk, families.current(contact)
        made_for = profile_id if profile_id != contact.pk else None
        pair = (IdentityKind.VISITOR, anonymous_id[:320])
        named, _ = Identity.objects.get_or_create(
            kind=pair[0], value=pair[1], defaults={"contact": contact, "made_for_id": made_for, "since": now}
        )
        if named.contact_id != contact.pk:
            return False
        _join(contact, [pair], now=now)
    return True


def profile_named(contact: Contact, identities: Sequence[rules.IdentityPair]) -> int:
    """The profile under which things happen to a contact who comes with these identities.

    That of the contact, or of one that was merged into it: then it goes with that one if the two are taken apart.
    """
    pairs = sorted((normal(kind, value) for kind, value in identities), key=lambda pair: STRENGTH.index(pair[0]))  # type: ignore[arg-type]
    named = [identity for kind, value in pairs if (identity := _identity(kind, value))]
    return next((identity.profile_id for identity in named if identity.contact_id == contact.pk), contact.pk)


def normal(kind: str, value: str) -> rules.IdentityPair:
    """An identity the way it is compared. Raises `NotAnAddress` or `NotAPhone`."""
    if kind == IdentityKind.EMAIL:
        return kind, emails.key(emails.address(value))
    if kind == IdentityKind.PHONE:
        return kind, phones.e164(value)
    return kind, cleaned(value)[:320]


@transaction.atomic
def _identify(
    pairs: list[rules.IdentityPair], traits: Mapping[str, str], *, now: datetime, source: str, channel: str
) -> Contact:
    known = {(kind, value): identity for kind, value in pairs if (identity := _identity(kind, value))}
    named = {pair: identity.contact for pair, identity in known.items()}
    made_for = None
    values = rules.usable({key: value for key, value in traits.items() if value})
    if not named:
        contact = _new(pairs, values, now=now, source=source, channel=channel)
    else:
        strongest = min(known.values(), key=lambda identity: STRENGTH.index(IdentityKind(identity.kind)))
        contact, made_for = strongest.contact, strongest.made_for_id
        if contact.trashed_at is not None:  # who comes back by themself is nobody to be deleted
            retrieve(contact, now=now)
        _fill(contact, values, now=now, channel=channel)
    free = [pair for pair in pairs if pair not in named and not _exists(pair)]
    Identity.objects.bulk_create(
        [Identity(kind=kind, value=value, contact=contact, made_for_id=made_for, since=now) for kind, value in free]
    )
    owners = [*named.values(), *(_named(kind, value) for kind, value in values.identities)]
    _suspect(contact, {owner.pk for owner in owners if owner} - {contact.pk}, now=now, channel=channel)
    _join(contact, [pair for pair in pairs if pair in free or named.get(pair) == contact], now=now)
    return contact


def _suspect(contact: Contact, others: set[int], *, now: datetime, channel: str) -> None:
    """Somebody gave what names these others as their own."""
    for other in sorted(others):
        if suspecting.suspect(contact.pk, other, why=[NAMED_TOGETHER], found_by=Finder.ARRIVAL, now=now):
            suspecting.tell(contact.pk, other, now=now, channel=channel)


def _named(kind: str, value: str) -> Contact | None:
    identity = _identity(kind, value)
    return identity.contact if identity else None


def _identity(kind: str, value: str) -> Identity | None:
    return Identity.objects.select_related("contact").filter(kind=kind, value=value).first()


def _exists(pair: rules.IdentityPair) -> bool:
    return Identity.objects.filter(kind=pair[0], value=pair[1]).exists()


def _new(pairs: list[rules.IdentityPair], values: rules.Values, *, now: datetime, source: str, channel: str) -> Contact:
    given = dict(pairs)
    whole = rules.values({**values.fields, **{k: given[k] for k in ("email", "phone") if k in given}})
    taken = {pair[0] for pair in whole.identities if _exists(pair)}
    fields = {name: value for name, value in whole.fields.items() if name not in taken}
    if "email" in values.fields and "email" in fields:
        fields["email"] = values.fields["email"]
    return create(values=rules.Values(fields), now=now, source=source, channel=channel)


def _fill(contact: Contact, values: rules.Values, *, now: datetime, channel: str) -> None:
    """Take on what is not known yet. An e-mail or phone that names somebody else is left where it is."""
    taken = {kind for kind, value in values.identities if (other := _named(kind, value)) and other != contact}
    empty = {
        name: value
        for name, value in values.fields.items()
        if name not in taken and not getattr(contact, name) and value
    }
    edit(contact, values=rules.Values(empty), now=now, channel=channel)


def _join(contact: Contact, pairs: list[rules.IdentityPair], *, now: datetime) -> None:
    joined = events.join([profile_of(kind, value) for kind, value in pairs], contact_id=contact.pk, now=now)
    if joined:
        events.record(
            "Visitor Recognised",
            profile_id=contact.pk,
            at=now,
            now=now,
            channel="web",
            properties={"profiles": [str(profile) for profile in joined]},
        )
