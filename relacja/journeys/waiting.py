"""When a wait is over, in the company's zone.

Minutes and hours are lengths of time. Days keep the time on the wall, so a day may have 23 or 25 hours. A time that
the clocks skip comes that much later; one that comes twice counts the first time.
"""

from datetime import UTC, date, datetime, time, timedelta

from django.utils import timezone


def after_days(moment: datetime, days: int) -> datetime:
    """The same time on the wall, so many days later."""
    local = moment.astimezone(timezone.get_default_timezone())
    if days == 0:
        return moment
    return _on(local.date() + timedelta(days=days), local.time())


def next_at(moment: datetime, wall: time) -> datetime:
    """The next time after `moment` that the clock on the wall shows `wall`."""
    today = moment.astimezone(timezone.get_default_timezone()).date()
    for days in range(3):
        found = _on(today + timedelta(days=days), wall)
        if found > moment:
            return found
    raise AssertionError("a day has an end")


def _on(day: date, wall: time) -> datetime:
    return datetime.combine(day, wall, tzinfo=timezone.get_default_timezone()).astimezone(UTC)
