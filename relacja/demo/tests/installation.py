from datetime import datetime

from relacja.journeys import actions as journeys
from relacja.messaging import actions as messaging
from relacja.segments import actions as segments
from relacja.web import sign_ups


def begin(*, now: datetime) -> None:
    """What every installation starts with."""
    sign_ups.ensure_texts(now)
    messaging.ensure_ready_made(now)
    segments.ensure_ready_made(now=now)
    journeys.ensure_ready_made(now=now)
