"""Times said by clocks that are not ours."""

from datetime import UTC, datetime, timedelta
from typing import Any

from relacja.web.refusals import Reason, Unfit

TOLERANCE = timedelta(hours=23)
BEGINNING = datetime(2000, 1, 1, tzinfo=UTC)


def moment(value: str | int | float) -> datetime:
    """ISO 8601, or Unix time in milliseconds or seconds. A time without a zone is UTC."""
    try:
        if isinstance(value, str):
            said = datetime.fromisoformat(value.strip())
            return said if said.tzinfo else said.replace(tzinfo=UTC)
        # Seconds pass 10^11 in the year 5138; milliseconds passed it in 1973.
        return datetime.fromtimestamp(value / 1000 if abs(value) > 1e11 else value, UTC)
    except (ValueError, OverflowError, OSError):
        raise Unfit(Reason.BAD_TIMESTAMP, str(value)[:40]) from None


def moment_or_none(value: Any) -> datetime | None:
    """The moment, where one can be read: a sentAt that is nonsense corrects nothing."""
    if isinstance(value, bool) or not isinstance(value, str | int | float):
        return None
    try:
        return moment(value)
    except Unfit:
        return None


def corrected(said: datetime, *, sent_at: datetime | None, received_at: datetime) -> tuple[datetime, bool]:
    """When it happened by our clock, in UTC: received_at - (sentAt - timestamp) as Segment has it, never in the future.

    The flag says that their clock was off by more than TOLERANCE, or that the result could not be believed.
    """
    try:
        at = received_at - ((sent_at or received_at) - said)
    except OverflowError:
        return received_at, True
    if at < BEGINNING:
        return received_at, True
    wrong = sent_at is not None and abs(received_at - sent_at) > TOLERANCE
    if at > received_at:
        return received_at, wrong or at - received_at > TOLERANCE
    return at, wrong
