"""The work of external data. Each loads and calls one action, and is safe to run twice."""

from datetime import timedelta

from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from relacja.external import taking
from relacja.external.actions import beginning, refreshing
from relacja.external.models import Refresh, State
from relacja.jobs import apart, runner
from relacja.jobs.work import task
from relacja.lib import disk, live
from relacja.lib.errors import Refused, Unavailable

LEASE = timedelta(minutes=2)


@task(label=gettext_lazy("Refresh external data"), lease=LEASE)
def refresh(*, refresh_id: int) -> None:
    """Read a source beside the server, and load what was read."""
    found = refreshing.claim(refresh_id)
    if found is None:
        return
    try:
        if found.before is None:
            for _second in apart.perform(read_here, refresh_id=refresh_id):
                _alive(found)
            if (read := refreshing.claim(refresh_id)) is None:
                return
            found = read
        refreshing.settle(found, now=timezone.now(), alive=lambda: runner.progress(90))
    except Exception as error:  # it is raised again: whoever looks at the source sees that it stands still, and why
        full = _("The disk is full. Make room, then refresh again.")
        refreshing.fail(found, full if disk.is_full(error) else str(error) or repr(error), now=timezone.now())
        raise


def read_here(*, refresh_id: int) -> None:
    """Read, in this process. What a table lacks is no failure of the work: the refresh itself says it."""
    found = Refresh.objects.filter(pk=refresh_id, state=State.RUNNING).first()
    if found is None:
        return
    try:
        taking.take(found)
    except (Refused, Unavailable) as error:
        refreshing.fail(found, str(error), now=timezone.now())


@task(label=gettext_lazy("Begin refreshes that are due"))
def begin_due() -> None:
    """Sources by the clock."""
    beginning.begin_due(now=timezone.now())


@task(label=gettext_lazy("Let go of what old refreshes left"))
def sweep() -> None:
    """Files and faults that nobody looks at any more."""
    refreshing.sweep(now=timezone.now())


def _alive(found: Refresh) -> None:
    rows = Refresh.objects.filter(pk=found.pk).values_list("rows", flat=True).first()
    runner.progress(10 if rows else 1)
    live.publish(refreshing.topic(found.source_id))
