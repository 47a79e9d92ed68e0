"""Work to be done, and who is doing what."""

from datetime import datetime

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _


class JobState(models.TextChoices):
    WAITING = "waiting", _("Waiting")
    RUNNING = "running", _("Running")
    DONE = "done", _("Done")
    FAILED = "failed", _("Failed")


class Job(models.Model):
    """One piece of work. Whoever runs it holds it until `lease_until`; after that it may be taken over."""

    kind = models.CharField(max_length=120)
    arguments = models.JSONField(default=dict)
    state = models.CharField(max_length=8, choices=JobState, default=JobState.WAITING)
    run_at = models.DateTimeField()
    lease_until = models.DateTimeField(null=True, blank=True)
    attempts = models.PositiveIntegerField(default=0)
    progress = models.PositiveSmallIntegerField(default=0)
    error = models.TextField(blank=True)
    created_at = models.DateTimeField()
    started_at = models.DateTimeField(null=True, blank=True)
    ended_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        constraints = [
            models.CheckConstraint(condition=Q(state__in=JobState.values), name="jobs_job_known_state"),
            models.CheckConstraint(
                condition=~Q(state="running") | Q(lease_until__isnull=False), name="jobs_job_running_has_lease"
            ),
        ]
        indexes = [
            models.Index(fields=["run_at", "id"], name="jobs_job_due", condition=Q(state="waiting")),
            models.Index(fields=["lease_until"], name="jobs_job_lease", condition=Q(state="running")),
            models.Index(fields=["-ended_at"], name="jobs_job_ended"),
        ]

    def __str__(self) -> str:
        return f"{self.kind} {self.arguments or ''}".strip()

    def try_again(self, *, at: datetime) -> None:
        """A job that failed waits for its turn once more; one that did not is left alone."""
        Job.objects.filter(pk=self.pk, state=JobState.FAILED).update(
            state=JobState.WAITING, run_at=at, attempts=0, error="", ended_at=None
        )


class Lease(models.Model):
    """Who may do something that only one process may do at a time."""

    name = models.CharField(max_length=80, primary_key=True)
    owner = models.CharField(max_length=64, blank=True)
    until = models.DateTimeField(null=True)
    ran_at = models.DateTimeField(null=True)
    error = models.TextField(blank=True)


class Turn(models.Model):
    """When a periodic task comes next."""

    name = models.CharField(max_length=80, primary_key=True)
    next_at = models.DateTimeField()
    last_at = models.DateTimeField(null=True)
