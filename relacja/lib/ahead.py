"""Making things in a thread of its own, some steps ahead of who uses them."""

from collections import deque
from collections.abc import Iterable, Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from contextlib import contextmanager
from typing import Any, TypeVar

_END: Any = object()
T = TypeVar("T")


@contextmanager
def ahead(items: Iterable[T], *, steps: int = 2) -> Iterator[Iterator[T]]:
    """The same items in the same order, up to `steps` of them made before they are asked for.

    Worth it where the user waits for something that lets other threads run, such as a database. What making them
    raises is raised to the user; when the block ends, nothing is made any more.
    """
    maker = ThreadPoolExecutor(1, thread_name_prefix="ahead")
    try:
        yield _taken(iter(items), maker, steps)
    finally:
        maker.shutdown(cancel_futures=True)


def _taken(items: Iterator[T], maker: ThreadPoolExecutor, steps: int) -> Iterator[T]:
    made: deque[Future[T]] = deque(maker.submit(next, items, _END) for _step in range(steps))
    while (item := made.popleft().result()) is not _END:
        made.append(maker.submit(next, items, _END))
        yield item
