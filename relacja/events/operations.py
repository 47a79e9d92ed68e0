"""How the work goes: what runs, what waits, what failed, and how far every reader of the log is."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from relacja.events.models import Parked
from relacja.events.queries import Reader, readers
from relacja.jobs.models import Job, JobState, Lease

SHOWN = 50


@dataclass(frozen=True, slots=True)
class Operations:
    """One look at the work."""

    running: Sequence[Job]
    waiting: Sequence[Job]
    failed: Sequence[Job]
    done: Sequence[Job]
    readers: Sequence[Reader]
    pumps: Sequence[Lease]
    parked: Sequence[Parked]
    anybody_works: bool


def at_work(*, now: datetime) -> Operations:
    """The work as it stands. A fixed number of queries, two for each reader of the log."""
    jobs = Job.objects.order_by("-pk")
    pumps = list(Lease.objects.order_by("name"))
    return Operations(
        running=list(jobs.filter(state=JobState.RUNNING)[:SHOWN]),
        waiting=list(jobs.filter(state=JobState.WAITING).order_by("run_at")[:SHOWN]),
        failed=list(jobs.filter(state=JobState.FAILED)[:SHOWN]),
        done=list(jobs.filter(state=JobState.DONE)[:10]),
        readers=readers(),
        pumps=pumps,
        parked=list(Parked.objects.order_by("-pk")[:SHOWN]),
        anybody_works=any(pump.owner and pump.until and pump.until > now for pump in pumps),
    )
