"""What the shop says about its products to the tracking script, in the words of the Segment e-commerce spec."""

import json
from collections.abc import Mapping
from decimal import Decimal
from typing import Any

from django.conf import settings
from django.urls import reverse

from relacja.demo import catalogue
from relacja.demo.cart import Cart, Line
from relacja.demo.catalogue import Product


def amount(value: Decimal) -> float:
    """Money for an event: JSON has one kind of number, and two decimals survive it exactly enough to be read back."""
    return float(value)


def product_properties(product: Product, *, size: str = "", quantity: int = 1) -> dict[str, Any]:
    """One product; the name is the Polish one whatever the page speaks, so that a report counts it once."""
    return {
        "product_id": product.sku,
        "sku": product.sku,
        "name": product.name.pl,
        "category": product.category.name.pl,
        "brand": "Żuraw",
        "price": amount(product.price),
        "currency": catalogue.CURRENCY,
        "quantity": quantity,
        "url": settings.BASE_URL + reverse("demo:product", args=[product.slug]),
        "image_url": settings.BASE_URL + reverse("demo:picture", args=[product.sku]),
        **({"variant": size} if size else {}),
    }


def cart_properties(cart: Cart) -> dict[str, Any]:
    """A whole cart: its value and products."""
    return {
        "value": amount(cart.total),
        "currency": catalogue.CURRENCY,
        "products": [line_properties(line) for line in cart.lines],
    }


def line_properties(line: Line) -> dict[str, Any]:
    return product_properties(line.product, size=line.size, quantity=line.quantity)


def packed(properties: Mapping[str, Any]) -> str:
    """Properties as the text of a `data-relacja-props` attribute."""
    return json.dumps(dict(properties), ensure_ascii=False)


def order_properties(number: str, cart: Cart) -> dict[str, Any]:
    """A completed order."""
    return {
        "order_id": number,
        "total": amount(cart.total),
        "subtotal": amount(cart.subtotal),
        "shipping": amount(cart.delivery),
        "currency": catalogue.CURRENCY,
        "products": [line_properties(line) for line in cart.lines],
    }
