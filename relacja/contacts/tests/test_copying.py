"""Copying contacts to the facts."""

import threading
from concurrent.futures import ThreadPoolExecutor

from relacja.contacts import copying


def test_two_who_copy_do_it_one_after_the_other(monkeypatch):
    """After an upgrade there are a million to copy, and two threads that want them copied."""
    busy, met = threading.Lock(), []

    def copy() -> int:
        alone = busy.acquire(blocking=False)
        met.append(alone)
        threading.Event().wait(0.02)
        if alone:
            busy.release()
        return 1

    monkeypatch.setattr(copying, "_copy_changed", copy)
    with ThreadPoolExecutor(4) as threads:
        done = list(threads.map(lambda _number: copying.copy_changed(), range(4)))

    assert done == [1, 1, 1, 1]
    assert met == [True, True, True, True]
