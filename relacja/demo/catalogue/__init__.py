"""What the shop sells: 6 categories, 40 products, in Polish and English. Plain data, no table."""

from relacja.demo.catalogue import bags, bicycles, clothes, helmets, lights, tyres
from relacja.demo.catalogue.goods import CURRENCY, Category, Product, Words

__all__ = [
    "CATEGORIES",
    "CURRENCY",
    "FEATURED",
    "PRODUCTS",
    "Category",
    "Product",
    "Words",
    "category",
    "in_category",
    "product",
]

CATEGORIES = (bicycles.CATEGORY, helmets.CATEGORY, tyres.CATEGORY, lights.CATEGORY, bags.CATEGORY, clothes.CATEGORY)
PRODUCTS: tuple[Product, ...] = (
    *bicycles.PRODUCTS,
    *helmets.PRODUCTS,
    *tyres.PRODUCTS,
    *lights.PRODUCTS,
    *bags.PRODUCTS,
    *clothes.PRODUCTS,
)
BY_SKU = {product.sku: product for product in PRODUCTS}
FEATURED = tuple(
    BY_SKU[sku] for sku in ("ZR-W42", "KS-MWA", "TB-SKW", "LT-LAT", "ZR-EMB", "OD-KOS", "OP-WYD", "LT-SZP")
)


def category(slug: str) -> Category | None:
    return next((category for category in CATEGORIES if category.slug == slug), None)


def product(slug: str) -> Product | None:
    return next((product for product in PRODUCTS if product.slug == slug), None)


def in_category(category: Category) -> list[Product]:
    return [product for product in PRODUCTS if product.category == category]
