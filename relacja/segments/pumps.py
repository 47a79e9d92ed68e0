import time
from datetime import datetime

from django.utils.translation import gettext_lazy as _

from relacja.jobs.pumps import pump
from relacja.segments import actions

RESTS = 1.0  # times as long as it worked: counting two hundred anew then takes half a core, and pages the rest
clock = time.monotonic
_rested_at = [0.0]


@pump("segments.refresh", every=1, label=_("refreshes segments that time changes"))
def refresh(*, now: datetime) -> bool:
    """The passing of time moves people in and out. Then some segments are made sure of, with rests between."""
    if not actions.follow(now=now) and clock() >= _rested_at[0]:
        started = clock()
        if actions.refresh_next(now=now):
            _rested_at[0] = clock() + RESTS * (clock() - started)
    return False
