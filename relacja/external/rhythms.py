"""When a source is due: an hour, a day or a week after, at the hour people chose in the company's zone."""

from datetime import UTC, datetime, time, timedelta

from django.utils import timezone

from relacja.external.models import Rhythm, Source

USUALLY = time(5, 0)
AGAIN = timedelta(hours=1)


def after(source: Source, moment: datetime) -> datetime | None:
    """When it is refreshed next, after that moment; None when only people refresh it."""
    if source.rhythm == Rhythm.HAND:
        return None
    if source.rhythm == Rhythm.HOURLY:
        return moment + AGAIN
    zone = timezone.get_default_timezone()
    today = moment.astimezone(zone).date()
    for ahead in range(9):
        day = today + timedelta(days=ahead)
        if source.rhythm == Rhythm.WEEKLY and day.weekday() != (source.weekday or 0):
            continue
        due = datetime.combine(day, source.at or USUALLY, tzinfo=zone).astimezone(UTC)
        if due > moment:
            return due
    raise AssertionError("a week has an end")
