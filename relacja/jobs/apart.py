"""Work in a process of its own: what reckons for minutes would else take the interpreter from who uses the pages.

The child ends with its parent, however that ends: it lives as long as the pipe on its standard input is open.
"""

import json
import os
import subprocess
import sys
import threading
from collections.abc import Callable, Iterator
from importlib import import_module
from typing import Any

from relacja.lib.errors import Unavailable

EVERY_SECONDS = 1.0
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
    module, _colon, function = name.partition(":")
    getattr(import_module(module), function)(**json.loads(ids))


if __name__ == "__main__":
    main(*sys.argv[1:])
