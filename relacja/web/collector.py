"""The door for events: an ASGI application that speaks the Segment HTTP API.

Answers 200 only when everything it took is on disk. It reads and answers; the writing is `intake`'s.
"""

import asyncio
import time
from collections.abc import Awaitable, Callable, Iterable, MutableMapping
from datetime import UTC, datetime
from http import HTTPStatus
from math import ceil
from typing import Any

import msgspec
from django.conf import settings

from relacja.lib.limits import Limit
from relacja.web import segment
from relacja.web.becoming import Sender
from relacja.web.intake import Failure, Intake, Outcome, Parcel
from relacja.web.networks import network_of
from relacja.web.refusals import Reason, Refusal
from relacja.web.segment import Delivery

Scope = MutableMapping[str, Any]
Message = MutableMapping[str, Any]
Receive = Callable[[], Awaitable[Message]]
Send = Callable[[Message], Awaitable[None]]
Headers = list[tuple[bytes, bytes]]

# Packed or not, no honest body is larger; what it unpacks to is measured when it is read.
RAW_LIMIT = 1024 * 1024
EXCERPT_LENGTH = 300
REFUSALS_TOLD = 100
ANSWER_SECONDS = 10.0
OPEN = (b"access-control-allow-origin", b"*")
PREFLIGHT: Headers = [
    OPEN,
    (b"access-control-allow-methods", b"POST, OPTIONS"),
    (b"access-control-allow-headers", b"authorization, content-type, content-encoding"),
    (b"access-control-max-age", b"86400"),
]
SUCCESS = b'{"success": true}'
STATUS = {
    Reason.NO_KEY: HTTPStatus.UNAUTHORIZED,
    Reason.UNKNOWN_KEY: HTTPStatus.UNAUTHORIZED,
    Reason.BAD_ORIGIN: HTTPStatus.FORBIDDEN,
    Reason.BATCH_TOO_BIG: HTTPStatus.REQUEST_ENTITY_TOO_LARGE,
    Reason.TOO_BIG: HTTPStatus.REQUEST_ENTITY_TOO_LARGE,
}
FAILURES = {
    Failure.BUSY: (
        HTTPStatus.SERVICE_UNAVAILABLE,
        "The records are busy. Send it again: what was stored after all is not counted twice.",
    ),
    Failure.FULL: (HTTPStatus.INSUFFICIENT_STORAGE, "The disk is full. Nothing was stored: send it again later."),
    Failure.BROKEN: (HTTPStatus.INTERNAL_SERVER_ERROR, "This request could not be stored. Nothing of it was kept."),
}


class Collector:
    """The application. Its limits are per process."""

    def __init__(self, intake: Intake) -> None:
        self.intake = intake
        self._servers = Limit(rate=settings.INTAKE_SERVER_RATE, burst=settings.INTAKE_SERVER_RATE * 5)
        self._browsers = Limit(rate=settings.INTAKE_BROWSER_RATE, burst=settings.INTAKE_BROWSER_RATE * 10)
        self._strangers = Limit(rate=50, burst=500)

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        route = segment.ROUTES.get(scope["path"].rstrip("/"))
        if route is None:
            await _refuse(send, HTTPStatus.NOT_FOUND, "There is nothing at this address.")
        elif scope["method"] == "OPTIONS":
            await _respond(send, HTTPStatus.NO_CONTENT, b"", PREFLIGHT)
        elif scope["method"] != "POST":
            await _refuse(send, HTTPStatus.METHOD_NOT_ALLOWED, "Send it with POST.", [(b"allow", b"POST, OPTIONS")])
        else:
            await self._take(route, scope, receive, send)

    async def _take(self, route: segment.Kind, scope: Scope, receive: Receive, send: Send) -> None:
        headers = dict(scope["headers"])
        body = await _body(headers, receive)
        received_at = datetime.now(UTC)
        if body is None:
            delivery = _too_big()
        else:
            delivery = segment.parse(
                route,
                body,
                received_at=received_at,
                encoding=_text(headers.get(b"content-encoding", b"")),
                authorization=_text(headers.get(b"authorization", b"")),
            )
        sender = _sender(scope, headers)
        if wait := self._wait(delivery, sender):
            await _too_fast(send, wait)
            return
        future: asyncio.Future[Outcome] = asyncio.get_running_loop().create_future()
        excerpt = (body or b"")[:EXCERPT_LENGTH]
        if not self.intake.submit(Parcel(delivery, sender, received_at, excerpt, future)):
            self._note(delivery, Reason.BUSY)
            await _fail(send, Failure.BUSY)
            return
        patience = future.get_loop().call_later(ANSWER_SECONDS, _give_up, future)
        outcome = await future
        patience.cancel()
        await _tell(send, delivery, outcome)

    def _wait(self, delivery: Delivery, sender: Sender) -> float:
        """Seconds to wait, when more came than may. A browser's key is limited for each network by itself."""
        source = self.intake.known(delivery.write_key)
        messages = len(delivery.calls) + len(delivery.refusals)
        at = time.monotonic()
        if source is None:
            wait = self._strangers.wait(sender.network, 1, at=at)
        elif source.is_trusted:
            wait = self._servers.wait(source.id, messages, at=at)
        else:
            wait = self._browsers.wait((source.id, sender.network), messages, at=at)
        if wait:
            self._note(delivery, Reason.TOO_FAST)
        return wait

    def _note(self, delivery: Delivery, reason: Reason) -> None:
        source = self.intake.known(delivery.write_key)
        self.intake.note(source.name if source else "", reason, len(delivery.calls) + len(delivery.refusals))


def _give_up(future: "asyncio.Future[Outcome]") -> None:
    """The disk takes too long. It may still succeed: what is sent again then counts as a repeat."""
    if not future.done():
        future.set_result(Outcome(failure=Failure.BUSY))


async def _body(headers: dict[bytes, bytes], receive: Receive) -> bytes | None:
    """The body as it came; None when it is too large to be read at all."""
    length = headers.get(b"content-length", b"0")
    if length.isdigit() and int(length) > RAW_LIMIT:
        return None
    parts: list[bytes] = []
    size = 0
    while True:
        message = await receive()
        if message["type"] == "http.disconnect":
            break
        part = message.get("body", b"")
        size += len(part)
        if size > RAW_LIMIT:
            return None
        parts.append(part)
        if not message.get("more_body"):
            break
    return parts[0] if len(parts) == 1 else b"".join(parts)


def _too_big() -> Delivery:
    refusal = Refusal(Reason.BATCH_TOO_BIG, detail=f"> {RAW_LIMIT}")
    return Delivery("", [], [refusal], refusal.reason)


def _sender(scope: Scope, headers: dict[bytes, bytes]) -> Sender:
    client = scope.get("client")
    return Sender(
        network=network_of(client[0]) if client else "",
        agent=_text(headers.get(b"user-agent", b""))[:400],
        origin=_text(headers.get(b"origin", b"")).rstrip("/").lower(),
    )


def _text(header: bytes) -> str:
    return header.decode("latin-1")


async def _tell(send: Send, delivery: Delivery, outcome: Outcome) -> None:
    """200 when everything came in or a batch at least was read; else what is wrong with it, to be mended."""
    if outcome.failure is not None:
        await _fail(send, outcome.failure)
        return
    wrong = [refusal for refusal in outcome.refusals if refusal.reason is not Reason.DUPLICATE]
    if not wrong:
        await _respond(send, HTTPStatus.OK, SUCCESS)
        return
    nothing_came_in = len(wrong) == len(outcome.refusals) and not outcome.accepted
    status = STATUS.get(wrong[0].reason, HTTPStatus.BAD_REQUEST) if nothing_came_in else HTTPStatus.OK
    answer = {
        "success": not nothing_came_in,
        "accepted": outcome.accepted,
        "refused": len(wrong),
        "refusals": [_said(refusal) for refusal in wrong[:REFUSALS_TOLD]],
    }
    await _respond(send, status, msgspec.json.encode(answer))


def _said(refusal: Refusal) -> dict[str, str]:
    said = {
        "reason": refusal.reason.value,
        "message": str(refusal.reason.label),
        "messageId": refusal.message_id,
        "detail": refusal.detail,
    }
    return {name: value for name, value in said.items() if value}


async def _fail(send: Send, failure: Failure) -> None:
    status, sentence = FAILURES[failure]
    wait = b"60" if failure is Failure.FULL else b"2"
    await _refuse(send, status, sentence, [(b"retry-after", wait)] if failure is not Failure.BROKEN else [])


async def _too_fast(send: Send, wait: float) -> None:
    await _refuse(
        send,
        HTTPStatus.TOO_MANY_REQUESTS,
        str(Reason.TOO_FAST.label),
        [(b"retry-after", str(max(1, ceil(wait))).encode())],
    )


async def _refuse(send: Send, status: HTTPStatus, sentence: str, headers: Iterable[tuple[bytes, bytes]] = ()) -> None:
    await _respond(send, status, msgspec.json.encode({"success": False, "message": sentence}), [OPEN, *headers])


_PLAIN: Headers = [OPEN, (b"content-type", b"application/json")]


async def _respond(send: Send, status: HTTPStatus, body: bytes, headers: Headers = _PLAIN) -> None:
    kept = headers if headers is _PLAIN or not body else [*headers, _PLAIN[1]]
    length = (b"content-length", str(len(body)).encode())
    await send({"type": "http.response.start", "status": int(status), "headers": [*kept, length]})
    await send({"type": "http.response.body", "body": body})


intake = Intake()
app = Collector(intake)
