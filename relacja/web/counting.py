"""What was taken and what was not, added up by source, day and reason, inside the caller's transaction."""

from collections import Counter
from collections.abc import Iterable
from datetime import datetime

from django.db import connection

from relacja.web.models import Refusal
from relacja.web.refusals import Reason

SAMPLES_KEPT = 200
Tally = Counter[tuple[str, str]]

_ADD = (
    'INSERT INTO web_intakecount (source, "on", reason, count, last_at) VALUES (%s, %s, %s, %s, %s)'
    ' ON CONFLICT (source, "on", reason) DO UPDATE'
    " SET count = web_intakecount.count + excluded.count, last_at = excluded.last_at"
)


def add(tally: Tally, *, now: datetime) -> None:
    """Add a tally by (source, reason) to today's counts. In order, so that two writers never wait for each other."""
    at = connection.ops.adapt_datetimefield_value(now)
    with connection.cursor() as cursor:
        for (source, reason), count in sorted(tally.items()):
            cursor.execute(_ADD, [source, now.date(), str(reason), count, at])


def keep_samples(samples: Iterable[Refusal]) -> None:
    """Keep the samples, and of all samples only the latest."""
    latest = list(samples)[-SAMPLES_KEPT:]
    if not latest:
        return
    Refusal.objects.bulk_create(latest)
    oldest_kept = Refusal.objects.order_by("-pk").values_list("pk", flat=True)[SAMPLES_KEPT - 1 : SAMPLES_KEPT]
    for pk in oldest_kept:
        Refusal.objects.filter(pk__lt=pk).delete()


def keep_sample(source: str, reason: Reason, detail: str, *, at: datetime) -> None:
    """Keep one sample of something that was taken with a remark."""
    keep_samples([Refusal(source=source, at=at, reason=reason, detail=detail[:200])])
