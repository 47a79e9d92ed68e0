"""Plain synchronous Django on a few long-lived threads, behind the event loop.

Threads live as long as the process, so each keeps its database connection and prepared state; Django's own ASGI
handler opens a thread and a connection per request and reaches a fifth of the speed (measured 2026-11).
"""

import asyncio
import sys
import tempfile
from collections.abc import Awaitable, Callable, Iterable, MutableMapping
from concurrent.futures import ThreadPoolExecutor
from typing import Any

Scope = MutableMapping[str, Any]
Message = MutableMapping[str, Any]
Receive = Callable[[], Awaitable[Message]]
Send = Callable[[Message], Awaitable[None]]
LARGEST_BODY = 3_000_000  # Django takes no form or JSON beyond 2.5 MB
IN_MEMORY = 1_000_000


class _Gone(Exception):
    """Who was sending has left."""


class _TooLarge(Exception):
    """More comes than this sender may send."""


class Bridge:
    """An ASGI application that answers with a WSGI application.

    `larger` is asked when a body is said to pass `LARGEST_BODY`, or does: how many bytes this sender may send, from a
    thread. What is too large is not read: not even kept for a moment.
    """

    def __init__(
        self, wsgi: Callable[..., Iterable[bytes]], *, threads: int = 8, larger: Callable[[Scope], int] | None = None
    ) -> None:
        self.wsgi = wsgi
        self.larger = larger
        self.pool = ThreadPoolExecutor(threads, thread_name_prefix="django")

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        with tempfile.SpooledTemporaryFile(max_size=IN_MEMORY) as body:
            try:
                size = await self._read(scope, receive, body)
            except _Gone:
                return
            except _TooLarge:
                await _too_large(send)
                return
            body.seek(0)
            environ = _environ(scope, body, size)
            start, chunks = await asyncio.get_running_loop().run_in_executor(self.pool, self._answer, environ)
        await send({"type": "http.response.start", **start})
        await send({"type": "http.response.body", "body": chunks})

    async def _read(self, scope: Scope, receive: Receive, body: Any) -> int:
        """Take the body in and return its size."""
        size, more = 0, True
        most = await self._most(scope, _announced(scope))
        while more:
            message = await receive()
            if message["type"] == "http.disconnect":
                raise _Gone
            size += len(message.get("body", b""))
            more = message.get("more_body", False)
            if size > most:
                most = await self._most(scope, size)
            body.write(message.get("body", b""))
        return size

    async def _most(self, scope: Scope, size: int) -> int:
        """Up to how many bytes the sender of at least `size` may go. Raises `_TooLarge` when that is too much."""
        most = LARGEST_BODY
        if size > most and self.larger:
            most = await asyncio.get_running_loop().run_in_executor(self.pool, self.larger, scope)
        if size > most:
            raise _TooLarge
        return most

    def _answer(self, environ: dict[str, Any]) -> tuple[dict[str, Any], bytes]:
        start: dict[str, Any] = {}

        def start_response(status: str, headers: list[tuple[str, str]], exc_info: Any = None) -> None:
            start["status"] = int(status.split(" ", 1)[0])
            start["headers"] = [(name.lower().encode("latin-1"), value.encode("latin-1")) for name, value in headers]

        answer = self.wsgi(environ, start_response)
        try:
            return start, b"".join(answer)
        finally:
            if close := getattr(answer, "close", None):
                close()


def _announced(scope: Scope) -> int:
    """How many bytes the request says it brings; 0 when it does not say."""
    length = next((value for name, value in scope["headers"] if name == b"content-length"), b"")
    return int(length) if length.isdigit() and len(length) < 20 else 0


async def _too_large(send: Send) -> None:
    """The connection ends with it: what was not read is not waited for."""
    headers = [(b"content-type", b"text/plain; charset=utf-8"), (b"connection", b"close")]
    await send({"type": "http.response.start", "status": 413, "headers": headers})
    sentence = b"This is too large. Send it in smaller parts, or sign in first to load a file."
    await send({"type": "http.response.body", "body": sentence})


def _environ(scope: Scope, body: Any, size: int) -> dict[str, Any]:
    server = scope.get("server") or ("localhost", 80)
    client = scope.get("client") or ("", 0)
    environ: dict[str, Any] = {
        "REQUEST_METHOD": scope["method"],
        "SCRIPT_NAME": "",
        "PATH_INFO": scope["path"].encode("utf-8").decode("latin-1"),
        "QUERY_STRING": scope["query_string"].decode("latin-1"),
        "SERVER_NAME": server[0],
        "SERVER_PORT": str(server[1]),
        "SERVER_PROTOCOL": f"HTTP/{scope['http_version']}",
        "REMOTE_ADDR": client[0],
        "CONTENT_LENGTH": str(size),
        "wsgi.version": (1, 0),
        "wsgi.url_scheme": scope.get("scheme", "http"),
        "wsgi.input": body,
        "wsgi.errors": sys.stderr,
        "wsgi.multithread": True,
        "wsgi.multiprocess": True,
        "wsgi.run_once": False,
    }
    for raw_name, raw_value in scope["headers"]:
        if b"_" in raw_name:
            continue  # `x_forwarded_for` would pass for `x-forwarded-for`, which a proxy vouches for
        name, value = raw_name.decode("latin-1").upper().replace("-", "_"), raw_value.decode("latin-1")
        if name == "CONTENT_TYPE":
            environ["CONTENT_TYPE"] = value
        elif name != "CONTENT_LENGTH":
            key = f"HTTP_{name}"
            joiner = "; " if name == "COOKIE" else ","
            environ[key] = f"{environ[key]}{joiner}{value}" if key in environ else value
    return environ
