"""A server to measure: started on a base, asked over HTTP, ended by the id it was started with."""

import http.client
import json
import os
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent


@dataclass
class Server:
    """A running server and the keys to it."""

    home: Path
    port: int
    process: subprocess.Popen[bytes]
    start_seconds: float
    keys: dict[str, str]

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.port}"

    def megabytes(self) -> float:
        """Resident memory now."""
        status = Path(f"/proc/{self.process.pid}/status").read_text(encoding="ascii")
        line = next(line for line in status.splitlines() if line.startswith("VmRSS"))
        return int(line.split()[1]) / 1024

    def person(self) -> "Client":
        return Client(self.port, {"Cookie": f"sessionid={self.keys['session']}"})

    def program(self) -> "Client":
        headers = {"Authorization": f"Bearer {self.keys['api_key']}", "Content-Type": "application/json"}
        return Client(self.port, headers)


class Client:
    """One connection that stays open."""

    def __init__(self, port: int, headers: dict[str, str]) -> None:
        self.connection = http.client.HTTPConnection("127.0.0.1", port, timeout=60)
        self.headers = headers

    def ask(self, method: str, path: str, body: object = None) -> tuple[int, bytes, float]:
        """Status, body, and milliseconds."""
        started = time.perf_counter()
        sent = json.dumps(body) if body is not None else None
        self.connection.request(method, path, sent, self.headers)
        response = self.connection.getresponse()
        answer = response.read()
        return response.status, answer, (time.perf_counter() - started) * 1000


@contextmanager
def running(home: Path) -> Iterator[Server]:
    """A server on the base in `home`, until the block ends."""
    port = _free_port()
    environment = {**os.environ, "RELACJA_HOME": str(home), "PORT": str(port), "QUIET_HOURS": "off"}
    relacja = Path(sys.executable).with_name("relacja")
    started = time.perf_counter()
    with (home / "server.log").open("wb") as log:
        process = subprocess.Popen(
            [str(relacja), "serve", "--port", str(port), "--demo", "no"], env=environment, stdout=log, stderr=log
        )
    try:
        _wait(port, process)
        seconds = time.perf_counter() - started
        yield Server(home, port, process, seconds, json.loads((home / "keys.json").read_text(encoding="utf-8")))
    finally:
        process.terminate()
        try:
            process.wait(40)
        except subprocess.TimeoutExpired:
            process.kill()


def told(home: Path, script: str, *arguments: str) -> str:
    """What a Python script prints that runs on the base in `home`."""
    environment = {**os.environ, "RELACJA_HOME": str(home), "DJANGO_SETTINGS_MODULE": "relacja.config.settings"}
    command = [sys.executable, "-c", script, *arguments]
    done = subprocess.run(command, check=True, cwd=ROOT, env=environment, capture_output=True, text=True)
    return done.stdout


def _wait(port: int, process: "subprocess.Popen[bytes]") -> None:
    until = time.monotonic() + 120
    while time.monotonic() < until and process.poll() is None:
        try:
            client = Client(port, {})
            if client.ask("GET", "/sign-in/")[0] == 200:
                return
        except OSError:
            time.sleep(0.05)
    raise SystemExit("the server did not start")


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])
