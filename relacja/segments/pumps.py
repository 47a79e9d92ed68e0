from datetime import datetime

from django.utils.translation import gettext_lazy as _

from relacja.jobs.pumps import pump
from relacja.segments import actions


@pump("segments.refresh", every=1, label=_("refreshes segments that time changes"))
def refresh(*, now: datetime) -> bool:
    """The passage of time moves people in and out. One segment a second at most, so that it never crowds out work."""
    actions.refresh_next(now=now)
    return False
