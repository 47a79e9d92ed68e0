"""Work for a process of its own."""

import time
from pathlib import Path


def grow(*, path: str) -> None:
    """Make a file grow until somebody ends the process, or a minute is over."""
    for _ in range(600):
        with Path(path).open("a") as file:
            file.write(".")
        time.sleep(0.1)
