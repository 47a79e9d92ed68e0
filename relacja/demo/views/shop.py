"""Looking around: front page, categories, products, pictures, privacy."""

import hashlib
from functools import cache

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.cache import cache_control
from django.views.decorators.http import condition, require_safe

from relacja.demo import catalogue, tracking
from relacja.demo.drawings import harbour
from relacja.demo.http import shop_page
from relacja.staff import access

SCENES = {"harbour": harbour.svg}


@shop_page
@require_safe
def home(request: HttpRequest) -> HttpResponse:
    return render(request, "demo/shop/home.html", {"featured": catalogue.FEATURED})


@shop_page
@require_safe
def category(request: HttpRequest, slug: str) -> HttpResponse:
    found = catalogue.category(slug)
    if found is None:
        raise Http404
    products = catalogue.in_category(found)
    context = {"category": found, "products": products}
    return render(request, "demo/shop/category.html", context)


@shop_page
@require_safe
def product(request: HttpRequest, slug: str) -> HttpResponse:
    found = catalogue.product(slug)
    if found is None:
        raise Http404
    others = [other for other in catalogue.in_category(found.category) if other != found][:4]
    context = {
        "product": found,
        "others": others,
        "properties": tracking.product_properties(found),
    }
    return render(request, "demo/shop/product.html", context)


@shop_page
@require_safe
def privacy(request: HttpRequest) -> HttpResponse:
    return render(request, "demo/shop/privacy.html")


@cache
def _drawing(name: str) -> str | None:
    product = catalogue.BY_SKU.get(name)
    if product is not None:
        return product.picture.svg()
    return SCENES[name]() if name in SCENES else None


def _etag(request: HttpRequest, name: str) -> str:
    drawing = _drawing(name) or ""
    return f'"{hashlib.sha256(drawing.encode()).hexdigest()[:20]}"'


@access.public
@require_safe
@cache_control(public=True, max_age=86400)
@condition(etag_func=_etag)
def picture(request: HttpRequest, name: str) -> HttpResponse:
    drawing = _drawing(name)
    if drawing is None:
        raise Http404
    return HttpResponse(drawing, content_type="image/svg+xml")
