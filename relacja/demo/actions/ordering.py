"""An order in the shop: who it is, what they take, and what is written down about it."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

from django.db import transaction

from relacja.contacts import actions as contacts
from relacja.demo import catalogue, source, tracking
from relacja.demo.cart import Cart
from relacja.demo.models import Order, OrderLine
from relacja.events.actions import record
from relacja.web import sign_ups


@dataclass(frozen=True, slots=True)
class Buyer:
    """What somebody says about themselves at the checkout, cleaned and checked."""

    first_name: str
    last_name: str
    email: str
    phone: str
    street: str
    postal_code: str
    city: str
    language: str

    @property
    def name(self) -> str:
        return f"{self.first_name} {self.last_name}"

    @property
    def traits(self) -> dict[str, str]:
        names = ("first_name", "last_name", "email", "phone", "street", "postal_code", "city", "language")
        return {name: getattr(self, name) for name in names}


@transaction.atomic
def place_order(
    cart: Cart, *, buyer: Buyer, anonymous_id: str, now: datetime, signs_up: Mapping[str, str] | None = None
) -> Order:
    """The order stands, the buyer is a contact, and what their browser did before belongs to them.

    `signs_up` is the proof that the newsletter box was ticked (network, agent, page): the mailbox is asked to confirm.
    """
    identities = [("email", buyer.email)] + ([("phone", buyer.phone)] if buyer.phone else [])
    contact = contacts.identify(identities=identities, traits=buyer.traits, now=now, source=source.NAME)
    profile_id = contacts.profile_named(contact, identities)
    contacts.join_visitor(contact, anonymous_id=anonymous_id, now=now, profile_id=profile_id)
    order = Order.objects.create(
        contact=contact,
        at=now,
        delivery=cart.delivery,
        total=cart.total,
        currency=catalogue.CURRENCY,
        recipient=buyer.name,
        street=buyer.street,
        postal_code=buyer.postal_code,
        city=buyer.city,
    )
    OrderLine.objects.bulk_create(lines(order, cart))
    record(
        "Order Completed",
        profile_id=profile_id,
        at=now,
        now=now,
        channel="web",
        source=source.NAME,
        properties=tracking.order_properties(order.number, cart),
    )
    if signs_up is not None:
        text = sign_ups.text_in(buyer.language, now=now)
        sign_ups.keep(
            email=buyer.email,
            first_name=buyer.first_name,
            text=text,
            now=now,
            anonymous_id=anonymous_id,
            **signs_up,
        )
    return order


def lines(order: Order, cart: Cart) -> list[OrderLine]:
    """The cart as lines of the order, not saved yet."""
    return [
        OrderLine(
            order=order,
            sku=line.product.sku,
            name=line.product.name.pl,
            size=line.size,
            price=line.product.price,
            quantity=line.quantity,
        )
        for line in cart.lines
    ]
