"""How fast events come in: `single(base_url, key)` and `batched(base_url, key)`.

Run by hand: python bench/collector.py http://127.0.0.1:8000 wk_…
The generator shares the machine with the server, and its own cost is part of the figure.
"""

import asyncio
import os
import statistics
import sys
import time
from collections.abc import Callable
from dataclasses import dataclass
from urllib.parse import urlsplit

import uvloop

RUN = os.urandom(6).hex()


@dataclass(frozen=True, slots=True)
class Figure:
    """What one run came to. Times in milliseconds, from the first byte sent to the answer read."""

    requests: int
    events_per_second: float
    median: float
    p95: float
    p99: float
    failures: int

    def __str__(self) -> str:
        return (
            f"{self.events_per_second:,.0f} events/s, median {self.median:.1f} ms, p95 {self.p95:.1f} ms, "
            f"p99 {self.p99:.1f} ms, {self.requests} requests, {self.failures} not answered 200"
        )


def single(
    base_url: str, key: str, *, seconds: float = 10, connections: int = 48, rate: float | None = 2_000
) -> Figure:
    """One event a request. At `rate` requests a second, or as fast as the connections answer when it is None."""
    return uvloop.run(_run(base_url, _single(base_url, key), 1, seconds, connections, rate))


def batched(
    base_url: str, key: str, *, seconds: float = 10, connections: int = 8, size: int = 100, rate: float | None = None
) -> Figure:
    """A hundred events a request, as fast as the connections answer or `rate` requests a second."""
    return uvloop.run(_run(base_url, _batch(base_url, key, size), size, seconds, connections, rate))


def _single(base_url: str, key: str) -> Callable[[int], bytes]:
    body = (
        '{"type":"track","event":"Product Viewed","messageId":"%s","anonymousId":"a-%06d","writeKey":"' + key + '",'
        '"properties":{"product_id":"r-104","name":"Rower miejski Żuraw 7","price":2499.00,"currency":"PLN",'
        '"category":"Rowery miejskie","url":"https://sklep.example/rower-7"},'
        '"context":{"page":{"url":"https://sklep.example/rower-7","path":"/rower-7","title":"Rower"},"locale":"pl-PL"}}'
    )

    def request(number: int) -> bytes:
        return _request(base_url, "/v1/track", (body % (f"{RUN}-s-{number}", number % 5000)).encode())

    return request


def _batch(base_url: str, key: str, size: int) -> Callable[[int], bytes]:
    one = (
        '{"type":"track","event":"Product Viewed","messageId":"%s","anonymousId":"a-%06d",'
        '"properties":{"product_id":"r-104","name":"Rower miejski Żuraw 7","price":2499.00,"currency":"PLN",'
        '"category":"Rowery miejskie"},"timestamp":"2026-11-01T10:00:00.000Z"}'
    )

    def request(number: int) -> bytes:
        events = ",".join(one % (f"{RUN}-b-{number}-{part}", (number * 7 + part) % 50_000) for part in range(size))
        return _request(base_url, "/v1/batch", f'{{"writeKey":"{key}","batch":[{events}]}}'.encode())

    return request


def _request(base_url: str, path: str, body: bytes) -> bytes:
    head = f"POST {path} HTTP/1.1\r\nHost: {urlsplit(base_url).netloc}\r\nContent-Type: application/json\r\n"
    return head.encode() + b"Content-Length: %d\r\n\r\n" % len(body) + body


async def _run(
    base_url: str, request: Callable[[int], bytes], size: int, seconds: float, connections: int, rate: float | None
) -> Figure:
    address = urlsplit(base_url)
    times: list[float] = []
    failures = 0
    numbers = iter(range(10**9))
    lines = await asyncio.gather(
        *(asyncio.open_connection(address.hostname, address.port) for _line in range(connections))
    )

    async def ask(line: tuple[asyncio.StreamReader, asyncio.StreamWriter]) -> bytes:
        reader, writer = line
        writer.write(request(next(numbers)))
        head = await reader.readuntil(b"\r\n\r\n")
        await reader.readexactly(int(head.lower().partition(b"content-length:")[2].partition(b"\r\n")[0]))
        return head

    # Everybody has been answered once before the clock starts: what is measured is a server at work.
    await asyncio.gather(*(ask(line) for line in lines))
    started = time.perf_counter()
    ends = started + seconds

    async def client(index: int) -> None:
        nonlocal failures
        step = connections / rate if rate else 0.0
        turn = started + (index / rate if rate else 0.0)
        while (now := time.perf_counter()) < ends:
            if rate and turn > now:
                await asyncio.sleep(turn - now)
            sent = turn if rate else now
            turn += step
            head = await ask(lines[index])
            times.append((time.perf_counter() - sent) * 1000)
            failures += not head.startswith(b"HTTP/1.1 200")
        lines[index][1].close()

    await asyncio.gather(*(client(index) for index in range(connections)))
    took = time.perf_counter() - started
    cuts = statistics.quantiles(times, n=100)
    return Figure(len(times), len(times) * size / took, cuts[49], cuts[94], cuts[98], failures)


if __name__ == "__main__":
    url, write_key = sys.argv[1:3]
    print("single, 2,000/s:   ", single(url, write_key))
    print("single, unbounded: ", single(url, write_key, rate=None))
    print("batches of 100:    ", batched(url, write_key))
