"""Throwaway PostgreSQL and Redis on free ports, for the tests of the scaled mode.

`python ops/services.py COMMAND...` starts both, runs the command with TEST_DATABASE_URL and TEST_REDIS_URL set, and
stops them again whatever happens.
"""

import os
import shutil
import signal
import socket
import subprocess
import sys
import tempfile
import time
from contextlib import ExitStack, contextmanager
from pathlib import Path

USER = "postgres"


def postgresql_programs() -> Path | None:
    """The folder with initdb and postgres: newest first, or None where PostgreSQL is not installed."""
    found = sorted(Path("/usr/lib/postgresql").glob("*/bin/initdb"), reverse=True)
    if found:
        return found[0].parent
    on_path = shutil.which("initdb")
    return Path(on_path).resolve().parent if on_path else None


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


def answers(port: int, *, seconds: float = 30) -> None:
    until = time.monotonic() + seconds
    while time.monotonic() < until:
        with socket.socket() as probe:
            probe.settimeout(1)
            if probe.connect_ex(("127.0.0.1", port)) == 0:
                return
        time.sleep(0.1)
    raise SystemExit(f"nothing answers on port {port}")


@contextmanager
def postgresql(programs: Path):
    """A PostgreSQL that forgets everything; PostgreSQL refuses to run as root, so it runs as its own user then."""
    folder = Path(tempfile.mkdtemp(prefix="relacja-pg-"))
    as_user = []
    if os.geteuid() == 0:
        shutil.chown(folder, USER, USER)
        as_user = ["runuser", "-u", USER, "--"]
    data, port = folder / "data", free_port()
    quiet = {"stdout": subprocess.DEVNULL, "stderr": subprocess.DEVNULL, "cwd": folder}
    subprocess.run(
        [*as_user, programs / "initdb", "-D", data, "-U", USER, "--auth=trust", "--encoding=UTF8", "--locale=C.UTF-8"],
        check=True,
        **quiet,
    )
    options = [
        "-c",
        "fsync=off",
        "-c",
        "full_page_writes=off",
        "-c",
        "shared_buffers=256MB",
        "-c",
        "listen_addresses=127.0.0.1",
        "-c",
        f"unix_socket_directories={folder}",
        "-c",
        "max_connections=200",
    ]
    server = subprocess.Popen([*as_user, programs / "postgres", "-D", data, "-p", str(port), *options], **quiet)
    try:
        answers(port)
        yield f"postgresql://{USER}@127.0.0.1:{port}/postgres"
    finally:
        server.send_signal(signal.SIGINT)
        try:
            server.wait(20)
        except subprocess.TimeoutExpired:
            server.kill()
        shutil.rmtree(folder, ignore_errors=True)


@contextmanager
def redis():
    port = free_port()
    server = subprocess.Popen(
        ["redis-server", "--port", str(port), "--bind", "127.0.0.1", "--save", "", "--appendonly", "no"],
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
        cwd=tempfile.gettempdir(),
    )
    try:
        answers(port)
        yield f"redis://127.0.0.1:{port}/0"
    finally:
        server.terminate()
        server.wait(20)


def main(command: list[str]) -> int:
    environment = dict(os.environ)
    with ExitStack() as stack:
        if programs := postgresql_programs():
            environment["TEST_DATABASE_URL"] = stack.enter_context(postgresql(programs))
        if shutil.which("redis-server"):
            environment["TEST_REDIS_URL"] = stack.enter_context(redis())
        return subprocess.call(command, env=environment)


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
