"""Doing the work: claim, perform, write down the outcome.

A job whose worker died is taken over when its lease ends; what fails is tried again with growing pauses.
"""

import logging
import threading
from datetime import datetime, timedelta

from django.db import close_old_connections
from django.db.models import F, Q
from django.utils import timezone

from relacja.jobs import work
from relacja.jobs.models import Job, JobState
from relacja.lib import live
from relacja.lib.errors import Refused, Unavailable

log = logging.getLogger("relacja.jobs")
TOPIC = "jobs"
TRIES = 6
POLL_SECONDS = 1.0
_here = threading.local()


def worker(stop: threading.Event) -> None:
    """Do jobs one after another until `stop`. Runs in a thread of its own."""
    while not stop.is_set():
        heard = work.new_work.heard()
        close_old_connections()
        if not run_next(now=timezone.now()):
            work.new_work.wait(heard, POLL_SECONDS)


def run_next(*, now: datetime) -> bool:
    """Do one job that is due. False when there is none."""
    job = claim(now=now)
    if job is None:
        return False
    _perform(job)
    return True


def claim(*, now: datetime) -> Job | None:
    """Take the job that is due longest; of two workers who see the same one, only one gets it."""
    due = Job.objects.filter(
        Q(state=JobState.WAITING, run_at__lte=now) | Q(state=JobState.RUNNING, lease_until__lt=now)
    )
    for job in due.order_by("run_at", "id")[:8]:
        taken = Job.objects.filter(pk=job.pk, state=job.state, lease_until=job.lease_until).update(
            state=JobState.RUNNING,
            lease_until=now + work.lease_of(job.kind),
            attempts=F("attempts") + 1,
            started_at=now,
        )
        if taken:
            live.publish(TOPIC)
            job.refresh_from_db()
            return job
    return None


def take_over() -> None:
    """Jobs that were running are due at once. For a process that is alone by nature: who ran them is gone."""
    Job.objects.filter(state=JobState.RUNNING).update(lease_until=timezone.now() - timedelta(seconds=1))


def progress(percent: int) -> None:
    """Say how far the running job is; this also keeps it ours."""
    job: Job | None = getattr(_here, "job", None)
    if job is not None:
        lease = timezone.now() + work.lease_of(job.kind)
        Job.objects.filter(pk=job.pk, state=JobState.RUNNING).update(progress=percent, lease_until=lease)


def _perform(job: Job) -> None:
    _here.job = job
    try:
        work.perform(job)
    except Refused as error:
        _end(job, JobState.FAILED, str(error))
    except Unavailable as error:
        _again(job, str(error), hopeless=error.permanent)
    except Exception as error:
        log.exception("job %s %s failed", job.pk, job.kind)
        _again(job, repr(error), hopeless=False)
    else:
        _end(job, JobState.DONE, "")
    finally:
        _here.job = None


def _again(job: Job, error: str, *, hopeless: bool) -> None:
    if hopeless or job.attempts >= TRIES:
        _end(job, JobState.FAILED, error)
        return
    pause = timedelta(seconds=min(5 * 4 ** (job.attempts - 1), 3600))
    Job.objects.filter(pk=job.pk).update(
        state=JobState.WAITING, lease_until=None, run_at=timezone.now() + pause, error=error[:2000]
    )
    live.publish(TOPIC)


def _end(job: Job, state: JobState, error: str) -> None:
    done = {"progress": 100} if state == JobState.DONE else {}
    Job.objects.filter(pk=job.pk).update(
        state=state, lease_until=None, ended_at=timezone.now(), error=error[:2000], **done
    )
    live.publish(TOPIC)
