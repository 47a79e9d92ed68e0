"""Doors of the shop: the language of a page, and posts that may only come from the shop itself."""

from collections.abc import Callable
from functools import wraps
from typing import Any
from urllib.parse import urlsplit

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils import translation
from django.views.decorators.csrf import csrf_exempt

from relacja.staff import access

View = Callable[..., HttpResponse]
LANGUAGES = ("pl", "en")


def asked_language(request: HttpRequest) -> str:
    """The language named in the address, or an empty string."""
    asked = request.GET.get("lang", "")
    return asked if asked in LANGUAGES else ""


def address(request: HttpRequest, name: str, *args: Any) -> str:
    """The address of a shop page; it keeps the language the visitor asked for, as no cookie may remember it."""
    language = asked_language(request)
    return reverse(f"demo:{name}", args=args) + (f"?lang={language}" if language else "")


def shop_page(view: View) -> View:
    """Open the view to everybody, in the language of the address, else in the browser's."""

    @wraps(view)
    def spoken(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        language = asked_language(request) or translation.get_language_from_request(request)
        with translation.override(language):
            response = view(request, *args, **kwargs)
        response["Content-Language"] = language
        return response

    return access.public(spoken)


def shop_form(view: View) -> View:
    """A shop page that takes posts, from its own pages only."""

    # Django's protection needs a cookie, and the shop stores nothing in a browser before its owner agrees. Every
    # browser that still gets updates says where a post comes from (Fetch Metadata; Origin, RFC 6454): that is asked.
    @wraps(view)
    def guarded(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        if request.method == "POST" and not _is_from_here(request):
            return render(request, "demo/shop/foreign.html", status=403)
        return view(request, *args, **kwargs)

    return csrf_exempt(shop_page(guarded))


def _is_from_here(request: HttpRequest) -> bool:
    if site := request.headers.get("Sec-Fetch-Site"):
        return site == "same-origin"
    return urlsplit(request.headers.get("Origin", "")).netloc == request.get_host()
