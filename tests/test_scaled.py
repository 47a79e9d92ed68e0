"""The scaled mode: PostgreSQL, Redis and a ClickHouse server, two web processes and two workers."""

import json
import os
import time
import uuid
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any
from urllib.parse import urlencode, urlsplit

import psycopg
import pytest

from tests import processes
from tests.processes import Installation, listening, until
from tests.traffic import Stream, call, post_batch

DATABASE = os.environ.get("TEST_DATABASE_URL", "")
REDIS = os.environ.get("TEST_REDIS_URL", "")

pytestmark = [pytest.mark.scaled, pytest.mark.slow]
needs_servers = pytest.mark.skipif(
    not (DATABASE and REDIS),
    reason="NOT TESTED: the scaled mode, because PostgreSQL and Redis are missing (run: make test, on Debian"
    " after apt-get install postgresql redis-server)",
)

HELD = "SELECT name, owner FROM jobs_lease WHERE until > now() AND owner <> ''"
CONTACT = "SELECT id FROM contacts_contact WHERE email = 'ewa@example.com'"
STORED = (
    "SELECT getSubcolumn(properties, 'n')::String AS n, count() AS times FROM event"
    " WHERE name = 'Parcel Weighed' GROUP BY n FORMAT JSONEachRow"
)


@contextmanager
def fresh_database() -> Iterator[str]:
    name = f"relacja_{uuid.uuid4().hex[:12]}"
    with psycopg.connect(DATABASE, autocommit=True) as server:
        server.execute(f'CREATE DATABASE "{name}"')
        try:
            yield urlsplit(DATABASE)._replace(path=f"/{name}").geturl()
        finally:
            server.execute(f'DROP DATABASE "{name}" WITH (FORCE)')


class Scaled:
    """Two web processes and two workers on one store of each kind."""

    def __init__(self, installation: Installation, facts: Path, port: int) -> None:
        self.installation, self.facts, self.port = installation, facts, port
        self.clickhouse = installation.clickhouse(port=port, path=facts)
        migrated = installation.command("migrate")
        assert migrated.returncode == 0, migrated.stderr
        self.key = installation.told("source", "add", "Warehouse")["write_key"]
        self.webs = [installation.web(), installation.web()]
        self.workers = [installation.worker(), installation.worker()]
        for web in self.webs:
            web.wait_until_it_answers()

    @property
    def ports(self) -> list[int]:
        return [web.port for web in self.webs]

    def records(self, question: str) -> list[tuple[Any, ...]]:
        with psycopg.connect(self.installation.settings["DATABASE_URL"]) as records:
            return records.execute(question).fetchall()

    def owners(self) -> dict[str, str]:
        """The process behind each lease that is held."""
        return {name: owner.rsplit(":", 1)[1] for name, owner in self.records(HELD)}

    def stored(self) -> dict[str, int]:
        """How often each parcel is in ClickHouse, asked without our own code."""
        status, answer = processes.get(f"http://127.0.0.1:{self.port}/?{urlencode({'query': STORED})}")
        assert status == 200, answer
        return {row["n"]: int(row["times"]) for row in map(json.loads, answer.splitlines())}

    def wait_for(self, ids: set[str], *, seconds: float) -> dict[str, int]:
        """What is stored, as soon as all of `ids` are."""
        return until(
            lambda: ids <= (stored := self.stored()).keys() and stored,
            seconds=seconds,
            what=f"{len(ids)} events in ClickHouse",
            pause=0.5,
        )

    def make_whole(self) -> None:
        """Start again what a test has ended."""
        if self.clickhouse.has_ended:
            self.clickhouse = self.installation.clickhouse(port=self.port, path=self.facts)
        self.workers = [self.installation.worker() if worker.has_ended else worker for worker in self.workers]
        alive = {str(worker.process.pid) for worker in self.workers}
        until(lambda: (owners := self.owners()) and alive >= set(owners.values()), seconds=60, what="workers at work")


@pytest.fixture(scope="module")
def stage(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Scaled]:
    tmp_path, port = tmp_path_factory.mktemp("scaled"), processes.free_port()
    with fresh_database() as records:
        settings = {
            "DATABASE_URL": records,
            "REDIS_URL": REDIS,
            "EVENTS_URL": f"clickhouse://127.0.0.1:{port}",
            "SECRET_KEY": "one key for every machine",
        }
        with Installation(tmp_path / "home", settings) as installation:
            yield Scaled(installation, tmp_path / "clickhouse", port)


@pytest.fixture
def scaled(stage: Scaled) -> Scaled:
    stage.make_whole()
    return stage


@needs_servers
def test_a_story_told_to_one_process_is_read_in_the_other(scaled):
    cookie = scaled.installation.cookie()
    told, shown = scaled.webs

    status, _headers, body = post_batch(
        told.port,
        scaled.key,
        [
            call("identify", "i1", userId="7", traits={"email": "ewa@example.com", "firstName": "Ewa"}),
            call("track", "t1", userId="7", event="Parcel Weighed", properties={"n": "first"}),
        ],
    )
    assert status == 200, body
    contact = until(lambda: scaled.records(CONTACT), seconds=20, what="a contact made by identify")[0][0]
    scaled.wait_for({"first"}, seconds=20)

    with listening(shown.port, f"contact:{contact}", cookie) as heard:
        again = [call("track", "t2", userId="7", event="Parcel Weighed", properties={"n": "second"})]
        assert post_batch(told.port, scaled.key, again)[0] == 200
        page = f"{shown.url}/contacts/{contact}/"
        until(lambda: processes.get(page, cookie=cookie)[1].count("Parcel Weighed") >= 2, seconds=5, what="both events")
        until(lambda: heard, seconds=5, what="a message on the other process's stream")


@needs_servers
def test_work_goes_on_when_a_worker_is_killed(scaled):
    with Stream(scaled.key, scaled.ports, label="killed") as stream:
        time.sleep(1)
        owners = set(scaled.owners().values())
        killed, other = sorted(scaled.workers, key=lambda worker: str(worker.process.pid) not in owners)
        killed.kill()
        until(
            lambda: set(scaled.owners().values()) == {str(other.process.pid)},
            seconds=20,
            what="the other worker taking over",
            pause=0.2,
        )
        time.sleep(2)

    stored = scaled.wait_for(stream.acknowledged, seconds=30)

    assert set(stored.values()) == {1}
    assert {one for one in stored if one.startswith("killed")} == stream.acknowledged


@needs_servers
def test_events_are_taken_while_clickhouse_is_away(scaled):
    with Stream(scaled.key, scaled.ports, label="away") as stream:
        until(lambda: len(stream.acknowledged) > 200, seconds=20, what="events taken")
        scaled.clickhouse.end()
        before = len(stream.acknowledged)
        time.sleep(6)
        during = len(stream.acknowledged) - before
        scaled.make_whole()

    stored = scaled.wait_for(stream.acknowledged, seconds=60)

    assert stream.statuses.keys() == {200}
    assert during > 200
    assert set(stored.values()) == {1}
    assert {one for one in stored if one.startswith("away")} == stream.acknowledged


@needs_servers
def test_a_worker_that_is_asked_to_stop_lets_go_of_its_work(scaled):

    for worker in scaled.workers:
        assert worker.end() < 25
        assert worker.process.returncode == 0, worker.output()

    assert scaled.owners() == {}


@needs_servers
@pytest.mark.parametrize("name", ["web", "worker"])
def test_the_scaled_processes_wait_for_migrations(tmp_path, name):
    with fresh_database() as records:
        settings = {"DATABASE_URL": records, "EVENTS_URL": "clickhouse://127.0.0.1:9", "SECRET_KEY": "one key"}

        done = Installation(tmp_path, settings).command(name)

    assert done.returncode == 1
    assert "Run: relacja migrate" in done.stderr
    assert len(done.stderr.strip().splitlines()) == 1


@pytest.mark.parametrize("name", ["web", "worker"])
@pytest.mark.parametrize(
    ("settings", "missing"),
    [
        ({}, "EVENTS_URL=clickhouse://"),
        ({"EVENTS_URL": "clickhouse://127.0.0.1:9"}, "DATABASE_URL=postgresql://"),
        ({"EVENTS_URL": "clickhouse://127.0.0.1:9", "DATABASE_URL": "postgresql://127.0.0.1:9/x"}, "SECRET_KEY"),
    ],
)
def test_the_scaled_processes_refuse_embedded_stores(tmp_path, name, settings, missing):
    done = Installation(tmp_path).command(name, **settings)

    assert done.returncode == 1
    assert missing in done.stderr
    assert len(done.stderr.strip().splitlines()) == 1
    assert done.stdout == ""
