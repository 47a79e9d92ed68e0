"""What is done with many people at once."""

from datetime import datetime

from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from relacja.contacts.models.company import Company
from relacja.contacts.models.contact import Contact
from relacja.contacts.models.field import Record
from relacja.staff.models import ChangeSet


class Progress(models.TextChoices):
    """Where work on many people stands."""

    RUNNING = "running", _("Running")
    STOPPED = "stopped", _("Stopped")
    DONE = "done", _("Done")
    FAILED = "failed", _("Failed")


class Batch(models.Model):
    """Something done with many people or companies: which ones when it was asked for, and how far it has come.

    `doing` is the code of a deed (`deeds`), and `options` say what is changed or how the file is written. `people` is a
    roaring bitmap of their ids, `position` how many of them were handled, in the order of the ids; it grows with the
    block that handled them. `changes` takes all of it back; `path` is the file of an export, empty once it is gone.
    """

    of = models.CharField(max_length=10, choices=Record, default=Record.CONTACT)
    doing = models.CharField(max_length=20)
    options = models.JSONField(default=dict)
    people = models.BinaryField()
    total = models.PositiveIntegerField()
    position = models.PositiveIntegerField(default=0)
    changed = models.PositiveIntegerField(default=0)
    refused = models.PositiveIntegerField(default=0)
    state = models.CharField(max_length=7, choices=Progress, default=Progress.RUNNING)
    error = models.TextField(blank=True)
    changes = models.OneToOneField(ChangeSet, on_delete=models.SET_NULL, null=True, blank=True, related_name="+")
    path = models.CharField(max_length=200, blank=True)
    by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="+")
    at = models.DateTimeField()
    ended_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        constraints = [
            models.CheckConstraint(condition=Q(of__in=Record.values), name="contacts_batch_known_record"),
            models.CheckConstraint(condition=Q(state__in=Progress.values), name="contacts_batch_known_state"),
            models.CheckConstraint(condition=Q(position__lte=F("total")), name="contacts_batch_position"),
        ]

    def __str__(self) -> str:
        return f"{self.doing} {self.total}"

    @property
    def percent(self) -> int:
        return 100 * self.position // self.total if self.total else 100

    @property
    def is_running(self) -> bool:
        return self.state == Progress.RUNNING

    def stop(self, *, at: datetime) -> None:
        """Nobody goes on with it; what is done stays, and can be taken back."""
        running = Batch.objects.filter(pk=self.pk, state=Progress.RUNNING)
        running.update(state=Progress.STOPPED, ended_at=at)
        self.refresh_from_db()

    def fail(self, sentence: str, *, at: datetime) -> None:
        """It cannot go on, and `sentence` says why; what is done stays, and can be taken back."""
        running = Batch.objects.filter(pk=self.pk, state=Progress.RUNNING)
        running.update(state=Progress.FAILED, error=sentence[:500], ended_at=at)


class Refusal(models.Model):
    """Somebody, or a company, whom a batch left as they were, and why."""

    batch = models.ForeignKey(Batch, on_delete=models.CASCADE, related_name="refusals")
    contact = models.ForeignKey(Contact, on_delete=models.CASCADE, null=True, related_name="+")
    company = models.ForeignKey(Company, on_delete=models.CASCADE, null=True, related_name="+")
    sentence = models.CharField(max_length=300)

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=Q(contact__isnull=True) ^ Q(company__isnull=True), name="contacts_refusal_of_one"
            )
        ]

    def __str__(self) -> str:
        return f"{self.contact or self.company}: {self.sentence}"
