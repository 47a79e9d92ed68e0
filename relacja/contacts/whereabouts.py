"""Where people live, as far as lists of places tell: read from the address when it is copied, never written into it."""

from collections.abc import Iterable
from typing import Any

from django.db.models import F, Max

from relacja.contacts.models import Contact
from relacja.lib.text import folded
from relacja.places import queries, spelling
from relacja.places.hearing import hears
from relacja.places.queries import Address, Place

AT_ONCE = 20_000


def of(contact: Contact) -> Place:
    """Where somebody lives."""
    address = _address(contact)
    return queries.located([address])[address]


def columns(contacts: Iterable[Contact]) -> dict[int, dict[str, Any]]:
    """What the facts hold of it, by contact. A few queries for every 500 addresses."""
    addresses = {contact.pk: _address(contact) for contact in contacts}
    found = queries.located(addresses.values())
    return {pk: _columns(address, found[address]) for pk, address in addresses.items()}


def _address(contact: Contact) -> Address:
    return Address(contact.country, contact.postal_code, contact.city)


def _columns(address: Address, place: Place) -> dict[str, Any]:
    return {
        "postcode": spelling.postcode(address.postcode),
        "town": place.town,
        "town_key": folded(place.town),
        "region": place.region,
        "place": place.by,
        "lat": place.at.lat if place.at else 0.0,
        "lon": place.at.lon if place.at else 0.0,
    }


@hears
def copy_again(country: str) -> None:
    """Other places are known: whoever may live in one is copied once more.

    One less than before, so that who is being copied at this moment does not pass for copied.
    """
    last = Contact.objects.aggregate(last=Max("pk"))["last"] or 0
    for start in range(0, last + 1, AT_ONCE):
        there = Contact.objects.filter(pk__gt=start, pk__lte=start + AT_ONCE)
        concerned = there.filter(country=country) if country else there
        concerned.update(copied_version=F("copied_version") - 1)
