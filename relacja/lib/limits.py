"""How much may come in how fast: a bucket per sender that fills with time and is emptied by messages."""

import threading
from dataclasses import dataclass

MOST_BUCKETS = 50_000


@dataclass(slots=True)
class _Bucket:
    tokens: float
    filled_at: float


class Limit:
    """At most `rate` messages a second in the long run and `burst` at once, for each sender by itself. Thread-safe."""

    def __init__(self, *, rate: float, burst: float) -> None:
        self.rate = rate
        self.burst = burst
        self._buckets: dict[object, _Bucket] = {}
        self._guard = threading.Lock()

    def wait(self, sender: object, messages: int, *, at: float) -> float:
        """Take `messages` at second `at`: 0 when they fit, else after how many seconds to come again.

        More than `burst` at once fit into a full bucket and leave a debt, so that no honest batch waits for ever.
        """
        with self._guard:
            bucket = self._buckets.get(sender)
            if bucket is None:
                if len(self._buckets) >= MOST_BUCKETS:
                    self._forget_full(at)
                bucket = self._buckets[sender] = _Bucket(self.burst, at)
            bucket.tokens = min(self.burst, bucket.tokens + (at - bucket.filled_at) * self.rate)
            bucket.filled_at = at
            needed = min(messages, self.burst)
            if bucket.tokens < needed:
                return (needed - bucket.tokens) / self.rate
            bucket.tokens -= messages
            return 0.0

    def _forget_full(self, at: float) -> None:
        """Forget who has not sent for long; if everybody has, forget all: memory is bounded whatever is sent."""
        kept = {
            sender: bucket
            for sender, bucket in self._buckets.items()
            if bucket.tokens + (at - bucket.filled_at) * self.rate < self.burst
        }
        self._buckets = kept if len(kept) < MOST_BUCKETS else {}
