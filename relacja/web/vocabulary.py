"""What sites, shops and apps report, by the names of the Segment Spec."""

from collections.abc import Mapping
from decimal import Decimal, InvalidOperation
from typing import Any

from django.utils.translation import gettext_lazy as _

from relacja.contacts import consents
from relacja.events import vocabulary
from relacja.events.vocabulary import Name
from relacja.ui import written

ANALYTICS = "analytics"
ANSWERS = frozenset({"Consent Given", "Consent Withdrawn"})

consents.LABELS[ANALYTICS] = _("remembering visits")

_PRODUCT = {"name": _("Product"), "price": _("Price"), "category": _("Category"), "product_id": _("Product id")}
_ORDER = {"order_id": _("Order number"), "total": _("Total"), "currency": _("Currency")}
_LIST = {"category": _("Category"), "list_id": _("List")}
_PAGE = {"title": _("Title"), "path": _("Path"), "url": _("Address"), "referrer": _("Came from")}
_COUPON = {"coupon_id": _("Coupon id"), "coupon_name": _("Coupon"), "discount": _("Discount")}
_GROUP = {"group_id": _("Group"), "name": _("Name")}


def _amount(value: Any) -> str:
    """85.9 as 85,90; what is no amount stays as it was said."""
    try:
        amount = Decimal(str(value)[:40])
    except InvalidOperation:
        return str(value)
    return written.number(amount, 2) if amount.is_finite() else str(value)


def _sign(value: Any) -> str:
    return "zł" if value == "PLN" else str(value)


DECLARED = (
    Name("Page Viewed", _("Page viewed"), _("Views {title}"), "eye", "web", _PAGE),
    Name("Screen Viewed", _("Screen viewed"), _("Views {name} in the app"), "smartphone", "web", {"name": _("Screen")}),
    Name("Product List Viewed", _("Product list viewed"), _("Views {category}"), "layout-grid", "web", _LIST),
    Name("Product Viewed", _("Product viewed"), _("Views {name}"), "eye", "web", _PRODUCT),
    Name(
        "Product Added",
        _("Product added to cart"),
        _("Puts {name} into the cart"),
        "shopping-cart",
        "web",
        {**_PRODUCT, "quantity": _("Quantity")},
    ),
    Name(
        "Product Removed",
        _("Product removed from cart"),
        _("Takes {name} out of the cart"),
        "shopping-cart",
        "web",
        {**_PRODUCT, "quantity": _("Quantity")},
    ),
    Name("Cart Viewed", _("Cart viewed"), _("Looks into the cart"), "shopping-cart", "web"),
    Name("Checkout Started", _("Checkout started"), _("Goes to the checkout"), "credit-card", "web", _ORDER),
    Name(
        "Order Completed",
        _("Order completed"),
        _("Orders for {total} {currency}"),
        "package-check",
        "order",
        _ORDER,
        {"total": _amount, "currency": _sign},
        customer_visible=True,
    ),
    Name("Order Updated", _("Order changed"), _("Changes order {order_id}"), "package", "order", _ORDER),
    Name(
        "Order Cancelled",
        _("Order cancelled"),
        _("Cancels order {order_id}"),
        "package-x",
        "order",
        _ORDER,
        customer_visible=True,
    ),
    Name(
        "Order Refunded",
        _("Order refunded"),
        _("Gets money back for order {order_id}"),
        "undo-2",
        "order",
        _ORDER,
        customer_visible=True,
    ),
    Name("Coupon Applied", _("Coupon used"), _("Uses coupon {coupon_name}"), "ticket-percent", "web", _COUPON),
    Name(
        "Product Reviewed",
        _("Product reviewed"),
        _("Reviews a product: {rating} of 5"),
        "star",
        "web",
        {"product_id": _("Product id"), "rating": _("Rating"), "review_body": _("Text")},
    ),
    Name("Signed In", _("Signed in"), _("Signs in"), "log-in", "web"),
    Name("Signed Up", _("Signed up"), _("Opens an account"), "user-plus", "web"),
    Name("Group Joined", _("Group joined"), _("Belongs to {name}"), "building-2", "contact", _GROUP, quiet=True),
    Name("Alias Added", _("Alias added"), _("Is also {previous_id}"), "fingerprint", "contact", quiet=True),
)

vocabulary.add(*DECLARED)
_TAKEN_FROM_OUTSIDE = frozenset(name.name for name in DECLARED) | ANSWERS


def is_reserved(name: str) -> bool:
    """Whether only we ourselves may say this: nobody outside reports what we have sent, decided or written."""
    return vocabulary.known(name) and name not in _TAKEN_FROM_OUTSIDE


def from_outside(name: str, properties: Mapping[str, Any]) -> dict[str, Any]:
    """The properties as they are kept. An answer to a site's question is about that site's analytics, nothing more."""
    return {**properties, "purpose": ANALYTICS, "channel": "web"} if name in ANSWERS else dict(properties)
