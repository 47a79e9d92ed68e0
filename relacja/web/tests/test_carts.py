"""What is left in a cart, and where a letter about it may lead."""

import uuid
from collections import Counter
from datetime import timedelta
from decimal import Decimal
from random import Random

import pytest

from relacja.contacts import actions as contacts
from relacja.contacts import rules
from relacja.contacts.models import Contact
from relacja.events import actions as events
from relacja.events.event import Event
from relacja.events.profiles import profile_of
from relacja.messaging.merge_fields import Reader, values_for
from relacja.web import actions, carts

SHOP = "https://shop.example"


@pytest.fixture
def anna(db, now) -> Contact:
    actions.add_source("shop", "browser", now, allowed_origins=[SHOP])
    contact = contacts.create(values=rules.values({"first_name": "Anna", "email": "anna@x.example"}), now=now)
    contacts.join_visitor(contact, anonymous_id="v-1", now=now)
    return contact


def tell(name: str, at, profile: int, context: dict | None = None, /, **properties) -> Event:
    event = Event.of(
        id=uuid.uuid4(),
        name=name,
        at=at,
        received_at=at,
        profile_id=profile,
        channel="web",
        source="shop",
        properties=properties,
        context=context or {},
    )
    events.append([event])
    return event


def bike(**other) -> dict:
    return {
        "product_id": "r-7",
        "name": "Rower Mewa",
        "price": 2499.0,
        "currency": "PLN",
        "url": f"{SHOP}/r-7",
        **other,
    }


def test_what_was_added_and_not_removed_is_in_the_cart(anna, deliver, now):
    visitor = profile_of("visitor", "v-1")
    tell("Product Added", now - timedelta(minutes=9), visitor, **bike(quantity=2, image_url=f"{SHOP}/r-7.svg"))
    tell(
        "Product Added", now - timedelta(minutes=8), anna.pk, product_id="k-1", name="Kask", price=99.99, currency="PLN"
    )
    tell(
        "Product Added", now - timedelta(minutes=7), anna.pk, product_id="d-1", name="Dzwonek", price=20, currency="PLN"
    )
    tell("Product Removed", now - timedelta(minutes=6), visitor, **bike(quantity=1))
    tell("Product Removed", now - timedelta(minutes=5), visitor, product_id="d-1")
    tell("Cart Viewed", now - timedelta(minutes=4), visitor, {"page": {"url": f"{SHOP}/cart/"}})
    deliver()

    cart = carts.carts_of([anna.pk], now=now)[anna.pk]

    assert [(item.name, item.quantity, item.price) for item in cart.items] == [
        ("Rower Mewa", 1, Decimal("2499.00")),
        ("Kask", 1, Decimal("99.99")),
    ]
    assert (cart.total, cart.currency, cart.url) == (Decimal("2598.99"), "PLN", f"{SHOP}/cart/")
    assert (cart.items[0].url, cart.items[0].image_url) == (f"{SHOP}/r-7", f"{SHOP}/r-7.svg")


def test_an_order_empties_the_cart(anna, deliver, now):
    tell("Product Added", now - timedelta(minutes=9), anna.pk, **bike())
    tell("Order Completed", now - timedelta(minutes=8), anna.pk, order_id="1")
    deliver()
    assert carts.carts_of([anna.pk], now=now) == {}

    tell("Product Added", now - timedelta(minutes=7), anna.pk, product_id="k-1", name="Kask")
    deliver()
    cart = carts.carts_of([anna.pk], now=now)[anna.pk]
    assert [item.name for item in cart.items] == ["Kask"]
    assert cart.total is None


@pytest.mark.parametrize(
    "address",
    ["https://evil.example/r-7", "javascript:alert(1)", "//evil.example", "https://shop.example@evil.example"],
)
def test_a_letter_never_leads_to_a_website_that_is_not_ours(anna, deliver, now, address):
    tell("Product Added", now, anna.pk, **bike(url=address, image_url=address))
    tell("Cart Viewed", now, anna.pk, {"page": {"url": address}})
    deliver()

    cart = carts.carts_of([anna.pk], now=now)[anna.pk]
    assert (cart.items[0].url, cart.items[0].image_url, cart.url) == ("", "", "")


@pytest.mark.parametrize("price", ["a lot", 1e308, -5, "NaN", None, "1e400", [1], {"amount": 5}])
def test_a_price_that_is_none_is_left_out(anna, deliver, now, price):
    tell("Product Added", now, anna.pk, **bike(price=price, quantity="many"))
    deliver()

    cart = carts.carts_of([anna.pk], now=now)[anna.pk]
    assert (cart.items[0].price, cart.items[0].quantity, cart.total) == (None, 1, None)


def test_letters_see_the_cart(anna, deliver, now):
    tell("Product Added", now, anna.pk, **bike())
    deliver()

    values = values_for([Reader(anna.pk, {}, now)])[0]

    assert values["cart"]["items"][0]["name"] == "Rower Mewa"
    assert values["cart"]["total"] == Decimal("2499.00")


def test_the_answer_is_that_of_plain_arithmetic(anna, deliver, now):
    random = Random(7)
    people = [anna, *(contacts.create(values=rules.values({"email": f"p{n}@x.example"}), now=now) for n in range(9))]
    wanted: dict[int, Counter] = {contact.pk: Counter() for contact in people}
    for step in range(400):
        contact, product = random.choice(people), f"p-{random.randrange(4)}"
        name = random.choices(["Product Added", "Product Removed", "Order Completed"], [10, 6, 1])[0]
        tell(
            name,
            now - timedelta(minutes=400 - step),
            contact.pk,
            product_id=product,
            name=product,
            quantity=step % 3 + 1,
        )
        if name == "Order Completed":
            wanted[contact.pk].clear()
        else:
            wanted[contact.pk][product] += (step % 3 + 1) * (1 if name == "Product Added" else -1)
    deliver()

    found = carts.carts_of(wanted, now=now)

    held = {pk: {item.name: item.quantity for item in cart.items} for pk, cart in found.items()}
    assert held == {pk: dict(+left) for pk, left in wanted.items() if +left}
