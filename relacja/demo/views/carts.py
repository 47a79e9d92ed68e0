"""The cart: look, put in, change."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_http_methods, require_POST

from relacja.demo import cart as carts
from relacja.demo import forms, tracking
from relacja.demo.cart import Cart
from relacja.demo.http import address, shop_form


@shop_form
@require_http_methods(["GET", "HEAD", "POST"])
def cart(request: HttpRequest) -> HttpResponse:
    """GET shows the cart; POST puts a product into it."""
    held = carts.of(request)
    if request.method != "POST":
        return _shown(request, held)
    form = forms.CartLine(request.POST)
    if not form.is_valid():
        return _shown(request, held, form, status=422)
    product, size, quantity = (form.cleaned_data[name] for name in ("sku", "size", "quantity"))
    return _kept(request, held.with_quantity(product, size, held.quantity_of(product, size) + quantity))


@shop_form
@require_POST
def quantity(request: HttpRequest) -> HttpResponse:
    """Exactly so many of one product; none takes it out."""
    held = carts.of(request)
    form = forms.CartLine(request.POST)
    if not form.is_valid():
        return _shown(request, held, form, status=422)
    return _kept(request, held.with_quantity(*(form.cleaned_data[name] for name in ("sku", "size", "quantity"))))


def _shown(request: HttpRequest, held: Cart, form: forms.CartLine | None = None, *, status: int = 200) -> HttpResponse:
    context = {"form": form, "properties": tracking.cart_properties(held)}
    return render(request, "demo/shop/cart.html", context, status=status)


def _kept(request: HttpRequest, held: Cart) -> HttpResponse:
    return carts.keep(redirect(address(request, "cart")), held)
