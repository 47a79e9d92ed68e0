"""Work on contacts that takes longer than a request."""

from datetime import timedelta

from django.utils import timezone

from relacja.contacts.actions import sweeping
from relacja.contacts.models import Sweep
from relacja.jobs import runner
from relacja.jobs.work import later, task

A_MONTH = timedelta(days=30)


@task(lease=timedelta(minutes=2))
def sweep(*, sweep_id: int) -> None:
    """Go on with a sweep to its end, or until somebody stops it."""
    found = Sweep.objects.filter(pk=sweep_id).first()
    while found is not None and sweeping.step(found, now=timezone.now()):
        runner.progress(found.percent)


@task()
def sweep_now_and_then() -> None:
    """Look through everybody when nobody did for a month: what was loaded past the log is found as well."""
    now = timezone.now()
    if not Sweep.objects.filter(started_at__gt=now - A_MONTH).exists():
        begun = sweeping.begin(by=None, now=now)
        later(sweep, sweep_id=begun.pk)
