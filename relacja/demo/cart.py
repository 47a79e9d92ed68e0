"""The cart: lines of products, and the signed cookie that carries them until the order."""

from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Decimal

from django.conf import settings
from django.core import signing
from django.http import HttpRequest, HttpResponse

from relacja.demo import catalogue
from relacja.demo.catalogue import Product

COOKIE = "shop_cart"
DAYS = 30
MOST_OF_ONE = 20
MOST_LINES = 20
DELIVERY = Decimal("16.90")
FREE_DELIVERY_FROM = Decimal("300.00")


@dataclass(frozen=True, slots=True)
class Line:
    product: Product
    size: str
    quantity: int

    @property
    def total(self) -> Decimal:
        return self.product.price * self.quantity

    @property
    def less(self) -> int:
        return self.quantity - 1

    @property
    def more(self) -> int:
        return min(self.quantity + 1, MOST_OF_ONE)


@dataclass(frozen=True, slots=True)
class Cart:
    lines: tuple[Line, ...] = ()

    @property
    def pieces(self) -> int:
        return sum(line.quantity for line in self.lines)

    @property
    def subtotal(self) -> Decimal:
        return sum((line.total for line in self.lines), Decimal("0.00"))

    @property
    def delivery(self) -> Decimal:
        return Decimal("0.00") if self.subtotal >= FREE_DELIVERY_FROM else DELIVERY

    @property
    def total(self) -> Decimal:
        return self.subtotal + self.delivery

    @property
    def missing_to_free_delivery(self) -> Decimal:
        return max(FREE_DELIVERY_FROM - self.subtotal, Decimal("0.00"))

    def quantity_of(self, product: Product, size: str) -> int:
        return next((line.quantity for line in self.lines if (line.product, line.size) == (product, size)), 0)

    def with_quantity(self, product: Product, size: str, quantity: int) -> "Cart":
        """The cart with exactly `quantity` of it (none: without it), never more than the shop sells at once."""
        wanted = Line(product, size, min(quantity, MOST_OF_ONE))
        kept = [wanted if (line.product, line.size) == (product, size) else line for line in self.lines]
        if wanted not in kept:
            kept.append(wanted)
        return Cart(tuple(line for line in kept if line.quantity > 0)[:MOST_LINES])


def of(request: HttpRequest) -> Cart:
    """The visitor's cart; empty when there is none, or when its cookie is old, foreign or forged."""
    try:
        kept = signing.loads(request.COOKIES.get(COOKIE, ""), salt=COOKIE, max_age=DAYS * 86400)
    except signing.BadSignature:
        return Cart()
    return Cart(tuple(_lines(kept)))


def keep(response: HttpResponse, cart: Cart) -> HttpResponse:
    """Write the cart into its cookie, or take the cookie away when nothing is left."""
    if not cart.lines:
        response.delete_cookie(COOKIE, path="/shop/", samesite="Lax")
        return response
    packed = {f"{line.product.sku}:{line.size}": line.quantity for line in cart.lines}
    response.set_cookie(
        COOKIE,
        signing.dumps(packed, salt=COOKIE, compress=True),
        max_age=DAYS * 86400,
        path="/shop/",
        secure=settings.SESSION_COOKIE_SECURE,
        httponly=True,
        samesite="Lax",
    )
    return response


def _lines(kept: Mapping[str, int]) -> list[Line]:
    found = []
    for key, quantity in kept.items():
        sku, _, size = key.partition(":")
        product = catalogue.BY_SKU.get(sku)
        if product is not None and product.has_size(size):
            found.append(Line(product, size, quantity))
    return found
