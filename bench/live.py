"""Two hundred segments kept by a running server: how soon who did something is in, and what the pages then take."""

import asyncio
import json
import os
import random
import sqlite3
import time
import uuid
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import uvloop
from pyroaring import BitMap64

from bench.server import Client, Server, told

SEGMENTS = 200
SENDERS = 400
RATE = int(os.environ.get("BENCH_STREAM", 20))
SECONDS = 60
LINES = 8
PROBES = 40
LONGEST = 120.0
PATIENCE = 20.0
NAMES = ("Page Viewed", "Product Viewed", "Product Viewed", "Product Added", "Order Completed", "Signed In")
PROBE = "Bench Probed"
BEGIN = """
import django, sys; django.setup()
from django.utils import timezone
from bench.audiences import audiences
from bench.live import PROBE, SEGMENTS
from relacja.config import upgrades
from relacja.jobs.models import Job
from relacja.segments import actions, queries, rules
from relacja.segments.models import Segment
upgrades.bring_up_to_date()
actions.ensure_ready_made(now=timezone.now())
Segment.objects.filter(name__startswith="Bench ").delete()
probe = {"kind": "event", "name": PROBE, "op": "at_least", "times": 1, "within": 1, "unit": "days"}
given = [*audiences(SEGMENTS), probe] if sys.argv[1] == "many" else [probe]
now = timezone.now()
made = [actions.create(name=f"Bench {number}", rule=rule, now=now) for number, rule in enumerate(given)]
every = list(Segment.objects.live())
for one, people in zip(every, queries.everybody([rules.read(one.rule) for one in every], now), strict=True):
    one.settle(people, counted_at=now)
Job.objects.all().delete()
print(made[-1].pk)
"""


@dataclass(frozen=True, slots=True)
class Appeared:
    """Seconds from sending an event to being a member by it, of each who was; how many were not, and what was sent."""

    delays: list[float]
    missing: int
    sent: int
    behind: float


def begun(home: Path, *, many: bool) -> int:
    """The base has its segments, counted now, so that nothing is due; the number of the one that probes are for."""
    return int(told(home, BEGIN, "many" if many else "few").strip())


def settled(server: Server) -> float:
    """Seconds until the server has nothing left to read."""
    started = time.perf_counter()
    while _unread(server) and time.perf_counter() - started < LONGEST:
        time.sleep(0.1)
    return time.perf_counter() - started


def appeared(server: Server, segment: int) -> Appeared:
    """A steady stream of what known people do, and among it probes: when is who sent one a member?

    Ends by itself: the stream after `SECONDS`, waiting for the last probes after `PATIENCE` more.
    """
    users = _known(server)
    settled(server)
    members = _Members(server, segment)
    here = members.now()
    fresh = [(number, user) for number, user in users.items() if number not in here]
    probes, others = fresh[:PROBES], [user for _number, user in fresh[PROBES:]]
    delays, missing, sent = uvloop.run(_streamed(server, members, probes, others))
    return Appeared(delays, missing, sent, settled(server))


async def _streamed(
    server: Server, members: "_Members", probes: list[tuple[int, str]], others: list[str]
) -> tuple[list[float], int, int]:
    stream = _Stream(server, _turns(probes, others, RATE * SECONDS // len(probes)))
    lines = [asyncio.create_task(stream.send(number)) for number in range(LINES)]
    delays: list[float] = []
    while (now := time.perf_counter()) < stream.ends or (stream.waiting and now < stream.ends + PATIENCE):
        if stream.waiting:
            here = members.now()
            for contact in [one for one in stream.waiting if one in here]:
                delays.append(time.perf_counter() - stream.waiting.pop(contact))
        await asyncio.sleep(0.02)
    await asyncio.gather(*lines)
    return delays, len(stream.waiting), stream.sent


class _Stream:
    """What is sent over several lines at once: who looks at the members meanwhile is not kept by a line that waits."""

    def __init__(self, server: Server, turns: Iterator[tuple[int, str, str]]) -> None:
        self.server, self.turns = server, turns
        self.waiting: dict[int, float] = {}
        self.sent = 0
        self.started = time.perf_counter()
        self.ends = self.started + SECONDS

    async def send(self, number: int) -> None:
        line = await asyncio.open_connection("127.0.0.1", self.server.port)
        due = self.started + number / RATE
        while due < self.ends:
            await asyncio.sleep(max(0.0, due - time.perf_counter()))
            contact, user, name = next(self.turns)
            if contact:
                self.waiting[contact] = time.perf_counter()
            await _send(line, self.server.keys["source"], user, name)
            self.sent += 1
            due += LINES / RATE
            if time.perf_counter() > self.ends:
                break
        line[1].close()


def _turns(probes: list[tuple[int, str]], others: list[str], every: int) -> Iterator[tuple[int, str, str]]:
    left, number = iter(probes), 0
    while True:
        number += 1
        probe = next(left, None) if number % every == 0 else None
        if probe:
            yield *probe, PROBE
        else:
            yield 0, others[number * 7 % len(others)], NAMES[number % len(NAMES)]


async def _send(line: tuple[asyncio.StreamReader, asyncio.StreamWriter], key: str, user: str, name: str) -> None:
    properties = {"category": "c3", "price": 120, "product_id": "p7", "order_id": uuid.uuid4().hex[:12]}
    message = {"writeKey": key, "userId": user, "event": name, "messageId": uuid.uuid4().hex, "properties": properties}
    body = json.dumps(message).encode()
    head = f"POST /v1/track HTTP/1.1\r\nHost: bench\r\nContent-Type: application/json\r\nContent-Length: {len(body)}"
    line[1].write(head.encode() + b"\r\n\r\n" + body)
    answer = await line[0].readuntil(b"\r\n\r\n")
    if not answer.startswith(b"HTTP/1.1 200"):
        raise SystemExit(f"an event was answered {answer[:200]!r}")
    await line[0].readexactly(int(answer.lower().partition(b"content-length:")[2].partition(b"\r\n")[0]))


def _known(server: Server) -> dict[int, str]:
    """Contacts of the base, scattered over it, with the number by which the source now calls each of them.

    Others at each run: who was probed by the last one is a member for a day.
    """
    with _records(server) as records:
        last = records.execute("SELECT max(id) FROM contacts_contact WHERE source = 'bench'").fetchone()[0]
        apart = last // SENDERS
        first = random.randrange(1, apart + 1)
        chosen = [first + number * apart for number in range(SENDERS)]
        places = ",".join("?" * len(chosen))
        found = records.execute(
            f"SELECT id, email FROM contacts_contact WHERE archived_at IS NULL AND id IN ({places})",
            chosen,
        ).fetchall()
    run, source = uuid.uuid4().hex[:6], Client(server.port, {"Content-Type": "application/json"})
    users = {number: f"b{run}-{number}" for number, _email in found}
    for number, email in found:
        said = {"writeKey": server.keys["source"], "userId": users[number], "traits": {"email": email}}
        status, answer, _milliseconds = source.ask("POST", "/v1/identify", said)
        if status != 200:
            raise SystemExit(f"an identification was answered {status}: {answer[:200]!r}")
    return users


def _unread(server: Server) -> bool:
    """Whether a reader of the log has not read all of it, or a segment waits for being counted."""
    with _records(server) as records:
        last = records.execute("SELECT max(id) FROM events_entry").fetchone()[0] or 0
        behind = records.execute("SELECT count(*) FROM events_cursor WHERE entry_id < ?", [last]).fetchone()[0]
        uncounted = records.execute(
            "SELECT count(*) FROM segments_segment WHERE archived_at IS NULL AND counted_at IS NULL"
        ).fetchone()[0]
        return bool(behind or uncounted)


class _Members:
    """The members of a segment as the records have them: looked at from beside the server, which is not asked."""

    def __init__(self, server: Server, segment: int) -> None:
        self.records, self.segment = _records(server), segment
        self.version, self.people = 0, BitMap64()

    def now(self) -> BitMap64:
        found = self.records.execute("SELECT version FROM segments_segment WHERE id = ?", [self.segment]).fetchone()
        if found[0] != self.version:
            self.version, members = self.records.execute(
                "SELECT version, members FROM segments_segment WHERE id = ?", [self.segment]
            ).fetchone()
            self.people = BitMap64.deserialize(members) if members else BitMap64()
        return self.people


def _records(server: Server) -> sqlite3.Connection:
    return sqlite3.connect(f"file:{server.home / 'records.sqlite3'}?mode=ro", uri=True)
