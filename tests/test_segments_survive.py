"""A server that is killed while events stream in and time passes: who is in which segment, and what was said of it."""

import random
import sqlite3
import threading
import time
from collections.abc import Iterator
from contextlib import closing, contextmanager
from pathlib import Path

import pytest

from tests.processes import Installation, until
from tests.traffic import call, post_batch

pytestmark = pytest.mark.slow
KILLS = 12
PEOPLE = 60
NAMES = ("Product Viewed", "Product Added", "Order Completed")
MAKE = """
from django.utils import timezone
from relacja.segments import actions
def did(name, times=1, **more):
    return {"kind": "event", "name": name, "op": "at_least", "times": times, **more}
minute = {"within": 1, "unit": "minutes"}
for name, rule in {
    "Ever": did("Product Added"),
    "Often": did("Product Viewed", 3),
    "This minute": did("Product Viewed", **minute),
    "Quiet carts": {"all": [did("Product Added"), {"not": did("Product Added", **minute)}]},
    "Added and not bought": {"all": [did("Product Added", after_last="Order Completed")]},
    "Busy minute": {"any": [did("Product Viewed", 2, **minute), did("Order Completed", 2, **minute)]},
}.items():
    actions.create(name=name, rule=rule, now=timezone.now())
print(json.dumps(None))
"""
FOUND = """
from relacja.events.event import read
from relacja.events.models import Entry
from relacja.segments import queries, rules
from relacja.segments.models import Clock, Segment
every = list(Segment.objects.live())
counted = queries.everybody([rules.read(one.rule) for one in every], Clock.objects.get().followed_at)
said = [[event.properties["key"], event.profile_id, event.name.split()[1]]
        for entry in Entry.objects.order_by("pk") for event in read(bytes(entry.events))
        if event.name in ("Segment Entered", "Segment Left")]
print(json.dumps({"members": {one.key: sorted(one.people()) for one in every}, "said": said,
                  "counted": {one.key: sorted(found) for one, found in zip(every, counted)}}))
"""


@pytest.fixture
def installation(tmp_path: Path) -> Iterator[Installation]:
    with Installation(tmp_path / "home") as installation:
        yield installation


def test_kills_under_a_stream_leave_members_as_counting_and_say_each_move_once(installation):
    moments = random.Random(11)
    server = installation.serve()
    key = installation.told("source", "add", "Shop")["write_key"]
    installation.ask(MAKE)
    identify(server.port, key)
    until(lambda: at_rest(installation), seconds=60, what="people known and segments counted", pause=0.3)
    with streaming(server.port, key):
        for _ in range(KILLS):
            time.sleep(moments.uniform(1.0, 6.0))
            server.kill()
            server = installation.serve(port=server.port)
    ended = time.time()
    until(lambda: at_rest(installation) and followed_at(installation) > ended, seconds=90, what="all heard", pause=0.5)
    server.end()

    found = installation.ask(FOUND)

    assert found["members"] == found["counted"]
    assert all(found["members"][key] for key in ("ever", "often"))
    standing: dict[tuple[str, int], str] = {}
    for segment, person, move in found["said"]:
        assert standing.get((segment, person), "Left") != move, "the same is said twice, or what lay between is lost"
        standing[segment, person] = move
    inside = {(segment, person) for segment, people in found["members"].items() for person in people}
    assert {who for who, move in standing.items() if move == "Entered"} == inside
    assert sum(move == "Left" for _segment, _person, move in found["said"]) > PEOPLE


def identify(port: int, key: str) -> None:
    people = [call("identify", f"i{n}", userId=f"u{n}", traits={"email": f"u{n}@firma.example"}) for n in range(PEOPLE)]
    assert post_batch(port, key, people)[0] == 200


@contextmanager
def streaming(port: int, key: str) -> Iterator[None]:
    """What people do, one batch after another; what a dead server did not take is not repeated."""
    stop, dice = threading.Event(), random.Random(5)

    def send() -> None:
        number = 0
        while not stop.wait(0.1):
            number += 1
            batch = [
                call("track", f"e{number}-{n}", userId=f"u{dice.randrange(PEOPLE)}", event=dice.choice(NAMES))
                for n in range(3)
            ]
            post_batch(port, key, batch, seconds=5)

    thread = threading.Thread(target=send, daemon=True)
    thread.start()
    try:
        yield
    finally:
        stop.set()
        thread.join(30)


def at_rest(installation: Installation) -> bool:
    behind = "SELECT count(*) FROM events_cursor c WHERE c.entry_id < (SELECT max(id) FROM events_entry)"
    uncounted = "SELECT count(*) FROM segments_segment WHERE archived_at IS NULL AND counted_at IS NULL"
    return records(installation, behind) == [(0,)] and records(installation, uncounted) == [(0,)]


def followed_at(installation: Installation) -> float:
    found = records(installation, "SELECT unixepoch(followed_at) FROM segments_clock")
    return float(found[0][0]) if found else 0.0


def records(installation: Installation, question: str) -> list[tuple]:
    path = installation.home / "records.sqlite3"
    with closing(sqlite3.connect(f"file:{path}?mode=ro", uri=True, timeout=20)) as connection:
        return connection.execute(question).fetchall()
