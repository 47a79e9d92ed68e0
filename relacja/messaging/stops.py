"""Addresses we must not write to, as those who queue and send ask for them."""

import hashlib
from collections.abc import Iterable

from relacja.contacts import actions as contacts
from relacja.contacts.models import Identity
from relacja.messaging import channels
from relacja.messaging.models import Cause, Kind, Reason, Suppression

REASONS = {
    Cause.UNSUBSCRIBED: Reason.UNSUBSCRIBED,
    Cause.BOUNCED: Reason.BOUNCED,
    Cause.COMPLAINED: Reason.COMPLAINED,
    Cause.BLOCKED: Reason.BLOCKED,
}
GRAVITY = (Cause.UNSUBSCRIBED, Cause.COMPLAINED, Cause.BLOCKED, Cause.BOUNCED)
FOR_EVERY_KIND = frozenset({Cause.BOUNCED, Cause.BLOCKED})


def key_of(channel: str, address: str) -> str:
    """The key of an address on the list. Unkeyed on purpose: it must outlive every secret of the installation."""
    name = f"{channel}\x00{channels.of(channel).key(address)}"
    return hashlib.blake2b(name.encode("utf-8", "replace"), digest_size=32, person=b"relacja.stops").hexdigest()


def standing(channel: str, addresses: Iterable[str]) -> dict[str, Suppression]:
    """The suppressions that stand, by address as given. One query for 500 addresses."""
    by_key: dict[str, list[str]] = {}
    for address in addresses:
        by_key.setdefault(key_of(channel, address), []).append(address)
    keys, found = list(by_key), {}
    for start in range(0, len(keys), 500):
        part = Suppression.objects.standing().filter(channel=channel, address_key__in=keys[start : start + 500])
        for suppression in part:
            found.update(dict.fromkeys(by_key[suppression.address_key], suppression))
    return found


def tell(suppression: Suppression) -> None:
    """Whoever has the address is copied into the facts anew, soon: there it says whether they can be written to."""
    value = channels.of(suppression.channel).key(suppression.address)
    named = Identity.objects.filter(kind=suppression.channel, value=value)
    contacts.touch(list(named.values_list("contact_id", flat=True)))


def reason(suppression: Suppression | None, kind: str) -> Reason | None:
    """Why a message of this kind may not go to a suppressed address; None when it may.

    Who unsubscribed or complained still gets answers to what they do themselves, such as a new confirmation.
    """
    if suppression is None or (kind == Kind.TRANSACTIONAL and suppression.cause not in FOR_EVERY_KIND):
        return None
    return REASONS[Cause(suppression.cause)]
