"""From the cart to the order."""

from django.core import signing
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.views.decorators.http import require_http_methods, require_safe

from relacja.demo import actions, cart, forms, tracking
from relacja.demo.cart import Cart
from relacja.demo.http import address, shop_form, shop_page
from relacja.demo.models import Order
from relacja.web.networks import network_of

VISITOR_COOKIE = "relacja_vid"
SALT = "demo.order"
SHOWN_FOR = 30 * 86_400


@shop_form
@require_http_methods(["GET", "HEAD", "POST"])
def checkout(request: HttpRequest) -> HttpResponse:
    """GET asks where to send; POST places the order, once: the cart goes with it."""
    held = cart.of(request)
    if not held.lines:
        return redirect(address(request, "cart"))
    form = forms.Checkout(request.POST or None, label_suffix="")
    if request.method != "POST" or not form.is_valid():
        return _asked(request, held, form, status=422 if form.is_bound else 200)
    order = actions.place_order(
        held,
        buyer=form.buyer,
        anonymous_id=request.COOKIES.get(VISITOR_COOKIE, "")[:255],
        now=timezone.now(),
        signs_up=_proof(request) if form.cleaned_data["newsletter"] else None,
    )
    return cart.keep(redirect(address(request, "order", signing.dumps(order.pk, salt=SALT))), Cart())


@shop_page
@require_safe
def order(request: HttpRequest, token: str) -> HttpResponse:
    """The thank-you page, for those who hold its address; nobody hears of that address from it."""
    try:
        pk = signing.loads(token, salt=SALT, max_age=SHOWN_FOR)
    except signing.BadSignature:
        raise Http404 from None
    found = get_object_or_404(Order.objects.prefetch_related("lines"), pk=pk)
    response = render(request, "demo/shop/order.html", {"order": found})
    response["Referrer-Policy"] = "strict-origin"
    return response


def _proof(request: HttpRequest) -> dict[str, str]:
    """Where the newsletter box was ticked, as the consent ledger keeps it."""
    return {
        "network": network_of(request.META.get("REMOTE_ADDR", "")),
        "agent": request.headers.get("User-Agent", "")[:400],
        "page": request.build_absolute_uri(request.path)[:500],
    }


def _asked(request: HttpRequest, held: Cart, form: forms.Checkout, *, status: int) -> HttpResponse:
    context = {"form": form, "properties": tracking.cart_properties(held)}
    return render(request, "demo/shop/checkout.html", context, status=status)
