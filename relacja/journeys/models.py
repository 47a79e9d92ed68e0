"""Journeys, what was published of them, the people inside, and what happened to each of them."""

import uuid
from datetime import datetime

from django.conf import settings
from django.db import models
from django.db.models import Case, Q, When
from django.utils.translation import gettext_lazy as _


class JourneyQuerySet(models.QuerySet["Journey"]):
    def kept(self) -> "JourneyQuerySet":
        return self.filter(archived_at=None)

    def running(self) -> "JourneyQuerySet":
        """Those whose people move."""
        return self.kept().filter(paused_at=None)


class Journey(models.Model):
    """A path along which the system leads people by itself. `draft` is what its editor holds; versions are in force.

    `trouble` says why a journey paused itself: a step of it could not be done.
    """

    name = models.CharField(_("name"), max_length=120)
    key = models.SlugField(max_length=60, unique=True)
    draft = models.JSONField(default=dict)
    created_at = models.DateTimeField()
    created_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.SET_NULL, null=True, blank=True, related_name="+"
    )
    changed_at = models.DateTimeField()
    paused_at = models.DateTimeField(null=True, blank=True)
    trouble = models.TextField(blank=True)
    archived_at = models.DateTimeField(null=True, blank=True)

    objects = JourneyQuerySet.as_manager()

    def __str__(self) -> str:
        return self.name

    def pause(self, *, at: datetime, trouble: str = "") -> None:
        """Nobody enters and nobody moves until it is resumed; who must leave still leaves."""
        Journey.objects.running().filter(pk=self.pk).update(paused_at=at, trouble=trouble)
        self.refresh_from_db()

    def resume(self) -> None:
        """People enter and move again; waits that ended meanwhile go on at once."""
        Journey.objects.kept().filter(pk=self.pk).update(paused_at=None, trouble="")
        self.refresh_from_db()


class JourneyVersion(models.Model):
    """A definition in force. Never changed: people who entered under it finish under it."""

    journey = models.ForeignKey(Journey, on_delete=models.CASCADE, related_name="versions")
    number = models.PositiveIntegerField()
    definition = models.JSONField()
    published_at = models.DateTimeField()
    published_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.SET_NULL, null=True, blank=True, related_name="+"
    )

    class Meta:
        constraints = [models.UniqueConstraint(fields=["journey", "number"], name="journeys_version_number")]

    def __str__(self) -> str:
        return f"{self.journey_id}/{self.number}"


class State(models.TextChoices):
    ACTIVE = "active", _("Inside")
    DONE = "done", _("Reached the end")
    LEFT = "left", _("Left")


class EnrolmentQuerySet(models.QuerySet["Enrolment"]):
    def active(self) -> "EnrolmentQuerySet":
        return self.filter(state=State.ACTIVE)

    def claim(self, **changes: object) -> uuid.UUID:
        """Change those of these rows that still are as the filter says, and mark them with a new token.

        Of two who see the same rows each gets only those it changed: `filter(claim=token)` names them.
        """
        token = uuid.uuid4()
        self.update(claim=token, **changes)
        return token


class Enrolment(models.Model):
    """One entry of one person. `due_at` is when the step at hand is over; `trigger` is the event that began it."""

    journey = models.ForeignKey(Journey, on_delete=models.CASCADE, related_name="enrolments")
    version = models.ForeignKey(JourneyVersion, on_delete=models.CASCADE, related_name="enrolments")
    contact = models.ForeignKey("contacts.Contact", on_delete=models.CASCADE, related_name="+")
    trigger_event_id = models.UUIDField()
    trigger = models.JSONField(default=dict)
    entered_at = models.DateTimeField()
    restarted_at = models.DateTimeField(null=True, blank=True)
    state = models.CharField(max_length=6, choices=State, default=State.ACTIVE)
    step = models.CharField(max_length=24, blank=True)
    due_at = models.DateTimeField()
    ended_at = models.DateTimeField(null=True, blank=True)
    left_reason = models.CharField(max_length=200, blank=True)
    claim = models.UUIDField(null=True, blank=True)

    objects = EnrolmentQuerySet.as_manager()

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["journey", "contact"], condition=Q(state="active"), name="journeys_inside_once"
            ),
            models.UniqueConstraint(
                fields=["journey", "contact", "trigger_event_id"], name="journeys_one_entry_per_event"
            ),
            models.CheckConstraint(condition=Q(state__in=State.values), name="journeys_enrolment_known_state"),
            models.CheckConstraint(
                condition=Q(state="active", ended_at__isnull=True) | (~Q(state="active") & Q(ended_at__isnull=False)),
                name="journeys_ended_has_a_time",
            ),
        ]
        indexes = [
            models.Index(fields=["due_at"], name="journeys_due", condition=Q(state="active")),
            models.Index(fields=["version", "step", "due_at"], name="journeys_cohort", condition=Q(state="active")),
            models.Index(fields=["version", "state", "step"], name="journeys_counts"),
        ]


class Trace(models.Model):
    """What a step did with one person, or why they left there. Written in the transaction that moves them."""

    enrolment = models.ForeignKey(Enrolment, on_delete=models.CASCADE, related_name="traces")
    version = models.ForeignKey(JourneyVersion, on_delete=models.CASCADE, related_name="+")
    step = models.CharField(max_length=24)
    outcome = models.CharField(max_length=24)
    data = models.JSONField(default=dict)
    at = models.DateTimeField()
    passed = models.BooleanField(default=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["enrolment", "step"], condition=Q(passed=True), name="journeys_each_step_once"
            )
        ]
        indexes = [models.Index(fields=["version", "step", "outcome"], name="journeys_trace_counts")]


class Hold(models.Model):
    """The clock jumped while we ran: nobody moves until a person says go on."""

    held_at = models.DateTimeField()
    jumped_from = models.DateTimeField()
    released_at = models.DateTimeField(null=True, blank=True)
    released_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.SET_NULL, null=True, blank=True, related_name="+"
    )

    class Meta:
        constraints = [
            models.UniqueConstraint(Case(When(released_at__isnull=True, then=1)), name="journeys_one_open_hold")
        ]
