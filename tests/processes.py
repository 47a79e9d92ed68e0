"""Whole processes of Relacja: started, waited for, read, and ended by their own number."""

import json
import os
import signal
import socket
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any
from urllib.error import HTTPError, URLError
from urllib.request import Request, urlopen

ROOT = Path(__file__).resolve().parent.parent
SESSION = """
from importlib import import_module
from django.conf import settings
from django.contrib.auth import BACKEND_SESSION_KEY, HASH_SESSION_KEY, SESSION_KEY
from relacja.staff.models import User
user = User.objects.create_user("alice@firma.example", "correct horse battery", name="Alice", role="administrator")
session = import_module(settings.SESSION_ENGINE).SessionStore()
session[SESSION_KEY] = str(user.pk)
session[BACKEND_SESSION_KEY] = settings.AUTHENTICATION_BACKENDS[0]
session[HASH_SESSION_KEY] = user.get_session_auth_hash()
session.save()
print(json.dumps(f"{settings.SESSION_COOKIE_NAME}={session.session_key}"))
"""
DOUBLE = ROOT / "tests" / "doubles" / "clickhouse_server.py"


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


def until(true: Callable[[], Any], *, seconds: float, what: str, pause: float = 0.1) -> Any:
    """The first answer of `true` that is one; fails when none came in time."""
    end = time.monotonic() + seconds
    while not (answer := true()):
        assert time.monotonic() < end, f"not within {seconds} s: {what}"
        time.sleep(pause)
    return answer


def get(url: str, *, cookie: str = "", seconds: float = 10) -> tuple[int, str]:
    """Status and text of a page; status 0 when nobody answers."""
    try:
        with urlopen(Request(url, headers={"Cookie": cookie}), timeout=seconds) as answer:
            return answer.status, answer.read().decode()
    except HTTPError as error:
        return error.code, error.read().decode()
    except (URLError, OSError):
        return 0, ""


@contextmanager
def listening(port: int, topic: str, cookie: str) -> Iterator[list[tuple[float, str]]]:
    """What `/live/` says about a topic, each with the moment it came."""
    heard: list[tuple[float, str]] = []
    with socket.create_connection(("127.0.0.1", port), timeout=60) as line:
        line.sendall(f"GET /live/?topic={topic} HTTP/1.1\r\nHost: localhost\r\nCookie: {cookie}\r\n\r\n".encode())
        answer = line.makefile("rb")
        assert b"200" in answer.readline()
        reader = threading.Thread(target=_hear, args=(answer, heard))
        reader.start()
        yield heard
        with suppress(OSError):
            line.shutdown(socket.SHUT_RDWR)
        reader.join(10)


def _hear(answer: Iterable[bytes], heard: list[tuple[float, str]]) -> None:
    heard.extend((time.monotonic(), line.decode()[5:].strip()) for line in answer if line.startswith(b"data:"))


@dataclass
class Running:
    """A process of a test, and what it says."""

    name: str
    process: subprocess.Popen
    said: Path
    port: int = 0

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.port}"

    @property
    def has_ended(self) -> bool:
        return self.process.poll() is not None

    def output(self) -> str:
        return self.said.read_text(encoding="utf-8", errors="replace")

    def own_seconds(self) -> float:
        """Processor time of this process so far: what a start costs, however busy the machine is."""
        fields = Path(f"/proc/{self.process.pid}/stat").read_text().rsplit(")", 1)[1].split()
        return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")

    def wait_until_it_answers(self, path: str = "/", *, seconds: float = 60) -> float:
        """Seconds until an HTTP answer came, whatever it says."""
        began = time.monotonic()
        while get(self.url + path, seconds=2)[0] == 0:
            assert not self.has_ended, f"{self.name} ended:\n{self.output()}"
            assert time.monotonic() - began < seconds, f"{self.name} does not answer:\n{self.output()}"
            time.sleep(0.02)
        return time.monotonic() - began

    def kill(self) -> None:
        """The end of a process that is asked nothing."""
        self.process.kill()
        self.process.wait(20)

    def end(self, *, seconds: float = 40) -> float:
        """Ask the process to stop; seconds until it did."""
        began = time.monotonic()
        self.process.send_signal(signal.SIGTERM)
        self.process.wait(seconds)
        return time.monotonic() - began


@dataclass
class Installation:
    """One installation: its settings, and the processes a test started. None of them outlives the `with`."""

    home: Path
    settings: dict[str, str] = field(default_factory=dict)
    logs: Path | None = None
    through: list[str] = field(default_factory=list)
    started: list[Running] = field(default_factory=list)

    def __enter__(self) -> "Installation":
        return self

    def __exit__(self, *_failure: object) -> None:
        for running in reversed(self.started):
            if not running.has_ended:
                running.kill()

    @property
    def environment(self) -> dict[str, str]:
        kept = {name: os.environ[name] for name in ("PATH", "HOME", "TMPDIR") if name in os.environ}
        return {**kept, "LANG": "C.UTF-8", "PYTHONPATH": str(ROOT), "RELACJA_HOME": str(self.home), **self.settings}

    def command(self, *arguments: str, seconds: float = 120, **settings: str) -> subprocess.CompletedProcess[str]:
        """`relacja ARGUMENTS`, to its end."""
        return subprocess.run(
            [*self.through, sys.executable, "-m", "relacja.config.cli", *arguments],
            env={**self.environment, **settings},
            cwd=ROOT,
            capture_output=True,
            text=True,
            timeout=seconds,
        )

    def told(self, *arguments: str) -> Any:
        """What a command prints with `--json`; it has to succeed."""
        done = self.command(*arguments, "--json")
        assert done.returncode == 0, done.stderr
        return json.loads(done.stdout)

    def serve(self, *, port: int = 0) -> Running:
        """Everything in one process, answering."""
        running = self._relacja("serve", port=port or free_port())
        running.wait_until_it_answers()
        return running

    def web(self) -> Running:
        return self._relacja("web", port=free_port())

    def worker(self) -> Running:
        return self._relacja("worker")

    def clickhouse(self, *, port: int, path: Path) -> Running:
        """The stand-in for a ClickHouse server."""
        running = self._start("clickhouse", [str(DOUBLE), "--port", str(port), "--path", str(path)], port=port)
        running.wait_until_it_answers("/ping")
        return running

    def ask(self, script: str) -> Any:
        """What a script prints as JSON that runs inside the installation, with Django set up."""
        done = subprocess.run(
            [sys.executable, "-c", f"import django, json; django.setup()\n{script}"],
            env={**self.environment, "DJANGO_SETTINGS_MODULE": "relacja.config.settings"},
            cwd=ROOT,
            capture_output=True,
            text=True,
            timeout=120,
        )
        assert done.returncode == 0, done.stderr
        return json.loads(done.stdout)

    def cookie(self) -> str:
        """The cookie of an administrator who is signed in."""
        return self.ask(SESSION)

    def _relacja(self, name: str, *, port: int = 0) -> Running:
        listening = ["--port", str(port)] if port else []
        return self._start(name, ["-m", "relacja.config.cli", name, *listening], port=port)

    def _start(self, name: str, arguments: list[str], *, port: int) -> Running:
        logs = self.logs or self.home
        logs.mkdir(parents=True, exist_ok=True)
        said = logs / f"{name}-{len(self.started)}.log"
        with said.open("w") as file:
            process = subprocess.Popen(
                [sys.executable, *arguments],
                env=self.environment,
                cwd=ROOT,
                stdin=subprocess.DEVNULL,
                stdout=file,
                stderr=subprocess.STDOUT,
            )
        running = Running(name, process, said, port)
        self.started.append(running)
        return running
