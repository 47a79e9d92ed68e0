"""A bell inside this process: those who wait are woken at once instead of at their next look."""

import threading


class Bell:
    """Rings for everybody who waits. A ring between `heard` and `wait` is not missed."""

    def __init__(self) -> None:
        self._rung = threading.Condition()
        self._times = 0

    def ring(self) -> None:
        with self._rung:
            self._times += 1
            self._rung.notify_all()

    def heard(self) -> int:
        """How often it rang so far; give it to `wait`."""
        return self._times

    def wait(self, heard: int, timeout: float) -> None:
        """Return when the bell has rung since `heard`, or after `timeout` seconds."""
        with self._rung:
            self._rung.wait_for(lambda: self._times != heard, timeout)
