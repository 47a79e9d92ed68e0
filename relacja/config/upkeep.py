"""Periodic tasks that belong to no app above: each loads and calls one thing."""

from datetime import timedelta

from django.contrib.sessions.backends.db import SessionStore
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from relacja.clickhouse import facts
from relacja.contacts import copying, forgetting
from relacja.events import archive
from relacja.external import actions as external
from relacja.jobs.models import Job, JobState
from relacja.jobs.work import task
from relacja.messaging import actions as messaging
from relacja.staff import api as staff_api

RECEIPTS_KEPT = timedelta(days=30)
JOBS_KEPT = timedelta(days=14)


@task(label=gettext_lazy("Pack the log into the archive"))
def archive_log() -> None:
    """Pack what every subscriber has read."""
    archive.pack()


@task(label=gettext_lazy("Let go of old receipts"))
def forget_receipts() -> None:
    """A message that comes again after 30 days counts as a new one."""
    archive.forget_receipts(before=timezone.localdate() - RECEIPTS_KEPT)


@task(label=gettext_lazy("Tidy finished jobs"))
def tidy_jobs() -> None:
    """Finished work is shown for two weeks; what failed stays until somebody looked at it."""
    Job.objects.filter(state=JobState.DONE, ended_at__lt=timezone.now() - JOBS_KEPT).delete()


@task(label=gettext_lazy("Let go of old answers of the API"))
def forget_answers() -> None:
    """A repeated request is answered as the first time for a day; after that it is a new one."""
    staff_api.forget_answers()


@task(label=gettext_lazy("Empty the trash"), lease=timedelta(hours=2))
def empty_trash() -> None:
    """Whom nobody took out of the trash for 30 days is deleted for good."""
    forgetting.empty_trash(now=timezone.now())


@task(label=gettext_lazy("Tidy ended sessions"))
def tidy_sessions() -> None:
    SessionStore.clear_expired()


@task(label=gettext_lazy("Rebuild the facts"), lease=timedelta(hours=2))
def rebuild_facts() -> None:
    """Build the facts anew, in the process that holds them."""
    rebuild()


def rebuild() -> None:
    """The facts hold again what the records and the archive say."""
    archive.rebuild()
    facts.command("TRUNCATE TABLE contact")
    copying.copy_all()
    external.begin_anew(now=timezone.now())


def hold_sending() -> None:
    """After a restore nothing goes out by itself: what was due then may have been sent since the backup was made."""
    messaging.hold("email", reason=_("a backup was restored. Look at what is queued first."), now=timezone.now())
