"""Who may listen to which topic."""

import asyncio
import re
from pathlib import Path

import pytest
from django.conf import settings

from relacja.config import live, visitors
from relacja.contacts.models import Contact
from relacja.contacts.tests.people import make_contact
from relacja.staff import access, actions


@pytest.fixture(autouse=True)
def the_connection_of_the_test(monkeypatch):
    """The server asks on a thread of its own; a test asks inside its transaction, whose connection must stay."""
    monkeypatch.setattr(visitors, "close_old_connections", lambda: None)


def session_of(client) -> str:
    return client.session.session_key


@pytest.mark.parametrize("code", sorted(set(live.PERMISSIONS.values())))
def test_every_topic_asks_for_a_permission_that_exists(code):
    assert code in {permission.code for permission in access.permissions()}


def test_every_topic_that_is_published_may_be_listened_to():
    """A page that listens to what nobody may hear of would stand still without a word."""
    published = set()
    for path in Path(live.__file__).parents[1].rglob("*.py"):
        text = path.read_text(encoding="utf-8")
        published |= set(re.findall(r'live\.publish\(f?"([a-z]+)', text))
        published |= set(re.findall(r'^TOPIC = "([a-z]+)"', text, re.MULTILINE))
        published |= set(re.findall(r'def topic\([^)]*\) -> str:(?:\s*"""[^"]*""")?\s*return f"([a-z]+):', text))

    assert {"contact", "company", "external", "intake"} <= published
    assert published <= set(live.PERMISSIONS)


@pytest.mark.parametrize(
    ("topics", "allowed"),
    [
        (["contact:5"], True),
        (["contact:5", "contacts"], True),
        (["intake"], False),
        (["contact:5", "intake"], False),
        (["unheard-of"], False),
        (["contacts.view"], False),
    ],
)
def test_a_viewer_hears_only_of_what_a_viewer_may_see(as_bob, topics, allowed):
    assert live._may_listen(session_of(as_bob), topics) is allowed


def test_an_administrator_hears_everything(as_alice):
    assert live._may_listen(session_of(as_alice), list(live.PERMISSIONS))


def test_a_page_of_somebody_unseen_says_nothing(as_bob, bob, alice, now):
    mine, theirs = (make_contact(now, first_name=name, email=f"{name}@firma.example") for name in ("anna", "zenon"))
    Contact.objects.filter(pk=mine.pk).update(owner=bob)
    actions.reach_of_person(bob, "own", by=alice, now=now)

    assert live._may_listen(session_of(as_bob), [f"contact:{mine.pk}", "contacts"])
    assert not live._may_listen(session_of(as_bob), [f"contact:{mine.pk}", f"contact:{theirs.pk}"])
    assert not live._may_listen(session_of(as_bob), ["contact:x"])


@pytest.mark.parametrize("session", ["", "made-up"])
def test_nobody_hears_nothing(db, session):
    assert not live._may_listen(session, ["contact:5"])


def test_who_was_let_go_hears_nothing_more(as_bob, bob, alice):
    actions.let_go(bob, by=alice)

    assert not live._may_listen(session_of(as_bob), ["contact:5"])


def test_a_new_password_ends_what_other_sessions_hear(as_bob, bob):
    actions.set_password(bob, "another long password")

    assert not live._may_listen(session_of(as_bob), ["contact:5"])


def answer_to(query: bytes, cookie: bytes = b"") -> list[dict]:
    sent = []

    async def send(message):
        sent.append(message)

    async def receive():
        return {"type": "http.disconnect"}

    scope = {"type": "http", "query_string": query, "headers": [(b"cookie", cookie)]}
    asyncio.run(live.app(scope, receive, send))
    return sent


@pytest.mark.parametrize("query", [b"", b"topic="])
def test_a_stream_about_nothing_is_refused(query):
    assert answer_to(query)[0]["status"] == 403


def test_a_listener_gets_a_stream_that_ends_with_them(monkeypatch):
    asked = []
    monkeypatch.setattr(live, "_may_listen", lambda *given: asked.append(given) or True)

    start, first, *_rest = answer_to(b"topic=contact:5&topic=contacts", f"{settings.SESSION_COOKIE_NAME}=abc".encode())

    assert asked == [("abc", ["contact:5", "contacts"])]
    assert start["status"] == 200
    assert (b"content-type", b"text/event-stream") in start["headers"]
    assert first["body"].startswith(b"retry:")
