"""Where people and companies are, as far as lists of places tell: read from the address, never written into it.

Of people it is read when they are copied to the facts; of companies it is kept in the records, where they are asked.
"""

from collections.abc import Iterable
from typing import Any

from django.db import transaction
from django.db.models import F, Max

from relacja.contacts.models import Company, CompanyPlace, Contact
from relacja.lib.text import folded
from relacja.places import queries, spelling
from relacja.places.hearing import hears
from relacja.places.queries import Address, Place
from relacja.places.spelling import HOME

AT_ONCE = 20_000
FIRMS_AT_ONCE = 1_000


def of(contact: Contact) -> Place:
    """Where somebody lives."""
    address = _address(contact)
    return queries.located([address])[address]


def columns(contacts: Iterable[Contact]) -> dict[int, dict[str, Any]]:
    """What the facts hold of it, by contact. A few queries for every 500 addresses."""
    addresses = {contact.pk: _address(contact) for contact in contacts}
    found = queries.located(addresses.values())
    return {pk: _columns(address, found[address]) for pk, address in addresses.items()}


def locate_changed() -> int:
    """Look up every company that changed since it was last looked up. Returns how many; safe to run twice."""
    located = 0
    changed = Company.objects.exclude(version=F("located_version")).order_by("pk")
    while batch := list(changed.only("country", "postal_code", "city", "version", "located_version")[:FIRMS_AT_ONCE]):
        _locate(batch)
        located += len(batch)
    return located


@transaction.atomic
def _locate(batch: list[Company]) -> None:
    addresses = {firm.pk: _address(firm) for firm in batch}
    found = queries.located(addresses.values())
    CompanyPlace.objects.bulk_create(
        [CompanyPlace(company_id=pk, **_kept(address, found[address])) for pk, address in addresses.items()],
        update_conflicts=True,
        unique_fields=["company"],
        update_fields=["by", "postcode", "town", "town_key", "region", "lat", "lon"],
    )
    by_version: dict[int, list[int]] = {}
    for firm in batch:
        by_version.setdefault(firm.version, []).append(firm.pk)
    for version, ids in by_version.items():
        Company.objects.filter(pk__in=ids, version=version).update(located_version=version)


def _kept(address: Address, place: Place) -> dict[str, Any]:
    at = place.at
    return {
        "by": place.by,
        "postcode": spelling.postcode(address.postcode),
        "town": place.town,
        "town_key": folded(place.town),
        "region": place.region,
        "lat": at.lat if at else None,
        "lon": at.lon if at else None,
    }


def _address(record: Contact | Company) -> Address:
    """A company that names no country is at home, as far as its address goes."""
    country = record.country or (HOME if isinstance(record, Company) else "")
    return Address(country, record.postal_code, record.city)


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
    """Other places are known: whoever may be in one is looked up once more.

    One less than before, so that who is being copied at this moment does not pass for copied.
    """
    for model, version in ((Contact, "copied_version"), (Company, "located_version")):
        last = model.objects.aggregate(last=Max("pk"))["last"] or 0
        for start in range(0, last + 1, AT_ONCE):
            there = model.objects.filter(pk__gt=start, pk__lte=start + AT_ONCE)
            concerned = there.filter(country__in=[country, ""]) if country else there
            concerned.update(**{version: F(version) - 1})
