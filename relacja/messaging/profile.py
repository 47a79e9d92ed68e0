"""What messaging knows of a contact in the facts: why messages to their address are stopped."""

from typing import Any

from relacja.contacts.models import Contact
from relacja.contacts.profile import contribute
from relacja.messaging import channels, stops
from relacja.messaging.models import Suppression


@contribute
def stop(contact_ids: list[int]) -> dict[int, dict[str, Any]]:
    """`stop.<channel>`: the cause that stands on the do-not-write list. One query while that is empty."""
    known = set(Suppression.objects.standing().values_list("channel", flat=True).distinct())
    found: dict[int, dict[str, Any]] = {}
    people = list(Contact.objects.filter(pk__in=contact_ids)) if known else []
    for kind in known & set(channels.kinds()):
        addresses = {one.pk: address for one in people if (address := channels.of(kind).address(one))}
        standing = stops.standing(kind, set(addresses.values()))
        for pk, address in addresses.items():
            if address in standing:
                found.setdefault(pk, {"stop": {}})["stop"][kind] = str(standing[address].cause)
    return found
