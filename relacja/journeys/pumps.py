"""The clock of journeys: every second, those who are due move on."""

import time
from datetime import datetime

from django.utils.translation import gettext_lazy as _

from relacja.jobs.pumps import pump
from relacja.journeys import actions, subscribers, watching

_clock = watching.Clock()
_horizon = watching.Horizon(subscribers.NAME)


@pump("journeys.move", every=1.0, label=_("leads people on in journeys"))
def move(*, now: datetime) -> bool:
    """Move one cohort. True when there may be more."""
    if jumped_from := _clock.jumped_from(now=now, beat=time.monotonic()):
        watching.hold(jumped_from=jumped_from, now=now)
    if watching.held() is not None:
        return False
    until = _horizon.until(now=now)
    return until is not None and actions.move_next(now=now, until=until) > 0
