import pytest

from relacja.contacts import consents
from relacja.contacts.models import Contact, Identity
from relacja.demo.models import Order
from relacja.events.event import read
from relacja.events.models import Entry
from relacja.messaging import actions as messaging
from relacja.web import sign_ups
from relacja.web.models import SignUp

SAME_SITE = {"Sec-Fetch-Site": "same-origin"}
ANSWERS = {
    "first_name": "Łucja",
    "last_name": "Żurawska",
    "email": "Lucja@Poczta.example",
    "phone": "601 234 567",
    "street": "ul. Długa 7/2",
    "postal_code": "80-831",
    "city": "Gdańsk",
}


@pytest.fixture
def with_a_cart(as_nobody):
    as_nobody.post("/shop/cart/", {"sku": "ZR-W42", "size": "M", "quantity": 1}, headers=SAME_SITE)
    as_nobody.post("/shop/cart/", {"sku": "OP-DTK", "quantity": 2}, headers=SAME_SITE)
    return as_nobody


def order(client, **answers):
    return client.post("/shop/checkout/?lang=pl", {**ANSWERS, **answers}, headers=SAME_SITE)


def recorded(name):
    return [event for entry in Entry.objects.all() for event in read(bytes(entry.events)) if event.name == name]


def test_an_order_makes_a_contact_and_says_so(with_a_cart):
    response = order(with_a_cart)

    contact = Contact.objects.get()
    assert (contact.first_name, contact.email, contact.phone) == ("Łucja", "Lucja@poczta.example", "+48601234567")
    placed = Order.objects.get()
    assert (placed.contact, str(placed.total), placed.lines.count()) == (contact, "6559.80", 2)
    [event] = recorded("Order Completed")
    assert event.profile_id == contact.pk
    assert (event.properties["order_id"], event.properties["total"]) == (placed.number, 6559.8)
    assert [line["quantity"] for line in event.properties["products"]] == [1, 2]
    assert response.cookies["shop_cart"]["max-age"] == 0
    assert placed.number in with_a_cart.get(response["Location"]).text


def test_the_browser_that_agreed_to_be_remembered_joins_the_buyer(with_a_cart):
    with_a_cart.cookies["relacja_vid"] = "v-17"

    order(with_a_cart)

    assert Identity.objects.get(kind="visitor").contact == Contact.objects.get()


def test_the_address_of_an_order_is_told_to_nobody(with_a_cart):
    page = with_a_cart.get(order(with_a_cart)["Location"])

    assert "data-key" not in page.text
    assert page["Referrer-Policy"] == "strict-origin"


def test_a_second_order_finds_the_same_contact(with_a_cart):
    order(with_a_cart)
    with_a_cart.post("/shop/cart/", {"sku": "OP-DTK", "quantity": 1}, headers=SAME_SITE)
    order(with_a_cart, email="LUCJA@poczta.example", first_name="Lu")

    assert Contact.objects.get().first_name == "Łucja"
    assert Order.objects.count() == 2


def test_the_same_cart_cannot_be_ordered_twice(with_a_cart):
    order(with_a_cart)

    assert order(with_a_cart)["Location"] == "/shop/cart/?lang=pl"
    assert Order.objects.count() == 1


@pytest.mark.parametrize(
    ("wrong", "sentence"),
    [
        ({"email": "nobody"}, "Na ten adres nie da się wysłać poczty"),
        ({"phone": "call me"}, "To nie jest numer telefonu"),
        ({"last_name": ""}, "To pole jest wymagane"),
        ({"city": "x" * 400}, "120"),
    ],
)
def test_a_wrong_answer_is_explained_and_nothing_is_ordered(with_a_cart, wrong, sentence):
    response = order(with_a_cart, **wrong)

    assert response.status_code == 422
    assert sentence in response.text
    assert not Order.objects.exists()
    assert not Contact.objects.exists()


@pytest.mark.parametrize("text", ["'; DROP TABLE demo_order; --", "<script>alert(1)</script>", "{{ 7 * 7 }}", "𠜎‮ z̷a"])
def test_odd_names_come_back_as_they_were_typed(with_a_cart, text):
    response = order(with_a_cart, last_name=text)

    assert Order.objects.get().recipient == f"Łucja {text}"
    assert "<script>alert" not in with_a_cart.get(response["Location"]).text


def test_the_newsletter_box_is_not_ticked_for_anybody(with_a_cart):
    assert 'name="newsletter">' in with_a_cart.get("/shop/checkout/").text


def test_a_ticked_box_asks_the_mailbox_and_an_empty_one_asks_nobody(with_a_cart, now):
    messaging.ensure_ready_made(now)
    order(with_a_cart, newsletter="on")

    kept = SignUp.objects.get()
    assert (kept.email, kept.text.language, kept.page) == (
        "Lucja@poczta.example",
        "pl",
        "http://testserver/shop/checkout/",
    )
    sign_ups.handle(kept, now=now)
    assert consents.state(Contact.objects.get(), purpose="newsletter", channel="email") == "asked"

    with_a_cart.post("/shop/cart/", {"sku": "OP-DTK", "quantity": 1}, headers=SAME_SITE)
    order(with_a_cart, email="jan@poczta.example", phone="602 234 567")
    assert SignUp.objects.count() == 1


def test_the_page_shows_the_very_words_that_are_agreed_to(with_a_cart, now):
    page = with_a_cart.get("/shop/checkout/?lang=pl").text

    assert sign_ups.text_in("pl", now=now).body in page


def test_an_empty_cart_cannot_be_ordered(as_nobody):
    assert as_nobody.get("/shop/checkout/")["Location"] == "/shop/cart/"


def test_another_site_cannot_order(with_a_cart):
    response = with_a_cart.post("/shop/checkout/", ANSWERS, headers={"Origin": "https://mallory.example"})

    assert response.status_code == 403
    assert not Order.objects.exists()


@pytest.mark.parametrize("token", ["1", "MQ:1tXyz:forged", "%00"])
def test_orders_cannot_be_guessed(as_nobody, token):
    assert as_nobody.get(f"/shop/orders/{token}/").status_code == 404
