"""Work in a process of its own: what reckons for minutes would else take the interpreter from who uses the pages.

The child ends with its parent, however that ends: it lives as long as the pipe on its standard input is open.
"""

import gc
import json
import os
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from importlib import import_module
from typing import Any

from relacja.lib.errors import Unavailable

EVERY_SECONDS = 1.0
PATIENCE = 4  # times as long as it worked does everybody else in this process rest, all together, while it goes on
LONGEST_REST = 5.0
LATE = 30.0  # seconds behind, from which on somebody rests only as long as it worked: what it keeps true is looked at
_allowed = threading.Event()


def allow() -> None:
    """From now on work may go to processes of its own. For servers and workers; a command does it where it is."""
    _allowed.set()


def perform(function: Callable[..., Any], **ids: Any) -> Iterator[None]:
    """Call a module's function with plain ids, in a process of its own where that is allowed; yields each second.

    Raises `Unavailable` when the process ended badly: what it had committed stays, so that it may be tried again.
    """
    if not _allowed.is_set():
        function(**ids)
        return
    name = f"{function.__module__}:{function.__name__}"
    with _going_on():
        yield from _watched(name, ids)


def is_at_work() -> bool:
    """Whether a process beside this one is reckoning for it."""
    return _guests.count > 0


def give_way(worked: float, stop: threading.Event | None = None, *, behind: float = 0.0) -> None:
    """Rest after `worked` seconds of work that can wait, as long as work goes on beside this process.

    All who give way stand in one line: together they take a fifth of the time of one core, and half of it once they are
    more than `LATE` seconds behind. On two cores the guest has one then, and the pages have the other.
    """
    if not is_at_work():
        return
    patience = PATIENCE if behind < LATE else 1
    with _guests.guard:
        now = time.monotonic()
        _guests.free_at = min(max(now, _guests.free_at) + worked * patience, now + LONGEST_REST)
        until = _guests.free_at
    pause = stop or threading.Event()
    while is_at_work() and (left := until - time.monotonic()) > 0 and not pause.wait(min(left, 0.5)):
        pass


class _Guests:
    """How many processes work beside this one, and when whoever gives way next may go on."""

    def __init__(self) -> None:
        self.guard = threading.Lock()
        self.count = 0
        self.free_at = 0.0


_guests = _Guests()


@contextmanager
def _going_on() -> Iterator[None]:
    with _guests.guard:
        _guests.count += 1
    try:
        yield
    finally:
        with _guests.guard:
            _guests.count -= 1


def _watched(name: str, ids: dict[str, Any]) -> Iterator[None]:
    child = subprocess.Popen([sys.executable, "-m", __name__, name, json.dumps(ids)], stdin=subprocess.PIPE)
    try:
        while _is_running(child):
            yield
    finally:
        if child.stdin:
            child.stdin.close()
        child.wait()
    if child.returncode:
        raise Unavailable(f"the process of {name} ended with {child.returncode}")


def _is_running(child: "subprocess.Popen[bytes]") -> bool:
    try:
        child.wait(EVERY_SECONDS)
    except subprocess.TimeoutExpired:
        return True
    return False


def _end_with_parent() -> None:
    os.read(0, 1)
    os._exit(1)


def main(name: str, ids: str) -> None:
    """The child: set up, do it, end."""
    threading.Thread(target=_end_with_parent, daemon=True).start()
    import django

    django.setup()
    gc.freeze()  # what was loaded stays; what is reckoned with is let go of as it falls
    gc.set_threshold(50_000, 20, 100)
    module, _colon, function = name.partition(":")
    getattr(import_module(module), function)(**json.loads(ids))


if __name__ == "__main__":
    main(*sys.argv[1:])
