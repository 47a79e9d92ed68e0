"""What people have in their carts, as their events tell it."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from decimal import Decimal, InvalidOperation
from typing import Any
from urllib.parse import urlsplit

from django.conf import settings

from relacja.clickhouse import facts
from relacja.events.models import Alias
from relacja.web.models import Source

REMEMBERED = timedelta(days=180)
CENT = Decimal("0.01")
MOST_MONEY = Decimal(10**9)


@dataclass(frozen=True, slots=True)
class Item:
    """A product in a cart. Addresses are empty when they lead to a website that is not one of ours."""

    name: str
    quantity: int
    price: Decimal | None
    currency: str
    url: str
    image_url: str


@dataclass(frozen=True, slots=True)
class Cart:
    """A cart with something in it. Without a `total` the prices are not all known, or in several currencies."""

    items: tuple[Item, ...]
    url: str

    @property
    def currency(self) -> str:
        return self.items[0].currency

    @property
    def total(self) -> Decimal | None:
        prices = [item.price * item.quantity for item in self.items if item.price is not None]
        alike = len({item.currency for item in self.items}) == 1
        return sum(prices, Decimal(0)) if alike and len(prices) == len(self.items) else None


def carts_of(contact_ids: Iterable[int], *, now: datetime) -> dict[int, Cart]:
    """The carts of those contacts who have something in them. One question to the facts, two to the records."""
    people = {contact_id: contact_id for contact_id in contact_ids}
    joined = Alias.objects.filter(contact_id__in=list(people), ended_at=None)
    people.update(joined.values_list("profile_id", "contact_id"))
    if not people:
        return {}
    rows = facts.rows(
        "web",
        "carts",
        profiles=list(people),
        contacts=list(people.values()),
        since=now - REMEMBERED,
        now=now,
    )
    sites = _sites()
    items: dict[int, list[Item]] = {}
    addresses: dict[int, str] = {}
    for row in rows:
        items.setdefault(row["contact_id"], []).append(_item(row, sites))
        addresses[row["contact_id"]] = _ours(row["cart_url"], sites)
    return {contact_id: Cart(tuple(found), addresses[contact_id]) for contact_id, found in items.items()}


def _item(row: Mapping[str, Any], sites: frozenset[str]) -> Item:
    return Item(
        name=(row["title"] or row["product"])[:200],
        quantity=max(1, round(row["left"])),
        price=_money(row["price"]),
        currency=row["currency"][:3],
        url=_ours(row["url"], sites),
        image_url=_ours(row["image_url"], sites),
    )


def _money(text: str) -> Decimal | None:
    try:
        amount = Decimal(text)
    except InvalidOperation:
        return None
    return amount.quantize(CENT) if amount.is_finite() and 0 <= amount < MOST_MONEY else None


def _sites() -> frozenset[str]:
    """Where our letters may lead: this installation and the websites that its sources name."""
    lists = Source.objects.filter(revoked_at=None).values_list("allowed_origins", flat=True)
    return frozenset({_origin(settings.BASE_URL), *(origin for origins in lists for origin in origins)})


def _ours(address: str, sites: frozenset[str]) -> str:
    """The address, if it leads to us. Events come from anybody's browser; letters go out in our name."""
    return address if _origin(address) in sites else ""


def _origin(address: str) -> str:
    try:
        parts = urlsplit(address)
    except ValueError:
        return ""
    return f"{parts.scheme}://{parts.netloc}".lower()
