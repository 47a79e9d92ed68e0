"""Every address and every API operation, as every role and as nobody: what is not allowed is refused."""

import re

import pytest
from django.test import Client
from django.urls import URLPattern, URLResolver, get_resolver

from conftest import make_user
from relacja.staff import access
from relacja.staff.access import PUBLIC, Role

EXEMPT = {"api"}  # its operations carry their own scopes and are walked below


def addresses(resolver=None, prefix="", namespace=""):
    """Every (path with sample values, view) of the whole address book, but for the API's."""
    for entry in (resolver or get_resolver()).url_patterns:
        route = prefix + str(entry.pattern)
        if isinstance(entry, URLResolver):
            name = entry.namespace or entry.app_name or namespace
            if not route.startswith("api/"):
                yield from addresses(entry, route, name)
        elif isinstance(entry, URLPattern):
            yield "/" + filled(route), entry.callback


def filled(route: str) -> str:
    samples = {"int": "1", "slug": "x", "str": "x", "uuid": "00000000-0000-0000-0000-000000000001", "path": "x"}
    return re.sub(r"<(?:(\w+):)?\w+>", lambda found: samples.get(found[1] or "str", "x"), route)


ADDRESSES = sorted({(path, access.required(view)) for path, view in addresses()}, key=str)


def test_every_view_says_who_may_open_it():
    assert [path for path, code in ADDRESSES if code is None] == []


def test_every_permission_asked_for_is_declared():
    known = {permission.code for permission in access.permissions()} | {PUBLIC}
    assert {code for _path, code in ADDRESSES} <= known


@pytest.mark.parametrize("path", [path for path, code in ADDRESSES if code != PUBLIC])
def test_nobody_gets_in_without_signing_in(db, path):
    for method in ("get", "post"):
        response = getattr(Client(), method)(path)
        assert response.status_code == 302, (method, path)
        assert response["Location"].startswith("/sign-in/")


@pytest.mark.parametrize("role", list(Role))
def test_a_role_opens_what_it_may_and_nothing_else(db, role):
    client = Client(raise_request_exception=False)
    client.force_login(make_user(f"{role}@firma.example", role))
    wrong = []
    for path, code in ADDRESSES:
        if code == PUBLIC:
            continue
        for method in ("get", "post"):
            status = getattr(client, method)(path).status_code
            if (status == 403) is access.role_may(role, code):
                wrong.append((method, path, status))
    assert wrong == []


def test_administrators_may_everything_and_viewers_change_nothing():
    for permission in access.permissions():
        assert Role.ADMINISTRATOR in permission.roles
        if not permission.code.endswith((".view", ".home")):
            assert Role.VIEWER not in permission.roles, permission.code


def test_every_place_in_the_navigation_asks_for_a_declared_permission():
    from relacja.ui import navigation

    known = {permission.code for permission in access.permissions()}
    assert {entry.permission for entry in [*navigation._entries, *navigation._settings]} <= known


@pytest.mark.parametrize("role", list(Role))
def test_every_entry_of_the_navigation_leads_to_a_page_its_reader_may_open(db, facts, role):
    client = Client()
    client.force_login(make_user(f"{role}@firma.example", role))
    navigation = re.search(r'<aside class="side".*?</aside>', client.get("/").text, re.DOTALL)
    assert navigation

    places = re.findall(r'href="([^"]+)"', navigation[0])

    assert len(places) > 3
    assert [(place, status) for place in places if (status := client.get(place).status_code) != 200] == []
