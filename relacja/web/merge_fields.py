"""What a letter may say about its reader's cart."""

from collections.abc import Sequence
from dataclasses import asdict
from typing import Any

from django.utils.translation import gettext_lazy as _

from relacja.messaging.merge_fields import MergeField, Reader, add
from relacja.web import carts


def _cart(readers: Sequence[Reader]) -> dict[int, dict[str, Any]]:
    if not readers:
        return {}
    found = carts.carts_of([reader.contact_id for reader in readers], now=max(reader.now for reader in readers))
    return {contact_id: _said(cart) for contact_id, cart in found.items()}


def _said(cart: carts.Cart) -> dict[str, Any]:
    return {
        "items": [asdict(item) for item in cart.items],
        "count": sum(item.quantity for item in cart.items),
        "total": cart.total,
        "currency": cart.currency,
        "url": cart.url,
    }


add(
    MergeField(
        "cart",
        _("Cart"),
        _cart,
        {
            "items": _("Products in the cart, each with name, quantity, price, url and image_url"),
            "count": _("Number of products"),
            "total": _("Value of the cart"),
            "currency": _("Currency"),
            "url": _("Address of the cart"),
        },
        {
            "items": [{"name": "Rower miejski Mewa 7", "quantity": 1, "price": 2499, "currency": "PLN"}],
            "count": 1,
            "total": 2499,
            "currency": "PLN",
        },
    )
)
