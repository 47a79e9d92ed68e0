"""Declaring work, and putting it off.

A task is a function of ids that loads, calls one action, and is safe to run twice.
"""

from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Any

from django.db import transaction
from django.utils import timezone

from relacja.jobs.models import Job
from relacja.lib.bell import Bell

Task = Callable[..., None]
LEASE = timedelta(minutes=5)

new_work = Bell()
_tasks: dict[str, Task] = {}
_leases: dict[str, timedelta] = {}
_labels: dict[str, Any] = {}


def task(*, label: Any = "", lease: timedelta = LEASE) -> Callable[[Task], Task]:
    """Register a function as a task, called `label` in front of people.

    Nobody takes it over before `lease` has passed without a sign of life.
    """

    def register(function: Task) -> Task:
        kind = kind_of(function)
        _tasks[kind] = function
        _leases[kind] = lease
        _labels[kind] = label
        return function

    return register


def kind_of(function: Task) -> str:
    """The name under which a task is kept: its app and its own name."""
    return f"{function.__module__.split('.')[1]}.{function.__name__}"


def kinds() -> list[str]:
    """Every declared task."""
    return sorted(_tasks)


def label_of(kind: str) -> str:
    """What a task is called in front of people; one that no longer exists keeps its name."""
    return str(_labels.get(kind) or kind)


def lease_of(kind: str) -> timedelta:
    return _leases.get(kind, LEASE)


def later(function: Task, *, run_at: datetime | None = None, **ids: Any) -> Job:
    """Have the work done once the caller's transaction commits: never before, and never if it rolls back."""
    now = timezone.now()
    job = Job.objects.create(kind=kind_of(function), arguments=ids, run_at=run_at or now, created_at=now)
    transaction.on_commit(new_work.ring)
    return job


def perform(job: Job) -> None:
    """Do the work of `job`. KeyError when no such task exists any more."""
    _tasks[job.kind](**job.arguments)
