"""The processes of an installation.

`serve` is everything in one process, which is how the embedded store of facts must be run. On PostgreSQL,
ClickHouse and Redis, `web` answers requests and `worker` does the work, on as many machines as needed.
"""

import errno
import gc
import logging
import signal
import socket
import sys
import threading
from collections.abc import Callable
from datetime import timedelta
from functools import partial
from types import FrameType

import uvicorn
from django.conf import settings
from django.db import connection
from django.utils import timezone
from django.utils.translation import gettext as _

from relacja.clickhouse import facts
from relacja.config import live as streams
from relacja.config import upgrades
from relacja.config.asgi import Root
from relacja.jobs import apart, pumps, runner
from relacja.lib import discovery, env, live
from relacja.lib.errors import Refused

log = logging.getLogger("relacja")
JOB_THREADS = 3
STOP_SECONDS = 20
# The event loop needs the interpreter for moments and often; waiting 5 ms behind each working thread halved what the
# collector took while the log was read.
SWITCH_SECONDS = 0.0005
# What was loaded at the start is never garbage, and a batch of events is thousands of objects, none of them in a
# circle: looking for garbage after each seven hundred of them finds nothing.
OBJECTS_BETWEEN_COLLECTIONS = 20_000


class Threads:
    """Threads that run until they are told to stop."""

    def __init__(self) -> None:
        self.stop = threading.Event()
        self.running: list[threading.Thread] = []

    def start(self, name: str, target: Callable[[threading.Event], None]) -> None:
        thread = threading.Thread(target=target, args=(self.stop,), name=name, daemon=True)
        thread.start()
        self.running.append(thread)

    def end(self) -> None:
        """Ask all to stop, and wait for them a bounded time."""
        self.stop.set()
        until = timezone.now() + timedelta(seconds=STOP_SECONDS)
        for thread in self.running:
            thread.join(max(0.0, (until - timezone.now()).total_seconds()))


def serve(*, host: str, port: int, prepare: Callable[[], None]) -> None:
    """Run everything in this process until it is told to stop. `prepare` is called once nothing can refuse any more."""
    _refuse_taken(host, port)
    _claim_the_facts()
    upgrades.bring_up_to_date()
    prepare()
    threads = Threads()
    _listen(
        host, port, started=partial(_start_work, threads, alone=connection.vendor == "sqlite"), stopping=threads.end
    )


def web(*, host: str, port: int) -> None:
    """Answer requests only; workers elsewhere do the rest."""
    _refuse_alone("web")
    upgrades.refuse_old_records()
    threads = Threads()
    _listen(host, port, started=partial(_start_relay, threads), stopping=threads.end)


def worker() -> None:
    """Do the work only, until told to stop."""
    _refuse_alone("worker")
    upgrades.refuse_old_records()
    threads = Threads()
    for sign in (signal.SIGTERM, signal.SIGINT):
        signal.signal(sign, lambda _sign, _frame: threads.stop.set())
    _start_work(threads, alone=False)
    threads.stop.wait()
    threads.end()


def _start_work(threads: Threads, *, alone: bool) -> None:
    discovery.contributions("pumps")
    import relacja.config.schedule  # noqa: F401 - the schedule is a pump; it may only be known once all apps are

    apart.allow()
    if alone:
        runner.take_over()
    owner = pumps.owner_here(alone=alone)
    for pump in pumps.pumps():
        threads.start(f"pump {pump.name}", partial(_keep, pump, owner))
    for number in range(JOB_THREADS):
        threads.start(f"job {number + 1}", runner.worker)
    _start_relay(threads)


def _keep(pump: pumps.Pump, owner: str, stop: threading.Event) -> None:
    pumps.run(pump, stop, owner=owner)


def _start_relay(threads: Threads) -> None:
    if settings.REDIS_URL:
        threads.start("live relay", live.relay)


class _Server(uvicorn.Server):
    """A server that is asked to stop does not wait for streams that never end by themselves."""

    def handle_exit(self, sig: int, frame: FrameType | None) -> None:
        streams.hang_up()
        super().handle_exit(sig, frame)


def _listen(host: str, port: int, *, started: Callable[[], None], stopping: Callable[[], None]) -> None:
    _refuse_taken(host, port)
    sys.setswitchinterval(SWITCH_SECONDS)
    gc.freeze()
    gc.set_threshold(OBJECTS_BETWEEN_COLLECTIONS, 20, 20)
    config = uvicorn.Config(
        Root(started=started, stopping=stopping),
        host=host,
        port=port,
        loop="uvloop",
        http="httptools",
        lifespan="on",
        log_level="warning",
        access_log=False,
        server_header=False,
        backlog=4096,
        timeout_keep_alive=30,
        timeout_graceful_shutdown=5,
    )
    server = _Server(config)
    server.run()
    if not server.started:
        sys.exit(1)


def _claim_the_facts() -> None:
    """Open the store now: whoever comes second is told at once, in a sentence."""
    facts.command("SELECT 1")


def _refuse_alone(name: str) -> None:
    """What belongs to one process or one machine cannot be shared by several."""
    if facts.is_embedded():
        raise Refused(
            _(
                "“relacja {name}” needs a ClickHouse server: an embedded store belongs to one process."
                " Set EVENTS_URL=clickhouse://…, or run “relacja serve”."
            ).format(name=name)
        )
    if connection.vendor == "sqlite":
        raise Refused(
            _("“relacja {name}” needs PostgreSQL: set DATABASE_URL=postgresql://…, or run “relacja serve”.").format(
                name=name
            )
        )
    if not env.is_given("SECRET_KEY"):
        raise Refused(
            _(
                "“relacja {name}” needs one key for all processes: set SECRET_KEY to the same value everywhere."
                " With different keys, sessions and visitors of one machine are strangers to the others."
            ).format(name=name)
        )


def _refuse_taken(host: str, port: int) -> None:
    with socket.socket() as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((host, port))
        except OSError as error:
            if error.errno == errno.EADDRINUSE:
                words = _("Port {port} is taken. Choose another one: make run PORT={other}.")
            else:
                words = _("Nothing can listen on {host}, port {port}: {reason}. Choose another HOST or PORT.")
            raise Refused(words.format(host=host, port=port, reason=error.strerror, other=port + 1)) from error
