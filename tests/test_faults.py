"""What goes wrong with a whole process: it is killed, doubled, misconfigured, out of disk, or loses its facts."""

import os
import random
import shutil
import socket
import sqlite3
import statistics
import subprocess
import time
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

import pytest

from tests.processes import Installation, Running, free_port, listening, until
from tests.traffic import Stream, call, post_batch

pytestmark = pytest.mark.slow
KILLS = 30
WITHOUT_POWERS = ["setpriv", "--bounding-set=-all", "--inh-caps=-all"] if os.geteuid() == 0 else []

STORED = """
from relacja.clickhouse import facts
rows = facts.ask("SELECT getSubcolumn(properties, 'n')::String AS n, count() AS times FROM event"
                 " WHERE name = 'Parcel Weighed' GROUP BY n")
print(json.dumps({row["n"]: row["times"] for row in rows}))
"""
CONTACTS = """
from relacja.clickhouse import facts
[row] = facts.ask("SELECT count() AS contacts FROM contact FINAL WHERE is_deleted = 0")
print(json.dumps(row["contacts"]))
"""


@pytest.fixture
def installation(tmp_path: Path) -> Iterator[Installation]:
    with Installation(tmp_path / "home") as installation:
        yield installation


def records(installation: Installation, question: str) -> list[tuple]:
    """Rows of the records, asked without our own code."""
    path = installation.home / "records.sqlite3"
    with closing(sqlite3.connect(f"file:{path}?mode=ro", uri=True, timeout=20)) as connection:
        return connection.execute(question).fetchall()


def key_of(installation: Installation) -> str:
    return installation.told("source", "add", "Warehouse")["write_key"]


def wait_until_read(installation: Installation) -> None:
    """Every reader of the log has come to its end."""
    behind = "SELECT count(*) FROM events_cursor c, events_entry e WHERE e.id > c.entry_id"
    until(lambda: records(installation, behind) == [(0,)], seconds=60, what="everything read", pause=0.3)


def identify(port: int, key: str, count: int) -> None:
    people = [
        call("identify", f"who-{n}", userId=f"u{n}", traits={"email": f"u{n}@example.com", "firstName": "Ewa"})
        for n in range(count)
    ]
    assert post_batch(port, key, people)[0] == 200


def the_one_line(done: subprocess.CompletedProcess[str]) -> str:
    """What a refused command says: one line, and exit code 1."""
    assert done.returncode == 1, done.stdout + done.stderr
    lines = done.stderr.strip().splitlines()
    assert len(lines) == 1, done.stderr
    return lines[0]


def test_thirty_kills_lose_and_double_nothing(installation):
    moments = random.Random(7)
    server = installation.serve()
    key = key_of(installation)
    restarts, costs = [], []
    with Stream(key, [server.port]) as stream:
        for _ in range(KILLS):
            time.sleep(moments.uniform(0.2, 1.6))
            server.kill()
            began = time.monotonic()
            server = installation.serve(port=server.port)
            restarts.append(time.monotonic() - began)
            costs.append(server.own_seconds())
    wait_until_read(installation)
    server.end()

    stored = installation.ask(STORED)

    print(f"{KILLS} kills, {len(stream.acknowledged)} events acknowledged, {stream.statuses}")
    print(
        f"restart: median {statistics.median(restarts):.1f} s, worst {max(restarts):.1f} s; of its own {max(costs)} s"
    )
    assert stream.acknowledged <= stored.keys()
    assert set(stored.values()) == {1}
    assert statistics.median(costs) < 5


def test_a_server_that_is_asked_to_stop_keeps_what_it_acknowledged(installation):
    server = installation.serve()
    key = key_of(installation)
    with Stream(key, [server.port]) as stream:
        until(lambda: len(stream.acknowledged) > 1_000, seconds=30, what="events taken")
        took = server.end()

    assert took < 30
    assert "Traceback" not in server.output()
    again = installation.serve()
    wait_until_read(installation)
    again.end()
    stored = installation.ask(STORED)
    assert stream.acknowledged <= stored.keys()
    assert set(stored.values()) == {1}


def test_a_server_that_is_asked_to_stop_does_not_wait_for_open_pages(installation):
    server = installation.serve()

    with listening(server.port, "contacts", installation.cookie()):
        took = server.end()

    assert took < 20  # a page that is open stays so for ever
    assert "Traceback" not in server.output()


def test_a_second_server_is_told_in_one_line(installation):
    first = installation.serve()

    second = installation.command("serve", "--port", str(free_port()))

    assert "in use by another process of Relacja" in the_one_line(second)
    assert not first.has_ended


def test_a_taken_port_is_told_in_one_line(installation):
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]

        done = installation.command("serve", "--port", str(port))

    assert f"Port {port} is taken" in the_one_line(done)


@pytest.mark.parametrize(
    ("url", "said"),
    [
        ("mysql://localhost/relacja", "DATABASE_URL must start with sqlite:// or postgresql://"),
        ("postgresql://nobody@127.0.0.1:9/none", "The database of records cannot be opened"),
        ("postgresql://nobody@no-such-host.invalid/none", "The database of records cannot be opened"),
        ("sqlite:////no/such/folder/records.sqlite3", "The database of records cannot be opened"),
        ("sqlite:////", "The database of records cannot be opened"),
        ("postgresql://x:99999999/none", "DATABASE_URL is not a valid address"),
    ],
)
@pytest.mark.parametrize("command", ["serve", "migrate"])
def test_a_wrong_database_is_told_in_one_line(installation, url, said, command):
    port = ["--port", str(free_port())] if command == "serve" else []

    line = the_one_line(installation.command(command, *port, DATABASE_URL=url))

    assert said in line
    assert "DATABASE_URL" in line


def test_a_home_below_a_file_is_told_in_one_line(tmp_path):
    (tmp_path / "file").touch()

    line = the_one_line(Installation(tmp_path / "file" / "home").command("serve"))

    assert "RELACJA_HOME" in line


@pytest.mark.parametrize("has_key", [False, True])
def test_a_home_that_cannot_be_written_is_told_in_one_line(tmp_path, has_key):
    home = tmp_path / "home"
    home.mkdir()
    if has_key:
        (home / "secret_key").write_text("made before")
    home.chmod(0o500)

    line = the_one_line(Installation(home, through=WITHOUT_POWERS).command("serve", "--port", str(free_port())))

    assert str(home) in line


@pytest.fixture
def small_disk(tmp_path: Path) -> Iterator[Path]:
    """A disk of 200 MB."""
    folder = tmp_path / "disk"
    folder.mkdir()
    mounted = subprocess.run(
        ["mount", "-t", "tmpfs", "-o", "size=200m", "tmpfs", folder], capture_output=True, text=True
    )
    if mounted.returncode != 0:
        pytest.skip(f"NOT TESTED: a full disk, because no small disk can be mounted here: {mounted.stderr.strip()}")
    try:
        yield folder
    finally:
        subprocess.run(["umount", "-l", folder], check=True)


def fill(folder: Path) -> Path:
    """A file that takes all the room that is left."""
    filler = folder / "filler"
    with filler.open("wb", buffering=0) as file:
        for size in (1 << 20, 1 << 12, 1):
            try:
                while True:
                    file.write(b"x" * size)
            except OSError:
                continue
    return filler


def test_a_full_disk_is_said_and_loses_nothing(small_disk):
    with Installation(small_disk / "home", logs=small_disk.parent) as installation:
        server = installation.serve()
        key = key_of(installation)
        with Stream(key, [server.port], label="before") as before:
            until(lambda: len(before.acknowledged) > 500, seconds=30, what="events taken")
        filler = fill(small_disk)
        acknowledged = set(before.acknowledged)

        answer = until(lambda: _refused(server, key, acknowledged), seconds=40, what="a refusal", pause=0)

        status, headers, body = answer
        assert status in {503, 507}, body
        assert int(headers["retry-after"]) > 0
        assert "Nothing was stored" in body
        assert installation.command("check").returncode == 1

        filler.unlink()
        with Stream(key, [server.port], label="after") as after:
            until(lambda: len(after.acknowledged) > 500, seconds=60, what="events taken again")
        assert not server.has_ended
        wait_until_read(installation)
        server.end()
        stored = installation.ask(STORED)

    assert acknowledged | after.acknowledged <= stored.keys()
    assert set(stored.values()) == {1}


def _refused(server: Running, key: str, acknowledged: set[str]) -> tuple[int, dict[str, str], str] | None:
    """The answer to a large batch when it is no, else nothing."""
    ids = [f"full-{time.monotonic_ns()}-{n}" for n in range(15)]
    calls = [
        call("track", one, userId="u1", event="Parcel Weighed", properties={"n": one, "note": "x" * 20_000})
        for one in ids
    ]
    status, headers, body = post_batch(server.port, key, calls)
    if status == 200:
        acknowledged.update(ids)
        return None
    return status, headers, body


def test_a_backup_of_a_running_server_makes_a_working_one(installation, tmp_path):
    server = installation.serve()
    key = key_of(installation)
    identify(server.port, key, 40)
    with Stream(key, [server.port], label="kept") as kept:
        until(lambda: len(kept.acknowledged) > 1_000, seconds=30, what="events taken")
        surely = set(kept.acknowledged)
        backup = installation.told("backup", str(tmp_path / "copies"))["backup"]
        until(lambda: len(kept.acknowledged) > len(surely) + 200, seconds=30, what="events taken after the backup")
    server.kill()

    with Installation(tmp_path / "new") as other:
        other.told("restore", backup)
        stored, contacts = other.ask(STORED), other.ask(CONTACTS)
        known = records(other, "SELECT count(*) FROM contacts_contact")
        again = other.serve()
        checked = other.told("check")
        status, _headers, _body = post_batch(
            again.port, key, [call("track", "later", userId="u1", event="Parcel Sent")]
        )

    assert surely <= stored.keys()
    assert set(stored.values()) == {1}
    assert known == [(40,)]
    assert contacts == 40
    assert [finding for finding in checked if finding["level"] == "error"] == []
    assert status == 200


def test_lost_facts_are_built_anew(installation):
    server = installation.serve()
    key = key_of(installation)
    identify(server.port, key, 40)
    with Stream(key, [server.port]) as stream:
        until(lambda: len(stream.acknowledged) > 1_000, seconds=30, what="events taken")
    wait_until_read(installation)
    server.end()
    before = installation.ask(STORED)
    assert before.keys() == stream.acknowledged
    shutil.rmtree(installation.home / "facts")

    assert installation.told("rebuild-facts") == {"rebuilt": True}

    assert installation.ask(STORED) == before
    assert installation.ask(CONTACTS) == 40


def test_lost_facts_are_built_anew_by_the_running_server(installation):
    server = installation.serve()
    key = key_of(installation)
    identify(server.port, key, 40)
    with Stream(key, [server.port], label="first") as first:
        until(lambda: len(first.acknowledged) > 1_000, seconds=30, what="events taken")
    wait_until_read(installation)
    server.end()
    shutil.rmtree(installation.home / "facts")
    server = installation.serve()

    with Stream(key, [server.port], label="meanwhile") as meanwhile:
        assert installation.told("rebuild-facts") == {"rebuilt": False}
        rebuilt = "SELECT state FROM jobs_job WHERE kind = 'config.rebuild_facts'"
        until(lambda: records(installation, rebuilt) == [("done",)], seconds=90, what="the facts rebuilt")
    wait_until_read(installation)
    server.end()

    stored = installation.ask(STORED)
    assert stored.keys() == first.acknowledged | meanwhile.acknowledged
    assert set(stored.values()) == {1}
    assert installation.ask(CONTACTS) == 40
