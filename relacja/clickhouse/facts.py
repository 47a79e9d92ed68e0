"""The door to the facts: one client for chDB in this process and for a ClickHouse server.

A handle answers one question at a time and costs about 15 ms to open, so handles are kept in a pool.
An embedded store belongs to one process: whoever comes second gets a sentence.
"""

import fcntl
import re
import threading
from collections.abc import Iterable, Iterator, Mapping
from contextlib import contextmanager
from contextvars import ContextVar
from functools import cache
from pathlib import Path
from queue import Empty, LifoQueue
from typing import IO, Any

import clickhouse_connect
import msgspec
from clickhouse_connect.driver.client import Client
from clickhouse_connect.driver.exceptions import ClickHouseError
from django.apps import apps
from django.conf import settings
from django.utils.translation import gettext as _

from relacja.lib.errors import Unavailable

LIMITS = {"max_execution_time": 30, "max_memory_usage": 4_000_000_000}
SETTINGS = {
    "date_time_input_format": "best_effort",
    "output_format_json_quote_64bit_integers": 0,
    # Text inside JSON columns stays as it was written: read as a date it would lose its zone and its precision.
    "input_format_try_infer_dates": 0,
    "input_format_try_infer_datetimes": 0,
}

MARK = "log_comment"
NO_CONNECTION = re.compile(r"Failed to establish a new connection: \[Errno -?\d+\] ([^)\"']+)")

_bounds: ContextVar[Mapping[str, Any] | None] = ContextVar("bounds", default=None)
_encode_lines = msgspec.json.Encoder().encode_lines
_pool: LifoQueue[Client] = LifoQueue()
_ownership: list[IO[str]] = []
_opening = threading.Lock()
_marks: list[str] = []
_ready: set[str] = set()


class Occupied(Unavailable):
    """The embedded store belongs to another process just now."""


class TooHeavy(Unavailable):
    """A question reached its limit of time or memory, and was stopped."""


class TooLong(TooHeavy):
    """It reached the limit of time."""


class TooLarge(TooHeavy):
    """It reached the limit of memory."""


class Stopped(Unavailable):
    """Whoever asked did not want to know any more."""


def is_embedded() -> bool:
    """Whether the facts live in this process (chDB) rather than on a server."""
    return settings.EVENTS_URL.startswith("chdb:")


def rows(app: str, name: str, **parameters: Any) -> list[dict[str, Any]]:
    """The answer of the statement `<app>/sql/<name>.sql`, one dictionary per row."""
    return ask(statement(app, name), parameters)


def ask(sql: str, parameters: Mapping[str, Any] | None = None, **limits: Any) -> list[dict[str, Any]]:
    """The answer of a composed statement. Values travel as `{name:Type}` parameters, never in the text."""
    allowed = {**LIMITS, **(_bounds.get() or {}), **limits}
    with _noted(str(allowed.get(MARK, ""))), handle() as client:
        answer = client.query(sql, parameters=dict(parameters or {}), settings=allowed)
        return [dict(zip(answer.column_names, row, strict=True)) for row in answer.result_rows]


@contextmanager
def bounded(*, seconds: float, megabytes: int, mark: str = "") -> Iterator[None]:
    """What is asked inside, by this thread, stops at these limits: each question raises `TooLong` or `TooLarge`.

    Under a `mark` it can be stopped by whoever knows the mark, and raises `Stopped`.
    """
    marked = {MARK: mark} if mark else {}
    token = _bounds.set({"max_execution_time": seconds, "max_memory_usage": megabytes * 1_000_000, **marked})
    try:
        yield
    finally:
        _bounds.reset(token)


@contextmanager
def quietly() -> Iterator[None]:
    """What is asked inside, by this thread, takes one core: nobody waits for it, and the others are for who does."""
    token = _bounds.set({**(_bounds.get() or {}), "max_threads": 1})
    try:
        yield
    finally:
        _bounds.reset(token)


def stop(mark: str) -> None:
    """What is being asked under this mark stops, wherever it is asked. Free where it is known that there is nothing."""
    if mark in _marks or not is_embedded():
        command(f"KILL QUERY WHERE Settings['{MARK}'] = {{mark:String}} ASYNC", {"mark": mark})


@contextmanager
def _noted(mark: str) -> Iterator[None]:
    """While a question runs, its mark is known in this process."""
    if mark:
        _marks.append(mark)
    try:
        yield
    finally:
        if mark:
            _marks.remove(mark)


def command(sql: str, parameters: Mapping[str, Any] | None = None) -> None:
    """Run a statement that answers nothing."""
    with handle() as client:
        client.command(sql, parameters=dict(parameters or {}))


def insert(table: str, lines: Iterable[Mapping[str, Any] | msgspec.Struct]) -> None:
    """Add rows to `table`. One call costs about 5 ms up to a thousand rows, so bring many at once."""
    insert_json(table, _encode_lines(list(lines)))


def insert_json(table: str, block: bytes) -> None:
    """Add rows that are already JSON, one object a line."""
    if block:
        with handle() as client:
            client.raw_insert(table, insert_block=block, fmt="JSONEachRow", settings=SETTINGS)


@contextmanager
def handle() -> Iterator[Client]:
    """A client for one question; outside failures become `Unavailable`."""
    client = _borrow()
    try:
        yield client
    except ClickHouseError as error:
        client.close()
        raise _translated(error) from error
    except BaseException:
        client.close()
        raise
    else:
        _pool.put(client)


def close() -> None:
    """Give the store back, so that another process may open it."""
    while True:
        try:
            _pool.get_nowait().close()
        except Empty:
            break
    _ready.clear()
    while _ownership:
        _ownership.pop().close()


@cache
def statement(app: str, name: str) -> str:
    """The text of `<app>/sql/<name>.sql`."""
    return (Path(apps.get_app_config(app).path) / "sql" / f"{name}.sql").read_text(encoding="utf-8")


def statements() -> list[tuple[str, str]]:
    """Every statement of every app, as (app, name)."""
    found = []
    for config in apps.get_app_configs():
        found += [(config.label, path.stem) for path in sorted(Path(config.path).glob("sql/*.sql"))]
    return found


def _borrow() -> Client:
    try:
        return _pool.get_nowait()
    except Empty:
        return _open()


def _open() -> Client:
    with _opening:
        if is_embedded():
            _own()
        try:
            extra: dict[str, Any] = {} if is_embedded() else {"autogenerate_session_id": False}
            client = clickhouse_connect.get_client(dsn=settings.EVENTS_URL, tz_mode="aware", **extra)
        except (ClickHouseError, OSError) as error:
            raise _translated(error) from error
        if settings.EVENTS_URL not in _ready:
            _build(client)
            _ready.add(settings.EVENTS_URL)
        return client


def _own() -> None:
    """Take the embedded store for this process: the lock goes with the process, however it ends."""
    if _ownership:
        return
    folder = Path(settings.EVENTS_URL.removeprefix("chdb://"))
    try:
        folder.parent.mkdir(parents=True, exist_ok=True)
        lock = folder.with_name(folder.name + ".lock").open("w")
    except OSError as error:
        raise Unavailable(
            _("The store of facts cannot be opened in {folder}: {reason}.").format(
                folder=folder.parent, reason=error.strerror
            ),
            permanent=True,
        ) from error
    try:
        fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except OSError as error:
        lock.close()
        raise _occupied() from error
    _ownership.append(lock)


def _build(client: Client) -> None:
    """Bring the tables up to date: each `schema/*.sql` of each app runs once, floor by floor."""
    client.command(
        "CREATE TABLE IF NOT EXISTS schema_step (name String, at DateTime DEFAULT now())"
        " ENGINE = MergeTree ORDER BY name"
    )
    done = {row[0] for row in client.query("SELECT name FROM schema_step").result_rows}
    for config in apps.get_app_configs():
        for path in sorted(Path(config.path).glob("schema/*.sql")):
            step = f"{config.label}/{path.stem}"
            if step not in done:
                client.command(path.read_text(encoding="utf-8"))
                client.command("INSERT INTO schema_step (name) VALUES ({step:String})", parameters={"step": step})


def _translated(error: Exception) -> Unavailable:
    text = str(error)
    if "EmbeddedServer" in text or "Cannot lock file" in text:
        return _occupied()
    if "QUERY_WAS_CANCELLED" in text:
        return Stopped(_("This question was stopped: a newer one took its place."), permanent=True)
    for word, kind in (("TIMEOUT_EXCEEDED", TooLong), ("MEMORY_LIMIT_EXCEEDED", TooLarge)):
        if word in text:
            return kind(_("This question is too heavy to answer at once. Narrow it down."), permanent=True)
    reason = found[1] if (found := NO_CONNECTION.search(text)) else text[:300]
    return Unavailable(_("The store of facts did not answer: {reason}").format(reason=reason))


def _occupied() -> Occupied:
    return Occupied(
        _("The store of facts is in use by another process of Relacja. Stop that one first, or use its pages."),
        permanent=True,
    )
