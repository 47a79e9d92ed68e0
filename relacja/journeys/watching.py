"""May people move now? Only up to a moment before which everything that happened has been read.

Journeys read the log a little after it is written. Moving somebody while an order of theirs is still unread would
send what the order should have stopped.
"""

from dataclasses import dataclass
from datetime import datetime, timedelta

from relacja.events.queries import Position, end_of_log, has_read
from relacja.journeys.models import Hold
from relacja.lib import live

PATIENCE = timedelta(seconds=10)
JUMP = timedelta(minutes=10)


@dataclass(slots=True)
class Horizon:
    """Up to when the log is read. Under constant traffic the reader never is at its end, but passes noted places."""

    reader: str
    noted: tuple[datetime, Position] | None = None
    safe: datetime | None = None

    def until(self, *, now: datetime) -> datetime | None:
        """The moment up to which everything committed has been read; None when that is not known of late."""
        if self.noted is not None and self.noted[0] > now:
            self.noted = self.safe = None
        end = end_of_log()
        if has_read(self.reader, end):
            self.safe, self.noted = now, None
        else:
            if self.noted is not None and has_read(self.reader, self.noted[1]):
                self.safe, self.noted = self.noted[0], None
            if self.noted is None:
                self.noted = (now, end)
        return self.safe if self.safe is not None and now - self.safe < PATIENCE else None


@dataclass(slots=True)
class Clock:
    """Notices when the time of day jumps forward while the process lives."""

    last: tuple[datetime, float] | None = None

    def jumped_from(self, *, now: datetime, beat: float) -> datetime | None:
        """When it was before a jump; None if time went on as it should. `beat` counts seconds and never jumps."""
        last, self.last = self.last, (now, beat)
        if last is None:
            return None
        astray = (now - last[0]) - timedelta(seconds=beat - last[1])
        return last[0] if astray > JUMP else None


def hold(*, jumped_from: datetime, now: datetime) -> None:
    """From now on nobody moves until a person says go on."""
    Hold.objects.get_or_create(released_at=None, defaults={"held_at": now, "jumped_from": jumped_from})
    live.publish("journeys")


def held() -> Hold | None:
    """The jump that waits for a person's word, if there is one."""
    return Hold.objects.filter(released_at=None).first()
