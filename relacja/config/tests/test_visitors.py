"""Large files are taken of those who may load them, and of nobody else."""

import pytest
from django.conf import settings
from django.test import Client

from relacja.config import visitors
from relacja.staff.models import ApiKey


@pytest.fixture(autouse=True)
def the_connection_of_the_test(monkeypatch):
    monkeypatch.setattr(visitors, "close_old_connections", lambda: None)


def scope(client: Client, path: str = "/imports/") -> dict:
    cookie = f"{settings.SESSION_COOKIE_NAME}={client.session.session_key}".encode()
    return {"path": path, "headers": [(b"cookie", cookie)]}


def test_who_may_import_may_send_a_large_file(as_alice):
    assert visitors.largest_body(scope(as_alice)) == 510_000_000
    assert visitors.largest_body(scope(as_alice, "/contacts/")) == 30_000_000


def test_others_may_not(as_bob):
    assert visitors.largest_body(scope(as_bob)) == 30_000_000


def test_who_is_not_signed_in_may_send_no_more_than_anybody(as_nobody):
    assert visitors.largest_body({"path": "/imports/", "headers": []}) == 0
    assert visitors.largest_body({"path": "/imports/", "headers": [(b"cookie", b"sessionid=made-up")]}) == 0


def sent(key: str) -> dict:
    return {"path": "/api/v1/imports", "headers": [(b"authorization", f"Bearer {key}".encode())]}


def test_a_program_that_may_import_may_send_a_large_file(db, now):
    _key, may = ApiKey.issue(name="shop", scopes=["imports.run"], now=now)
    _key, may_not = ApiKey.issue(name="till", scopes=["contacts.view"], now=now)

    assert visitors.largest_body(sent(may)) == 510_000_000
    assert visitors.largest_body({**sent(may), "path": "/api/v1/contacts"}) == 0
    assert visitors.largest_body(sent(may_not)) == visitors.largest_body(sent("rk_made-up")) == 0
    ApiKey.objects.update(revoked_at=now)
    assert visitors.largest_body(sent(may)) == 0
