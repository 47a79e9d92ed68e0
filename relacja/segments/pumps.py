from datetime import datetime

from django.utils.translation import gettext_lazy as _

from relacja.jobs.pumps import pump
from relacja.segments import actions


@pump("segments.refresh", every=1, label=_("refreshes segments that time changes"))
def refresh(*, now: datetime) -> bool:
    """The passing of time moves people in and out. Then some segments are made sure of, so that work goes first."""
    if not actions.follow(now=now):
        actions.refresh_next(now=now)
    return False
