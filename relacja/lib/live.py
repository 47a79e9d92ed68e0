"""Something changed: tell the pages that look at it.

Inside one process a topic reaches its listeners directly; with REDIS_URL set it goes through Redis
and so reaches every web process. A message carries no data, only its topic: pages ask again.
"""

import asyncio
import threading
from collections import defaultdict
from collections.abc import Iterator
from contextlib import contextmanager
from functools import cache, partial
from typing import Any

import redis
from django.conf import settings
from django.db import transaction

CHANNEL = "relacja.live"
Listener = tuple[asyncio.AbstractEventLoop, "asyncio.Queue[str]"]

_listeners: dict[str, set[Listener]] = defaultdict(set)
_guard = threading.Lock()


def publish(topic: str) -> None:
    """Tell the listeners of `topic`, once the current transaction commits."""
    transaction.on_commit(partial(_send, topic))


def is_anybody_there(kind: str) -> bool:
    """Whether a page may be listening to a topic of this kind, `contact` for `contact:5`. Elsewhere nobody knows."""
    with _guard:
        return bool(settings.REDIS_URL) or any(topic.partition(":")[0] == kind for topic in _listeners)


@contextmanager
def listening(topics: list[str]) -> Iterator["asyncio.Queue[str]"]:
    """A queue that receives each of `topics` when it is published. For the event loop's own code."""
    queue: asyncio.Queue[str] = asyncio.Queue(maxsize=100)
    listener = (asyncio.get_running_loop(), queue)
    with _guard:
        for topic in topics:
            _listeners[topic].add(listener)
    try:
        yield queue
    finally:
        with _guard:
            for topic in topics:
                _listeners[topic].discard(listener)
                if not _listeners[topic]:
                    del _listeners[topic]


def relay(stop: threading.Event) -> None:
    """Pass on what other processes publish, until `stop`. Runs in a thread of each web process."""
    while not stop.is_set():
        try:
            inbox: Any = _redis().pubsub(ignore_subscribe_messages=True)  # type: ignore[no-untyped-call]
            with inbox:
                inbox.subscribe(CHANNEL)
                while not stop.is_set():
                    if message := inbox.get_message(timeout=1):
                        _deliver(message["data"].decode())
        except redis.RedisError:
            stop.wait(2)


def _send(topic: str) -> None:
    if settings.REDIS_URL:
        try:
            _redis().publish(CHANNEL, topic)
        except redis.RedisError:
            _deliver(topic)
    else:
        _deliver(topic)


def _deliver(topic: str) -> None:
    with _guard:
        found = list(_listeners.get(topic, ()))
    for loop, queue in found:
        loop.call_soon_threadsafe(_put, queue, topic)


def _put(queue: "asyncio.Queue[str]", topic: str) -> None:
    if not queue.full():
        queue.put_nowait(topic)


@cache
def _redis() -> "redis.Redis":
    return redis.Redis.from_url(settings.REDIS_URL, socket_timeout=5)
