from collections import Counter
from xml.etree import ElementTree

import pytest

from relacja.demo import catalogue
from relacja.demo.drawings import harbour


def test_the_shop_sells_forty_products_in_six_categories():
    per_category = Counter(product.category.slug for product in catalogue.PRODUCTS)

    assert len(catalogue.PRODUCTS) == 40
    assert len(per_category) == 6
    assert min(per_category.values()) >= 6


def test_codes_and_addresses_are_unique():
    assert len(catalogue.BY_SKU) == len({product.slug for product in catalogue.PRODUCTS}) == 40


def test_every_product_has_a_drawing_of_its_own():
    assert len({product.picture.svg() for product in catalogue.PRODUCTS}) == 40


@pytest.mark.parametrize("sku", [*catalogue.BY_SKU, "harbour"])
def test_drawings_are_small_and_well_formed(client, sku):
    response = client.get(f"/shop/pictures/{sku}.svg")

    assert response["Content-Type"] == "image/svg+xml"
    assert ElementTree.fromstring(response.content).tag.endswith("svg")
    assert len(response.content) < 30_000


def test_a_known_drawing_is_not_sent_twice(client):
    etag = client.get("/shop/pictures/KS-MWA.svg")["ETag"]

    assert client.get("/shop/pictures/KS-MWA.svg", headers={"If-None-Match": etag}).status_code == 304


def test_the_harbour_is_drawn():
    assert "<circle" in harbour.svg()
