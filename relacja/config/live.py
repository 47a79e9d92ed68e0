"""`/live/?topic=contact:5`: a stream that says when something a page shows has changed."""

import asyncio
from urllib.parse import parse_qs

from relacja.config.bridge import Receive, Scope, Send
from relacja.config.visitors import session_key, user_of
from relacja.contacts import reach
from relacja.contacts.models import Record
from relacja.lib import live
from relacja.staff.reach import Owners

BEAT_SECONDS = 20.0
MOST_TOPICS = 8
PERMISSIONS = {
    "contact": "contacts.view",
    "contacts": "contacts.view",
    "company": "contacts.view",
    "companies": "contacts.view",
    "duplicates": "contacts.view",
    "import": "imports.run",
    "external": "external.edit",
    "batch": "contacts.view",
    "segment": "segments.view",
    "segments": "segments.view",
    "journey": "journeys.view",
    "journeys": "journeys.view",
    "outbox": "messaging.view",
    "message": "messaging.view",
    "intake": "staff.operations",
    "jobs": "staff.operations",
    "demo": "demo.manage",
}

OF_RECORDS = {"contact": Record.CONTACT, "company": Record.COMPANY}

_open: set["asyncio.Task[None]"] = set()


async def app(scope: Scope, receive: Receive, send: Send) -> None:
    """Server-sent events: a message for every topic that changed, a comment now and then to keep the line open."""
    topics = parse_qs(scope["query_string"].decode("latin-1")).get("topic", [])[:MOST_TOPICS]
    loop = asyncio.get_running_loop()
    if not topics or not await loop.run_in_executor(None, _may_listen, session_key(scope), topics):
        await send({"type": "http.response.start", "status": 403, "headers": []})
        await send({"type": "http.response.body", "body": b""})
        return
    headers = [(b"content-type", b"text/event-stream"), (b"cache-control", b"no-store"), (b"x-accel-buffering", b"no")]
    await send({"type": "http.response.start", "status": 200, "headers": headers})
    await send({"type": "http.response.body", "body": b"retry: 2000\n\n", "more_body": True})
    with live.listening(topics) as queue:
        gone = asyncio.create_task(_gone(receive))
        _open.add(gone)
        try:
            while not gone.done():
                await send({"type": "http.response.body", "body": await _next(queue, gone), "more_body": True})
        finally:
            _open.discard(gone)
            gone.cancel()
    await send({"type": "http.response.body", "body": b""})


def hang_up() -> None:
    """End every stream, since the server stops; pages listen again by themselves. Safe from any thread."""
    for gone in list(_open):
        gone.get_loop().call_soon_threadsafe(gone.cancel)


async def _next(queue: "asyncio.Queue[str]", gone: "asyncio.Task[None]") -> bytes:
    get = asyncio.create_task(queue.get())
    done, _ = await asyncio.wait({get, gone}, timeout=BEAT_SECONDS, return_when=asyncio.FIRST_COMPLETED)
    if get not in done:
        get.cancel()
        return b": still here\n\n"
    topics = {get.result()}
    while not queue.empty():
        topics.add(queue.get_nowait())
    return b"".join(f"data: {topic}\n\n".encode() for topic in sorted(topics))


async def _gone(receive: Receive) -> None:
    while (await receive())["type"] != "http.disconnect":
        pass


def _may_listen(session_key: str, topics: list[str]) -> bool:
    """Whether the person behind the session may see what the topics are about."""
    user = user_of(session_key)
    if user is None:
        return False
    kinds = {topic.split(":", 1)[0] for topic in topics}
    if not all(kind in PERMISSIONS and user.may(PERMISSIONS[kind]) for kind in kinds):
        return False
    seen = reach.owners(user)
    return all(
        _sees(of, [topic for topic in topics if topic.startswith(f"{kind}:")], seen) for kind, of in OF_RECORDS.items()
    )


def _sees(of: Record, topics: list[str], seen: Owners) -> bool:
    """Whether all the records that the topics name are seen."""
    asked = {topic.partition(":")[2] for topic in topics}
    ids = {int(text) for text in asked if text.isascii() and text.isdigit() and len(text) < 19}
    return len(ids) == len(asked) and len(reach.seen_ids(ids, of, seen)) == len(ids)
