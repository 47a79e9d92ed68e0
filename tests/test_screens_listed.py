"""Every page is one of the screens that a browser looks at with axe, or says why not."""

from collections.abc import Iterator
from urllib.parse import urlsplit

from django.test import Client
from django.urls import URLPattern, URLResolver, get_resolver, resolve

from tests.browser.screens import make_screens

OPENED = (200, 302)
NO_SCREEN = {
    "a file": {
        "style/<slug:digest>.css",
        "shop/pictures/<str:name>.svg",
        "m/o/<str:token>.gif",
        "documents/<int:pk>/",
        "contacts/batches/<int:pk>/file/",
        "imports/<int:pk>/refused/",
        "settings/external/<int:pk>/refreshes/<int:number>/rows.csv",
    },
    "leads on at once": {"m/c/<str:token>/", "shop/checkout/", "companies/merge/"},
    "a part of a page that stands in the list": {
        "contacts/suggestions/<slug:of>/",
        "contacts/<int:pk>/panels/<slug:key>/",
    },
    "a letter as its reader sees it, in a frame of its own": {
        "outbox/<int:pk>/preview/",
        "templates/<slug:key>/<slug:language>/preview/",
        "templates/<slug:key>/<slug:language>/versions/<int:number>/",
    },
    "needs an order that somebody placed": {"shop/orders/<str:token>/"},
}


def read() -> Iterator[str]:
    """Every address that may be opened, but for the API's."""

    def walk(resolver, prefix="") -> Iterator[tuple[str, object]]:
        for entry in resolver.url_patterns:
            route = prefix + str(entry.pattern)
            if isinstance(entry, URLResolver):
                yield from walk(entry, route) if not route.startswith("api/") else ()
            elif isinstance(entry, URLPattern):
                yield route, entry.callback

    return (route for route, view in walk(get_resolver()) if _takes_get(view))


def _takes_get(view) -> bool:
    """Whether a view answers to GET: `require_POST` and its like keep their list in what they close over."""
    while view is not None:
        held = [cell.cell_contents for cell in view.__closure__ or ()] if hasattr(view, "__closure__") else []
        methods = [one for one in held if isinstance(one, list) and one and all(isinstance(name, str) for name in one)]
        if methods:
            return "GET" in methods[0]
        view = getattr(view, "__wrapped__", None)
    return True


def test_every_page_is_looked_at_or_says_why_not(alice, deliver, settings, tmp_path):
    settings.MEDIA_ROOT = str(tmp_path)
    client = Client(raise_request_exception=False)
    client.force_login(alice)

    staff, public = make_screens(alice, deliver)

    broken = [(place, status) for place in [*staff, *public] if (status := client.get(place).status_code) not in OPENED]
    listed = {resolve(urlsplit(place).path).route for place in [*staff, *public] if place != "/nothing-of-that-name/"}
    unseen = set().union(*NO_SCREEN.values())
    assert [one for one in broken if one[0] != "/nothing-of-that-name/"] == []
    assert sorted(set(read()) - listed - unseen) == []
    assert sorted(unseen & listed) == []
