import pytest

from relacja.demo import catalogue
from relacja.web import actions as web
from relacja.web.models import SignUp, Source

SAME_SITE = {"Sec-Fetch-Site": "same-origin"}
pytestmark = pytest.mark.django_db
PAGES = ["/shop/", "/shop/cart/", "/shop/privacy/"]
PAGES += [f"/shop/categories/{category.slug}/" for category in catalogue.CATEGORIES]
PAGES += [f"/shop/products/{product.slug}/" for product in catalogue.PRODUCTS]


def put(client, sku, *, size="", quantity=1, headers=SAME_SITE):
    return client.post("/shop/cart/", {"sku": sku, "size": size, "quantity": quantity}, headers=headers)


@pytest.mark.parametrize("language", ["pl", "en"])
@pytest.mark.parametrize("page", PAGES)
def test_looking_around_leaves_nothing_in_the_browser(client, page, language):
    response = client.get(page, {"lang": language})

    assert response.status_code == 200
    assert response.cookies == {}
    assert f'<html lang="{language}">' in response.text


def test_the_browser_decides_the_language_unless_the_address_does(client):
    by_header = client.get("/shop/categories/rowery/", headers={"Accept-Language": "en-GB"})
    by_address = client.get("/shop/categories/rowery/?lang=pl", headers={"Accept-Language": "en-GB"})

    assert "<h1>Bicycles</h1>" in by_header.text
    assert "<h1>Rowery</h1>" in by_address.text
    assert "/shop/products/wydma-42/?lang=pl" in by_address.text


def test_something_put_into_the_cart_is_kept_in_a_cookie_scripts_cannot_read(client):
    response = put(client, "LT-RUB", quantity=2)

    assert response.status_code == 302
    assert list(response.cookies) == ["shop_cart"]
    kept = response.cookies["shop_cart"]
    assert (kept["httponly"], kept["samesite"], kept["path"]) == (True, "Lax", "/shop/")
    assert "258,00" in client.get("/shop/cart/?lang=pl").text


def test_the_same_thing_twice_is_one_line(client):
    put(client, "ZR-W42", size="M")
    put(client, "ZR-W42", size="M")
    put(client, "ZR-W42", size="L")

    page = client.get("/shop/cart/?lang=en").text

    assert page.count("<h2><a") == 2
    assert "19,470.00 PLN" in page.replace("\xa0", " ")


def test_taking_the_last_thing_out_takes_the_cookie_away(client):
    put(client, "LT-RUB")

    response = client.post("/shop/cart/quantity/", {"sku": "LT-RUB", "size": "", "quantity": 0}, headers=SAME_SITE)

    assert response.cookies["shop_cart"]["max-age"] == 0


@pytest.mark.parametrize(
    "form",
    [
        {"sku": "ZR-W42", "quantity": 1},
        {"sku": "ZR-W42", "size": "XXXL", "quantity": 1},
        {"sku": "NOTHING", "quantity": 1},
        {"sku": "LT-RUB", "quantity": -1},
        {"sku": "LT-RUB", "quantity": 9999},
        {"sku": "\x00<script>", "quantity": "٣ three"},
        {},
    ],
)
def test_what_the_shop_does_not_sell_is_refused_with_a_reason(client, form):
    response = client.post("/shop/cart/", form, headers=SAME_SITE)

    assert response.status_code == 422
    assert 'role="alert"' in response.text
    assert response.cookies == {}


@pytest.mark.parametrize(
    "headers",
    [
        {},
        {"Sec-Fetch-Site": "cross-site"},
        {"Sec-Fetch-Site": "same-site"},
        {"Origin": "https://mallory.example"},
        {"Origin": "null"},
    ],
)
def test_another_site_cannot_fill_the_cart(client, headers):
    response = put(client, "LT-RUB", headers=headers)

    assert response.status_code == 403
    assert response.cookies == {}


def test_a_browser_without_fetch_metadata_is_known_by_its_origin(client):
    assert put(client, "LT-RUB", headers={"Origin": "http://testserver"}).status_code == 302


@pytest.mark.parametrize("cookie", ["", "forged", "eyJMVC1SVUI6IjoxfQ:1:forged"])
def test_a_forged_cart_is_an_empty_cart(client, cookie):
    client.cookies["shop_cart"] = cookie

    response = client.get("/shop/cart/?lang=en")

    assert response.status_code == 200
    assert "Nothing here yet" in response.text


def test_delivery_is_free_from_the_promised_sum(client):
    put(client, "TB-KSZ")
    below = client.get("/shop/cart/?lang=en").text.replace("\xa0", " ")
    put(client, "TB-KSZ")
    above = client.get("/shop/cart/?lang=en").text.replace("\xa0", " ")

    assert "141.00 PLN more and delivery is free" in below
    assert "175.90 PLN" in below
    assert "more and delivery is free" not in above
    assert "318.00 PLN" in above


def test_product_pages_say_what_is_viewed_and_added(client):
    page = client.get("/shop/products/wydma-42/").text

    assert 'data-relacja-event="Product Viewed"' in page
    assert 'data-relacja-event="Product Added" data-relacja-on="submit"' in page
    assert "&quot;price&quot;: 6490.0, &quot;currency&quot;: &quot;PLN&quot;" in page


@pytest.mark.parametrize("path", ["/shop/products/nothing/", "/shop/categories/nothing/", "/shop/pictures/nothing.svg"])
def test_what_is_not_there_is_not_found(client, path):
    assert client.get(path).status_code == 404


def test_pages_carry_the_tracking_script_with_the_shops_own_key(client):
    page = client.get("/shop/?lang=pl").text

    source = Source.objects.get()
    assert f'data-key="{source.key}" data-lang="pl"' in page
    client.get("/shop/cart/")
    assert Source.objects.count() == 1


def test_a_source_that_was_shut_stays_shut(client, now):
    client.get("/shop/")
    web.revoke(Source.objects.get(), now=now)

    assert "data-key" not in client.get("/shop/").text


def test_signing_up_in_the_footer_reaches_the_newsletter_form(client):
    answers = {"email": "anna@zolc.example", "first_name": "", "consent": "yes", "website": ""}

    assert 'action="/forms/newsletter/?lang=pl"' in client.get("/shop/?lang=pl").text
    response = client.post("/forms/newsletter/?lang=pl", answers, headers=SAME_SITE)

    assert response["Location"] == "/forms/newsletter/thanks/?lang=pl"
    assert SignUp.objects.get().email == "anna@zolc.example"
