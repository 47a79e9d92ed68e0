"""The collector as tests see it: requests of any client, written in the test's own transaction."""

import asyncio
import json
import threading
from dataclasses import dataclass, field
from typing import Any

import pytest

from relacja.events.event import Event, read
from relacja.events.models import Entry
from relacja.web import actions
from relacja.web.collector import Collector
from relacja.web.intake import Intake
from relacja.web.models import IntakeCount


@dataclass
class Answer:
    status: int
    headers: dict[str, str]
    body: bytes

    @property
    def json(self) -> Any:
        return json.loads(self.body)


@dataclass
class Door:
    """The collector; requests run in a loop of their own while the test's thread writes, in the test's transaction."""

    collector: Collector
    answers: dict[int, Answer] = field(default_factory=dict)

    def post(self, path: str, body: Any, *, method: str = "POST", **headers: str) -> Answer:
        return self.together([(path, body)], method=method, **headers)[0]

    def together(self, requests: list[tuple[str, Any]], *, method: str = "POST", **headers: str) -> list[Answer]:
        """Requests that arrive at once and therefore are written as one group."""
        arrived = threading.Barrier(2)

        async def all_of_them() -> list[Answer]:
            tasks = [asyncio.create_task(self._ask(path, body, method, headers)) for path, body in requests]
            await asyncio.sleep(0)
            await asyncio.sleep(0)
            arrived.wait()
            return await asyncio.gather(*tasks)

        answers: list[Answer] = []
        thread = threading.Thread(target=lambda: answers.extend(asyncio.run(all_of_them())))
        thread.start()
        arrived.wait()
        while thread.is_alive():
            self.collector.intake.step(0.01)
        thread.join()
        self.collector.intake.step(0)
        return answers

    async def _ask(self, path: str, body: Any, method: str, headers: dict[str, str]) -> Answer:
        raw = body if isinstance(body, bytes) else json.dumps(body).encode()
        parts = [raw[: len(raw) // 2], raw[len(raw) // 2 :]]
        sent: list[Any] = []

        async def receive() -> dict[str, Any]:
            return {"type": "http.request", "body": parts.pop(0), "more_body": bool(parts)}

        async def send(message: Any) -> None:
            sent.append(message)

        scope = {
            "type": "http",
            "method": method,
            "path": path,
            "headers": [(name.replace("_", "-").lower().encode(), value.encode()) for name, value in headers.items()],
            "client": ("192.0.2.77", 5000),
        }
        await self.collector(scope, receive, send)
        start, end = sent
        return Answer(start["status"], {k.decode(): v.decode() for k, v in start["headers"]}, end["body"])


class NoThread(Intake):
    """Steps are the test's."""

    def __init__(self) -> None:
        super().__init__()
        self._thread = threading.current_thread()


@pytest.fixture
def door(db) -> Door:
    return Door(Collector(NoThread()))


@pytest.fixture
def server(db, now) -> str:
    return actions.add_source("shop", "server", now).key


@pytest.fixture
def browser(db, now) -> str:
    return actions.add_source("website", "browser", now).key


def track(key: str, message_id: str = "m-1", **fields: Any) -> dict[str, Any]:
    return {"writeKey": key, "event": "Looked Around", "messageId": message_id, "anonymousId": "v-1", **fields}


def stored() -> list[Event]:
    return [event for entry in Entry.objects.order_by("id") for event in read(bytes(entry.events))]


def counts() -> dict[str, int]:
    return {row.reason: row.count for row in IntakeCount.objects.all()}
