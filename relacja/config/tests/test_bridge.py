"""Plain Django behind the event loop."""

import asyncio

import pytest

from relacja.config import bridge
from relacja.config.bridge import Bridge


def ask(application, *parts: bytes, path: str = "/", headers=(), method: str = "POST", gone: bool = False, larger=None):
    """Everything the bridge sends for one request whose body comes in `parts`."""
    scope = {
        "type": "http",
        "http_version": "1.1",
        "method": method,
        "path": path,
        "query_string": b"a=1&b=%C5%BC",
        "headers": list(headers),
        "server": ("relacja.example", 443),
        "client": ("192.0.2.7", 5000),
        "scheme": "https",
    }
    messages = [
        {"type": "http.request", "body": part, "more_body": n < len(parts) - 1 or gone} for n, part in enumerate(parts)
    ] or [{"type": "http.request"}]
    if gone:
        messages.append({"type": "http.disconnect"})
    sent = []

    async def receive():
        return messages.pop(0)

    async def send(message):
        sent.append(message)

    asyncio.run(Bridge(application, threads=1, larger=larger)(scope, receive, send))
    return sent


def seen(environ, start_response):
    """Says what it was given."""
    start_response("200 OK", [("Content-Type", "text/plain"), ("X-Seen", environ.get("HTTP_X_ONE", ""))])
    return [environ["wsgi.input"].read(), b"|", environ["PATH_INFO"].encode("latin-1")]


def test_a_request_arrives_whole_and_its_answer_leaves_whole():
    headers = [(b"x-one", b"1"), (b"x-one", b"2"), (b"content-length", b"999")]

    start, body = ask(seen, b"ab", b"cd", path="/kontakty/żółw/", headers=headers)

    assert start["status"] == 200
    assert (b"x-seen", b"1,2") in start["headers"]
    assert body["body"].decode() == "abcd|/kontakty/żółw/"


def test_what_surrounds_a_request_is_as_wsgi_says():
    given = {}

    def application(environ, start_response):
        given.update(environ)
        start_response("204 No Content", [])
        return []

    ask(application, b"abc", headers=[(b"cookie", b"a=1"), (b"cookie", b"b=2"), (b"content-type", b"text/x")])

    assert given["QUERY_STRING"] == "a=1&b=%C5%BC"
    assert given["CONTENT_LENGTH"] == "3"
    assert given["CONTENT_TYPE"] == "text/x"
    assert given["HTTP_COOKIE"] == "a=1; b=2"
    assert given["REMOTE_ADDR"] == "192.0.2.7"
    assert given["wsgi.url_scheme"] == "https"


def test_a_header_with_an_underscore_passes_for_no_other():
    headers = [(b"x-one", b"of the proxy"), (b"x_one", b"of a stranger"), (b"content_type", b"x")]

    start, _body = ask(seen, b"", headers=headers)

    assert (b"x-seen", b"of the proxy") in start["headers"]


def test_more_than_may_come_is_refused_in_a_sentence(monkeypatch):
    monkeypatch.setattr(bridge, "LARGEST_BODY", 5)

    start, body = ask(seen, b"abc", b"def")

    assert start["status"] == 413
    assert b"Send it in smaller parts" in body["body"]


def test_more_comes_in_of_those_who_may_send_more(monkeypatch):
    monkeypatch.setattr(bridge, "LARGEST_BODY", 5)
    asked = []

    def larger(scope):
        asked.append(scope["path"])
        return 8

    _start, within = ask(seen, b"abc", b"def", b"gh", path="/imports/", larger=larger)
    beyond, _body = ask(seen, b"abc", b"def", b"ghi", path="/imports/", larger=larger)

    assert within["body"].startswith(b"abcdefgh|")
    assert beyond["status"] == 413
    assert set(asked) == {"/imports/"}


def test_what_is_said_to_be_too_large_is_not_read():
    """Half a gigabyte of somebody who is not signed in would fill the disk before anybody said no."""
    read = []

    async def receive():
        read.append(True)
        return {"type": "http.request", "body": b"x", "more_body": True}

    sent = []

    async def send(message):
        sent.append(message)

    scope = {"headers": [(b"content-length", b"30000000")], "path": "/sign-in/"}
    asyncio.run(Bridge(seen, threads=1, larger=lambda _scope: 0)(scope, receive, send))

    assert sent[0]["status"] == 413
    assert (b"connection", b"close") in sent[0]["headers"]
    assert not read


def test_a_large_file_that_says_so_comes_in_of_those_who_may(monkeypatch):
    monkeypatch.setattr(bridge, "LARGEST_BODY", 5)

    _start, body = ask(seen, b"abc", b"def", headers=[(b"content-length", b"6")], larger=lambda _scope: 8)

    assert body["body"].startswith(b"abcdef|")


def test_who_leaves_in_the_middle_gets_nothing_and_starts_nothing():
    assert ask(seen, b"abc", gone=True) == []


def test_an_answer_is_closed_even_when_it_breaks():
    closed = []

    class Broken:
        def __iter__(self):
            raise OSError("gone")

        def close(self):
            closed.append(True)

    def application(environ, start_response):
        start_response("200 OK", [])
        return Broken()

    with pytest.raises(OSError):
        ask(application, b"")

    assert closed == [True]
