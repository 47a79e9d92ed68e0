"""What every test may use: people, a clock, and facts of its own."""

import os
from datetime import UTC, datetime
from importlib import import_module
from pathlib import Path

import pytest
from django.conf import settings
from django.test import Client

NOW = datetime(2026, 10, 25, 0, 30, tzinfo=UTC)  # the night in which Warsaw has 02:30 twice


def pytest_configure():
    settings.QUIET_HOURS = "off"
    settings.PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]
    settings.STORAGES["staticfiles"] = {"BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"}


@pytest.fixture(autouse=True)
def own_language():
    """Each test begins in the default language: a request answered before it does not choose for it."""
    from django.utils import translation

    translation.deactivate()


@pytest.fixture(autouse=True)
def own_fields():
    """Nothing is remembered of the fields, segments and sources that another test made."""
    from relacja.contacts import fields
    from relacja.external import sources
    from relacja.segments import memory

    fields.forget_remembered()
    sources.forget_remembered()
    memory.forget()


@pytest.fixture(autouse=True)
def own_teams():
    """Nor of its teams."""
    from relacja.staff import teams

    teams.forget_remembered()


@pytest.fixture(autouse=True)
def counted_duplicates(monkeypatch):
    """The number in the navigation was asked for a moment ago: no page of a test pays for it."""
    from relacja.contacts import duplicates

    monkeypatch.setattr(duplicates, "_kept", duplicates._Kept(0, float("inf")))


@pytest.fixture
def now() -> datetime:
    return NOW


@pytest.fixture
def facts(db):
    """The store of facts, empty."""
    from relacja.clickhouse import facts as door

    for table in ("event", "alias", "contact", "external_row"):
        door.command(f"TRUNCATE TABLE {table}")
    door.command("SYSTEM RELOAD DICTIONARY alias_of")
    return door


@pytest.fixture
def deliver(facts):
    """Let every subscriber read the log to its end, as the dispatcher would."""
    from relacja.events import subscriptions

    def run(now=NOW, rounds: int = 20) -> None:
        for _ in range(rounds):
            delivered = [subscriptions.deliver(name, now=now) for name in subscriptions.names()]
            if not any(delivered):
                return

    return run


def make_user(email: str, role: str):
    from relacja.staff.models import User

    return User.objects.create_user(email, "correct horse battery", name=email.split("@")[0].title(), role=role)


@pytest.fixture
def alice(db):
    """Works here and may do everything."""
    return make_user("alice@firma.example", "administrator")


@pytest.fixture
def bob(db):
    """Works here and may only look."""
    return make_user("bob@firma.example", "viewer")


@pytest.fixture
def as_alice(alice) -> Client:
    client = Client()
    client.force_login(alice)
    return client


@pytest.fixture
def as_bob(bob) -> Client:
    client = Client()
    client.force_login(bob)
    return client


@pytest.fixture
def as_nobody(db) -> Client:
    return Client()


@pytest.fixture
def kept(monkeypatch):
    """Answers that pages keep for some seconds are asked for once in this test, however slow the machine is."""
    from relacja.contacts import fields, tags
    from relacja.external import sources
    from relacja.places import queries as places
    from relacja.segments import scales
    from relacja.staff import teams

    totals = import_module("relacja.contacts.listing.totals")
    for module in (teams, fields, tags, sources, places, scales):
        monkeypatch.setattr(module, "FRESH", 3600)
    monkeypatch.setattr(totals, "QUICK", -3600)
    begin_again = (totals.count_again, fields.forget_remembered)
    for forget in begin_again:
        forget()
    yield
    for forget in begin_again:
        forget()


@pytest.fixture
def home() -> Path:
    return Path(os.environ["RELACJA_HOME"])


@pytest.fixture(autouse=True)
def _own_rows_can_be_read(request, monkeypatch):
    """A test inside one transaction reads rows that its own, still running transaction wrote."""
    marker = request.node.get_closest_marker("django_db")
    if marker is None or not marker.kwargs.get("transaction"):
        from relacja.events import subscriptions

        monkeypatch.setattr(subscriptions, "_oldest_running", lambda: 1 << 62)
