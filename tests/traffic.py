"""Events for a running server, and a memory of what it acknowledged."""

import base64
import http.client
import json
import threading
from dataclasses import dataclass, field
from datetime import UTC, datetime

BATCH = 20


def call(kind: str, message_id: str, **fields: object) -> dict[str, object]:
    """One call as Segment's libraries make them."""
    return {"type": kind, "messageId": message_id, "timestamp": datetime.now(UTC).isoformat(), **fields}


def post_batch(port: int, key: str, calls: list[dict[str, object]], *, seconds: float = 30) -> tuple[int, dict, str]:
    """Status, headers and body of `/v1/batch`; status 0 when the connection broke."""
    connection = http.client.HTTPConnection("127.0.0.1", port, timeout=seconds)
    headers = {
        "Authorization": "Basic " + base64.b64encode(f"{key}:".encode()).decode(),
        "Content-Type": "application/json",
    }
    try:
        connection.request("POST", "/v1/batch", json.dumps({"batch": calls}), headers)
        answer = connection.getresponse()
        return answer.status, dict(answer.headers), answer.read().decode()
    except (OSError, http.client.HTTPException):
        return 0, {}, ""
    finally:
        connection.close()


@dataclass
class Stream:
    """Batches that are sent one after another by a few threads, each until it is acknowledged."""

    key: str
    ports: list[int]
    label: str = "m"
    pause: float = 0.02
    acknowledged: set[str] = field(default_factory=set)
    statuses: dict[int, int] = field(default_factory=dict)
    _stop: threading.Event = field(default_factory=threading.Event)
    _threads: list[threading.Thread] = field(default_factory=list)
    _guard: threading.Lock = field(default_factory=threading.Lock)

    def __enter__(self) -> "Stream":
        for number in range(2):
            thread = threading.Thread(target=self._send, args=(number,), daemon=True)
            thread.start()
            self._threads.append(thread)
        return self

    def __exit__(self, *_failure: object) -> None:
        self._stop.set()
        for thread in self._threads:
            thread.join(60)

    def _send(self, thread: int) -> None:
        number = 0
        while not self._stop.is_set():
            number += 1
            ids = [f"{self.label}-{thread}-{number}-{index}" for index in range(BATCH)]
            calls = [
                call("track", one, userId=f"u{number % 50}", event="Parcel Weighed", properties={"n": one})
                for one in ids
            ]
            while not self._stop.is_set():
                status, _headers, _body = post_batch(self.ports[number % len(self.ports)], self.key, calls)
                with self._guard:
                    self.statuses[status] = self.statuses.get(status, 0) + 1
                    if status == 200:
                        self.acknowledged.update(ids)
                if status == 200:
                    break
                self._stop.wait(0.1)
            self._stop.wait(self.pause)
