"""Writing into the history of people that a date of theirs comes, has come, or is over."""

from collections.abc import Iterable
from datetime import datetime

from django.db import transaction
from django.utils import timezone

from relacja.contacts.models import Notice


@transaction.atomic
def notice(path: str, days: Iterable[int], *, now: datetime) -> None:
    """From today on, so many days after the date, or before it below zero, are written into the history.

    Those that stay go on where they were.
    """
    wanted = set(days)
    Notice.objects.filter(path=path).exclude(days__in=wanted).delete()
    known = set(Notice.objects.filter(path=path).values_list("days", flat=True))
    today = timezone.localdate(now)
    Notice.objects.bulk_create([Notice(path=path, days=one, noted_until=today) for one in sorted(wanted - known)])
