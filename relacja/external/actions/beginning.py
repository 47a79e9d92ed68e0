"""Wanting a refresh: by hand, by the clock, by a program."""

from datetime import datetime

from django.db import IntegrityError, transaction
from django.utils.translation import gettext as _

from relacja.clickhouse import facts
from relacja.external import rhythms, tasks
from relacja.external.actions import refreshing
from relacja.external.models import AT_WORK, Cause, Refresh, Source, State
from relacja.jobs.work import later
from relacja.lib import live
from relacja.lib.errors import Refused
from relacja.staff.models import User


def begin(source: Source, *, cause: Cause, now: datetime, by: User | None = None) -> Refresh:
    """The source is refreshed soon. Refused while it is at it."""
    if source.archived_at is not None:
        raise Refused(_("This source is archived. Take it back first."))
    if cause != Cause.TRIAL and source.live_at is None:
        raise Refused(_("This source is not in use yet. Look at what it brings first."))
    try:
        with transaction.atomic():
            made = Refresh.objects.create(source=source, cause=cause, by=by, at=now)
            later(tasks.refresh, refresh_id=made.pk)
    except IntegrityError as error:
        raise Refused(_("This source is being refreshed right now.")) from error
    live.publish(refreshing.topic(source.pk))
    return made


def begin_due(*, now: datetime) -> int:
    """Every source whose time has come is refreshed soon, once however many processes ask. Returns how many."""
    begun = 0
    for source in Source.objects.live().filter(next_at__lte=now).order_by("next_at"):
        due = Source.objects.filter(pk=source.pk, next_at=source.next_at)
        with transaction.atomic():
            if not due.update(next_at=rhythms.after(source, now)):
                continue
            if not source.refreshes.filter(state__in=AT_WORK).exists():
                begin(source, cause=Cause.CLOCK, now=now)
                begun += 1
    return begun


def begin_anew(*, now: datetime) -> None:
    """The facts were built anew and hold nothing of what others keep: every source is read again, soon."""
    facts.command("TRUNCATE TABLE external_row")
    Source.objects.update(generation=0, people=0, taken_at=None)
    Refresh.objects.filter(state__in=AT_WORK).update(state=State.WAITING, before=None)
    for source in Source.objects.live():
        if not source.refreshes.filter(state__in=AT_WORK).exists():
            begin(source, cause=Cause.CLOCK, now=now)
