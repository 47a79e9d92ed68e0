"""`make bench`: measure, print one table, and write it to docs/reference/benchmarks.md.

Everything runs on this machine, load generator included, so the server has what the generator leaves. Set
BENCH_CONTACTS and BENCH_EVENTS for another size than 100 thousand and 1 million contacts, BENCH_IMPORTED and
BENCH_CHANGED for fewer rows than a million to import and a hundred thousand to change at once.
"""

import json
import os
import platform
import shutil
import statistics
import subprocess
import sys
import tempfile
import threading
import time
import uuid
from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any
from urllib.parse import quote

from bench import collector, imports, lists, live
from bench.server import Client, Server, running

ROOT = Path(__file__).resolve().parent.parent
BASES = Path(os.environ.get("BENCH_HOME", ROOT / "var" / "bench"))
SMALL = (100_000, 2_000_000)
LARGE = (int(os.environ.get("BENCH_CONTACTS", 1_000_000)), int(os.environ.get("BENCH_EVENTS", 20_000_000)))
IMPORTED = int(os.environ.get("BENCH_IMPORTED", 1_000_000))
WORDS = ["nowak", "anna woj", "601", "żuk", "kowal", "an", "lewandowski ewa", "@poczta", "paweł maz", "77777"]


@dataclass(frozen=True, slots=True)
class Line:
    """One row of the table."""

    what: str
    measured: str
    aim: str
    met: bool | None = None

    def row(self) -> str:
        mark = {True: "yes", False: "**no**", None: ""}[self.met]
        return f"| {self.what} | {self.measured} | {self.aim} | {mark} |"


class Said(list[Line]):
    """Lines that are printed as they come: a run that is stopped has said something."""

    def __iadd__(self, more: list[Line]) -> "Said":
        for line in more:
            print(line.row(), flush=True)
            self.append(line)
        return self


def main() -> None:
    lines = Said()
    for size in (SMALL, LARGE):
        home = base(*size)
        label = f"{size[0]:,} contacts, {size[1]:,} events"
        print(f"measuring on {label}", flush=True)
        if size == LARGE:
            lines += segments(home, label)
            live.begun(home, many=False)
        with running(home) as server:
            lines += pages(server, size[0])
            if size == LARGE:
                lines += whole(server)
        if size == LARGE:
            probed = live.begun(home, many=True)
            with running(home) as server:
                lines += beside_segments(server, probed, size[0])
        if size == SMALL:
            with tempfile.TemporaryDirectory() as copy:  # a base is kept for the next time, without who was imported
                fresh = shutil.copytree(home, Path(copy) / "home", symlinks=True)  # the facts name their own so
                lists.filled(fresh)
                with running(fresh) as server:
                    lines += at_once(server)
                    lines += importing(server)
    write(lines)


def base(contacts: int, events: int) -> Path:
    """The base of that size, filled if it is not there yet."""
    home = BASES / f"{contacts}-{events}"
    home.mkdir(parents=True, exist_ok=True)
    command = [sys.executable, "-m", "bench.prepare", str(contacts), str(events)]
    subprocess.run(command, check=True, cwd=ROOT, env={**os.environ, "RELACJA_HOME": str(home)})
    return home


def segments(home: Path, label: str) -> list[Line]:
    """Two hundred segments asked in a process of their own."""
    command = [sys.executable, "-m", "bench.segments"]
    environment = {**os.environ, "RELACJA_HOME": str(home)}
    answer = subprocess.run(command, check=True, cwd=ROOT, env=environment, capture_output=True, text=True)
    found = json.loads(answer.stdout.strip().splitlines()[-1])
    preview, slowest, whole = found["preview"], max(found["by_hand"]), found["everybody"]
    middle, peak, before = statistics.median(found["by_hand"]), found["megabytes_peak"], found["megabytes_before"]
    one, many, following = (found[name] for name in ("reaction_to_one", "reaction_to_many", "following"))
    ratio = f"median {middle:.1f} times, most {slowest:.1f} times the work"
    memory = f"{before:.0f} MB before, {peak:.0f} MB at most"
    return [
        Line(f"preview of a segment, 40 different rules, {label}", took(preview), "p95 500 ms", preview["p95"] <= 0.5),
        Line("preview beside the best hand-written SQL, 14 rules", ratio, "2 times", slowest <= 2),
        Line("200 segments asked again for one person", took(one), "p95 1 s", one["p95"] <= 1),
        Line("200 segments asked again for 200 people", took(many), "p95 2 s", many["p95"] <= 2),
        Line("200 segments follow fifteen seconds", took(following), "p95 2 s", following["p95"] <= 2),
        Line("200 segments counted from the start", took(whole), "60 s", whole["median"] <= 60),
        Line("memory of the process that counts them", memory, ""),
    ]


def took(found: dict[str, float]) -> str:
    """Milliseconds by the clock, and the work of all threads together."""
    median, slow, work = (found[name] * 1000 for name in ("median", "p95", "work"))
    return f"median {median:,.0f} ms, p95 {slow:,.0f} ms, work {work:,.0f} ms"


def pages(server: Server, contacts: int) -> list[Line]:
    """List and search at this size, as a person opens them."""
    person = server.person()
    listed = times(person, [f"/contacts/?sort={sort}" for sort in ("newest", "name", "changed")] * 40)
    found = times(person, [f"/contacts/?q={quote(word)}" for word in WORDS] * 12)
    ruled, walked = lists.ruled(person), lists.walked(person)
    label = f"contact list narrowed by a rule, {contacts:,} contacts"
    return [
        Line(f"contact list, {contacts:,} contacts", both(listed), "p95 50 ms", p95(listed) <= 50),
        Line(label, both(ruled), "p95 300 ms", p95(ruled) <= 300),
        Line(
            f"from contact to contact along that list, {contacts:,} contacts",
            both(walked),
            "p95 400 ms",
            p95(walked) <= 400,
        ),
        Line(f"contact search, {contacts:,} contacts", both(found), "p95 100 ms", p95(found) <= 100),
    ]


def whole(server: Server) -> list[Line]:
    """Everything that is measured once, on the large base."""
    rest = server.megabytes()
    program = server.program()
    timeline = times(program, [f"/api/v1/contacts/{number}/timeline?limit=100" for number in range(1, 2_000, 10)])
    page = times(server.person(), [f"/contacts/{number}/" for number in range(1, 1_000, 10)])
    created = creating(server.program())
    delays = sorted(delay(server) for _ in range(40))
    memory = Peak(server)
    single = collector.single(server.url, server.keys["source"], rate=None)
    paced = collector.single(server.url, server.keys["source"])
    settle(server)
    batched = collector.batched(server.url, server.keys["source"])
    caught_up = settle(server)
    peak = memory.stop()
    rate = batched.events_per_second
    start, appearing = server.start_seconds, p95(delays)
    delayed = f"median {statistics.median(delays):.0f} ms, p95 {appearing:.0f} ms"
    api = "one contact created through the API, with consent, history and event"
    return [
        Line("start, from the command to the first page", f"{start:.1f} s", "3 s", start <= 3),
        Line("memory at rest", f"{rest:.0f} MB", "480 MB", rest <= 480),
        Line("memory under load, highest", f"{peak:.0f} MB", ""),
        Line(api, created[0], "300/s", created[1]),
        Line("timeline of 100 rows (API)", both(timeline), "p95 50 ms", p95(timeline) <= 50),
        Line("contact page with its timeline", both(page), "p95 60 ms", p95(page) <= 60),
        Line("event to timeline", delayed, "p95 2 s", appearing <= 2000),
        Line("single events, as fast as they go", str(single), "2,000/s", single.events_per_second >= 2000),
        Line("single events, 2,000/s asked for", str(paced), "p95 50 ms", paced.p95 <= 50),
        Line("batched events, 100 a request", str(batched), "20,000/s", rate >= 20_000),
        Line("after the batched run, until every reader had read everything", f"{caught_up:.1f} s", ""),
    ]


def beside_segments(server: Server, probed: int, contacts: int) -> list[Line]:
    """The same pages while two hundred segments are kept, and how soon an event changes who is in one of them."""
    live.settled(server)
    rest, beside = server.megabytes(), f"with {live.SEGMENTS} live segments"
    looked = [Line(f"{line.what}, {beside}", line.measured, line.aim, line.met) for line in pages(server, contacts)]
    page = times(server.person(), [f"/contacts/{number}/" for number in range(1, 1_000, 10)])
    listed = times(server.person(), ["/segments/"] * 40)
    found = live.appeared(server, probed)
    late, delays = found.missing, sorted(found.delays) or [live.SECONDS + live.PATIENCE]
    told = (
        f"median {statistics.median(delays):.1f} s, p95 {p95(delays):.1f} s, {late} of {len(delays) + late} not in time"
    )
    stream = f"event to membership, {live.RATE} events/s of {live.SENDERS} known people, {beside}"
    return [
        *looked,
        Line(f"contact page with its timeline, {beside}", both(page), "p95 60 ms", p95(page) <= 60),
        Line(f"list of {live.SEGMENTS} segments", both(listed), "p95 300 ms", p95(listed) <= 300),
        Line(f"memory at rest, {beside}", f"{rest:.0f} MB", ""),
        Line(stream, told, "p95 2 s", not late and p95(delays) <= 2),
        Line("after that stream, until every reader had read everything", f"{found.behind:.1f} s", ""),
    ]


def at_once(server: Server) -> list[Line]:
    """Companies as a list, and everybody changed at once while somebody looks at the list."""
    firms = lists.companies(server.person())
    made = lists.changed(server)
    there, back = (f"{seconds:.0f} s ({made.people / seconds:,.0f}/s)" for seconds in (made.there, made.back))
    return [
        Line(f"list of companies, {lists.COMPANIES:,} companies", both(firms), "p95 100 ms", p95(firms) <= 100),
        Line(f"{made.people:,} contacts changed at once", there, "5,000/s", made.people / made.there >= 5_000),
        Line(f"{made.people:,} contacts changed back", back, "5,000/s", made.people / made.back >= 5_000),
        Line("the list of contacts meanwhile", both(made.pages), "p95 500 ms", p95(made.pages) <= 500),
    ]


def importing(server: Server) -> list[Line]:
    """People come from a file while others work."""
    memory = Peak(server)
    found = imports.imported(server, IMPORTED)
    peak = memory.stop()
    rate, what = found.rate, f"import of {found.rows:,} new people"
    return [
        Line(what, f"{rate:,.0f} rows/s", "10,000/s", rate >= 10_000),
        Line(f"{what}: list and contact page meanwhile", both(found.pages), "p95 500 ms", p95(found.pages) <= 500),
        Line(f"{what}: memory of the server, highest", f"{peak:.0f} MB", "512 MB", peak <= 512),
    ]


def times(client: Client, paths: list[str]) -> list[float]:
    """Milliseconds of each request, after one round to warm up."""
    for path in paths[:10]:
        client.ask("GET", path)
    found = []
    for path in paths:
        status, _body, milliseconds = client.ask("GET", path)
        if status != 200:
            raise SystemExit(f"{path} answered {status}")
        found.append(milliseconds)
    return found


def creating(program: Client, count: int = 600) -> tuple[str, bool]:
    """Contacts a second with one client, each with a consent."""
    run = uuid.uuid4().hex[:8]
    consent = {"purpose": "newsletter", "channel": "email", "text_version": 1, "source": "bench"}
    started = time.perf_counter()
    for number in range(count):
        body = {
            "first_name": "Ewa",
            "last_name": "Próbna",
            "email": f"e{number}.{run}@poczta.example",
            "consent": consent,
        }
        status, answer, _milliseconds = program.ask("POST", "/api/v1/contacts", body)
        if status != 201:
            raise SystemExit(f"creating a contact answered {status}: {answer[:300]!r}")
    rate = count / (time.perf_counter() - started)
    return f"{rate:.0f}/s", rate >= 300


def delay(server: Server) -> float:
    """Milliseconds from sending an event to finding it on the timeline of its contact."""
    who, name = f"c-{uuid.uuid4().hex[:12]}", f"Measured {uuid.uuid4().hex[:8]}"
    source, program = Client(server.port, {"Content-Type": "application/json"}), server.program()
    key = server.keys["source"]
    source.ask("POST", "/v1/identify", {"writeKey": key, "userId": who, "traits": {"email": f"{who}@poczta.example"}})
    contact = eventually(lambda: json.loads(program.ask("GET", f"/api/v1/contacts?q={who}")[1])["items"])[0]["id"]
    started = time.perf_counter()
    source.ask("POST", "/v1/track", {"writeKey": key, "userId": who, "event": name})
    eventually(lambda: name.encode() in program.ask("GET", f"/api/v1/contacts/{contact}/timeline")[1])
    return (time.perf_counter() - started) * 1000


def eventually(ask: Callable[[], Any]) -> Any:
    """The answer once there is one; half a minute is long enough."""
    until = time.monotonic() + 30
    while time.monotonic() < until:
        if found := ask():
            return found
        time.sleep(0.01)
    raise SystemExit("it never came")


def settle(server: Server) -> float:
    """Seconds until what was sent last can be read by everybody."""
    started = time.perf_counter()
    delay(server)
    return time.perf_counter() - started


class Peak:
    """The highest resident memory between start and stop, looked at ten times a second."""

    def __init__(self, server: Server) -> None:
        self.server, self.highest, self.ended = server, 0.0, threading.Event()
        self.thread = threading.Thread(target=self._watch, daemon=True)
        self.thread.start()

    def _watch(self) -> None:
        while not self.ended.wait(0.1):
            self.highest = max(self.highest, self.server.megabytes())

    def stop(self) -> float:
        self.ended.set()
        self.thread.join()
        return self.highest


def p95(values: list[float]) -> float:
    return sorted(values)[int(len(values) * 0.95)]


def both(values: list[float]) -> str:
    return f"median {statistics.median(values):.0f} ms, p95 {p95(values):.0f} ms"


def write(lines: list[Line]) -> None:
    machine = f"{os.cpu_count()} cores, Python {platform.python_version()}"
    head = (
        f"Measured on {datetime.now(UTC):%Y-%m-%d} on {machine}: SQLite and chDB in one process, the load generator"
        " on the same machine."
    )
    table = "\n".join(["| what | measured | aim | met |", "|---|---|---|---|", *(line.row() for line in lines)])
    print(f"\n{table}\n")
    file = ROOT / "docs/reference/benchmarks.md"
    notes = file.read_text(encoding="utf-8").partition("\n## ")[2] if file.exists() else ""
    text = f"# Benchmarks\n\n`make bench` makes this table. {head}\n\n{table}\n"
    file.write_text(text + (f"\n## {notes}" if notes else ""), encoding="utf-8")


if __name__ == "__main__":
    main()
