"""Answers that take long, kept for whoever turns the pages."""

import time
from collections.abc import Callable, Hashable
from typing import Generic, TypeVar

LONGEST = 10.0
WORTH_IT = 0.02
MOST = 200
Answer = TypeVar("Answer")


class Kept(Generic[Answer]):
    """Answers by what was asked, each kept `times` as long as it took; one that comes quickly is not."""

    def __init__(self, *, times: int = 20, longest: float = LONGEST) -> None:
        self._times, self._longest = times, longest
        self._held: dict[Hashable, tuple[float, Answer]] = {}

    def answer(self, key: Hashable, ask: Callable[[], Answer]) -> Answer:
        started = time.monotonic()
        until, known = self._held.get(key, (0.0, None))
        if started < until and known is not None:
            return known
        found = ask()
        ended = time.monotonic()
        if len(self._held) >= MOST:
            self._held.clear()
        self._held[key] = (ended + min(self._longest, self._times * max(0.0, ended - started - WORTH_IT)), found)
        return found
