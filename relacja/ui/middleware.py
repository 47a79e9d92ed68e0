"""Refusals become pages or toasts that say why; pages run only our own scripts and styles."""

from collections.abc import Callable

from django.http import HttpRequest, HttpResponse, HttpResponseBase, HttpResponseNotAllowed
from django.shortcuts import render

from relacja.lib.errors import Refused, Unavailable

Next = Callable[[HttpRequest], HttpResponseBase]
POLICY = "; ".join(
    (
        "default-src 'self'",
        "script-src 'self'",
        "style-src 'self'",
        "img-src 'self' data: blob:",
        "connect-src 'self'",
        "object-src 'none'",
        "base-uri 'none'",
        "form-action 'self'",
        "frame-ancestors 'none'",
    )
)


class ContentSecurityPolicy:
    """Every answer carries the strict policy, unless its view set one of its own."""

    def __init__(self, get_response: Next) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        response = self.get_response(request)
        response.headers.setdefault("Content-Security-Policy", POLICY)
        return response


class Refusals:
    """`Refused` answers 422 and `Unavailable` 503, with their sentence; htmx gets the sentence as a toast.

    Whoever opens an address that only takes what a form sends is told so.
    """

    def __init__(self, get_response: Next) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        response = self.get_response(request)
        if isinstance(response, HttpResponseNotAllowed) and request.method == "GET" and not response.content:
            response.content = render(request, "405.html").content
        return response

    def process_exception(self, request: HttpRequest, error: Exception) -> HttpResponse | None:
        if not isinstance(error, Refused | Unavailable):
            return None
        status = 422 if isinstance(error, Refused) else 503
        template = "ui/refusal.html#toast" if getattr(request, "htmx", False) else "ui/refusal.html"
        response = render(request, template, {"sentence": str(error)}, status=status)
        if getattr(request, "htmx", False):
            response["HX-Retarget"], response["HX-Reswap"] = "#toasts", "beforeend"
        return response
