"""Denied by default: a view without a mark serves nobody. People read their language and keep their own password."""

from collections.abc import Callable
from typing import Any
from urllib.parse import urlencode, urlsplit

from django.conf import settings
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import redirect, resolve_url
from django.utils import translation
from django_htmx.http import HttpResponseClientRedirect

from relacja.staff import access, reach


class PersonsLanguage:
    """Whoever is signed in reads the language of their profile, and the names of the customers they see.

    Others read the language of the browser or the one they chose.
    """

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponseBase]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        if settings.SESSION_COOKIE_NAME in request.COOKIES and request.user.is_authenticated:
            translation.activate(request.user.language)
            request.LANGUAGE_CODE = request.user.language
            with reach.read_by(reach.owners(request.user)):
                return self.get_response(request)
        return self.get_response(request)


class DeniedByDefault:
    """Ask every view what it requires, before it runs. `ninja` operations carry their own keys and are public here."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponseBase]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        return self.get_response(request)

    def process_view(
        self, request: HttpRequest, view: Callable[..., Any], args: Any, kwargs: Any
    ) -> HttpResponse | None:
        code = access.required(view)
        if code == access.PUBLIC:
            return None
        user = request.user
        if not user.is_authenticated:
            return _to_sign_in(request)
        if code is None or not user.may(code):
            raise PermissionDenied
        return None


class OwnPassword:
    """Somebody with a one-time password opens nothing before they have one of their own."""

    OPEN = frozenset({"staff:password", "staff:sign-out"})

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponseBase]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        return self.get_response(request)

    def process_view(
        self, request: HttpRequest, view: Callable[..., Any], args: Any, kwargs: Any
    ) -> HttpResponse | None:
        if access.required(view) == access.PUBLIC or not request.user.is_authenticated:
            return None
        match = request.resolver_match
        if not request.user.must_change_password or (match is not None and match.view_name in self.OPEN):
            return None
        return _go(request, resolve_url("staff:password"))


def _to_sign_in(request: HttpRequest) -> HttpResponse:
    """The sign-in page, and back afterwards; a part of a page, or a form, goes back to the page it is on."""
    if htmx := getattr(request, "htmx", None):
        back = htmx.current_url_abs_path or "/"
    elif request.method in ("GET", "HEAD"):
        back = request.get_full_path()
    else:
        page = urlsplit(request.headers.get("Referer", ""))
        back = page._replace(scheme="", netloc="").geturl() if page.netloc == request.get_host() else "/"
    return _go(request, f"{resolve_url(settings.LOGIN_URL)}?{urlencode({'next': back})}")


def _go(request: HttpRequest, address: str) -> HttpResponse:
    if getattr(request, "htmx", False):
        return HttpResponseClientRedirect(address)
    return redirect(address)
