"""`kill -9` while letters go out (F20): nobody gets two, nobody is skipped without being shown."""

import os
import signal
import sqlite3
import subprocess
import sys
import time
from collections import Counter
from pathlib import Path

import pytest

from relacja.messaging.tests.conftest import free_port
from relacja.messaging.tests.sender import THREADS

READERS = 90
KILLS = 4


def run(module: str, *arguments: str, env: dict[str, str]) -> subprocess.Popen:
    command = [sys.executable, "-m", f"relacja.messaging.tests.{module}", *arguments]
    return subprocess.Popen(command, env=env, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL)


def taken(log: Path) -> list[str]:
    return [line.split()[0] for line in log.read_text(encoding="utf-8").splitlines()] if log.exists() else []


@pytest.mark.slow
def test_kills_leave_doubt_but_no_copies_and_no_gaps(tmp_path):
    (tmp_path / "home").mkdir()
    port, log = free_port(), tmp_path / "log"
    env = os.environ | {
        "RELACJA_HOME": str(tmp_path / "home"),
        "DATABASE_URL": "sqlite://",
        "EMAIL_URL": f"smtp://127.0.0.1:{port}?tls=none",
        "QUIET_HOURS": "off",
    }
    assert run("sender", "prepare", str(READERS), env=env).wait(180) == 0
    sink = run("sink", str(port), str(log), env=env)
    try:
        assert sink.stdout.readline() == b"ready\n"
        for kill in range(1, KILLS + 1):
            sender, enough = run("sender", "send", env=env), READERS * kill // (KILLS + 1)
            while len(taken(log)) < enough and sender.poll() is None:
                time.sleep(0.01)
            sender.send_signal(signal.SIGKILL)
            sender.wait()
        assert run("sender", "send", env=env).wait(180) == 0
    finally:
        sink.kill()
        sink.wait()

    copies = Counter(taken(log))
    with sqlite3.connect(tmp_path / "home/records.sqlite3") as records:
        states = dict(records.execute('SELECT "to", state FROM messaging_message'))
    assert max(copies.values()) == 1
    assert len(states) == READERS
    assert set(states.values()) <= {"sent", "unconfirmed"}
    assert {address for address, state in states.items() if state == "sent"} <= copies.keys()
    assert list(states.values()).count("unconfirmed") <= THREADS * KILLS
