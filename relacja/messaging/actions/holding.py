"""Letting a channel rest until a person says otherwise, as after a restored backup."""

from datetime import datetime, timedelta

from relacja.messaging import sending
from relacja.messaging.models import Pause

UNTIL_A_PERSON = timedelta(days=36_500)


def hold(channel: str, *, reason: str, now: datetime) -> None:
    """Nothing goes out on `channel` until somebody says “go on”. What is queued waits."""
    Pause.objects.update_or_create(pk=channel, defaults={"until": now + UNTIL_A_PERSON, "reason": reason})


def go_on(channel: str) -> None:
    """The channel sends again, beginning with what waited."""
    Pause.objects.filter(pk=channel).delete()
    sending.bell.ring()
