"""Senders that never stop, and the one who looks after what they left."""

from datetime import datetime
from functools import partial

from django.utils import timezone
from django.utils.text import format_lazy
from django.utils.translation import gettext_lazy as _

from relacja.clickhouse import facts
from relacja.jobs.pumps import Pump, add, pump
from relacja.messaging import sending

SENDERS = 4
_resolved_here: list[datetime] = []


def send(*, now: datetime, sender: int) -> bool:
    """One sender's turn. Each message is timed by itself, since handing over may take long."""
    return sending.step(clock=timezone.now, sender=sender, senders=SENDERS)


@pump("messaging.doubts", every=30, label=_("looks after letters in doubt"))
def doubts(*, now: datetime) -> bool:
    """What was being sent when the program stopped is in doubt. Alone in this store, that is known at the start."""
    is_start = facts.is_embedded() and not _resolved_here
    _resolved_here[:] = [now]
    return sending.resolve_doubts(now=now, is_start=is_start) > 0


for number in range(SENDERS):
    label = format_lazy(_("sends letters ({number})"), number=number + 1)
    add(Pump(f"messaging.send-{number}", partial(send, sender=number), every=1.0, bell=sending.bell, label=label))
