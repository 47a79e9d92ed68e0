"""Files of people that were brought here, how far each has come, and what became of every row."""

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from relacja.staff.models import ApiKey, Author, ChangeSet


class State(models.TextChoices):
    """Where an import stands. Only a running one moves."""

    DRAFT = "draft", pgettext_lazy("import", "Being prepared")
    CHECKING = "checking", pgettext_lazy("import", "Being checked")
    CHECKED = "checked", pgettext_lazy("import", "Checked")
    RUNNING = "running", pgettext_lazy("import", "Running")
    PAUSED = "paused", pgettext_lazy("import", "Paused")
    STOPPED = "stopped", pgettext_lazy("import", "Stopped")
    DONE = "done", pgettext_lazy("import", "Done")
    FAILED = "failed", pgettext_lazy("import", "Failed")
    UNDOING = "undoing", pgettext_lazy("import", "Being taken back")
    UNDONE = "undone", pgettext_lazy("import", "Taken back")


class Import(models.Model):
    """One file. `position` is how many of its rows were handled; it grows with the block that handled them.

    `columns` says of each column what it holds and what happens to a value that is there already; `options` how the
    file is meant as a whole. `forecast` is what the check found. `moments` are the times its runs wrote down as theirs:
    what was changed at another time was changed by somebody else, and taking back leaves it, and says so in `kept`.
    `changes` is what it did to people who were there already, as the history tells it.
    """

    name = models.CharField(_("file"), max_length=200)
    file = models.FileField(upload_to="imports", max_length=200)
    size = models.BigIntegerField()
    format = models.JSONField()
    is_doubtful = models.BooleanField(default=False)
    headings = models.JSONField(default=list)
    columns = models.JSONField(default=list)
    options = models.JSONField(default=dict)
    state = models.CharField(max_length=8, choices=State, default=State.DRAFT)
    forecast = models.JSONField(null=True)
    total = models.PositiveIntegerField(default=0)
    position = models.PositiveIntegerField(default=0)
    created = models.PositiveIntegerField(default=0)
    updated = models.PositiveIntegerField(default=0)
    unchanged = models.PositiveIntegerField(default=0)
    refused = models.PositiveIntegerField(default=0)
    error = models.TextField(blank=True)
    by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.SET_NULL, null=True, related_name="+")
    api_key = models.ForeignKey(ApiKey, on_delete=models.SET_NULL, null=True, related_name="+")
    at = models.DateTimeField()
    started_at = models.DateTimeField(null=True)
    ended_at = models.DateTimeField(null=True)
    undone_at = models.DateTimeField(null=True)
    changes = models.OneToOneField(ChangeSet, on_delete=models.SET_NULL, null=True, related_name="+")
    moments = models.JSONField(default=list)
    kept = models.JSONField(default=dict)

    class Meta:
        constraints = [models.CheckConstraint(condition=Q(state__in=State.values), name="imports_known_state")]
        indexes = [models.Index(fields=["-at", "-id"], name="imports_latest")]

    def __str__(self) -> str:
        return self.name

    @property
    def author(self) -> Author | None:
        """Who brought the file: somebody who works here, or a program."""
        return self.by or self.api_key

    @property
    def percent(self) -> int:
        """How much of the file is done, as far as it is known."""
        return min(100, round(100 * self.position / self.total)) if self.total else 0

    @property
    def is_at_work(self) -> bool:
        return self.state in {State.CHECKING, State.RUNNING, State.UNDOING}

    @property
    def can_be_mended(self) -> bool:
        """Whether refused rows may be tried again: they become part of this import, and are taken back with it."""
        return self.state in {State.DONE, State.STOPPED} and bool(self.file)

    @property
    def can_be_undone(self) -> bool:
        has_ended = self.state in {State.DONE, State.STOPPED, State.FAILED, State.PAUSED}
        return has_ended and bool(self.file) and bool(self.created + self.updated)


class Block(models.Model):
    """What became of some rows that were handled together: `place` is how many rows come before them.

    `outcomes` is packed, see `imports.outcomes`: of all but the refused ones. It is what taking back goes by. Rows that
    were mended are blocks of their own, behind the last of the file.
    """

    of = models.ForeignKey(Import, on_delete=models.CASCADE, related_name="blocks")
    place = models.PositiveIntegerField()
    count = models.PositiveIntegerField()
    created = models.PositiveIntegerField()
    updated = models.PositiveIntegerField()
    unchanged = models.PositiveIntegerField()
    refused = models.PositiveIntegerField()
    outcomes = models.BinaryField()
    companies = models.JSONField(default=list)
    undone_at = models.DateTimeField(null=True)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["of", "place"], name="imports_rows_are_handled_once")]


class Refusal(models.Model):
    """A row that was refused and waits to be mended: its cells as they stand now, and why.

    `code`, `heading` and `value` are the first reason: rows that have it in common are mended at one go.
    """

    of = models.ForeignKey(Import, on_delete=models.CASCADE, related_name="refusals")
    row = models.PositiveIntegerField()
    cells = models.JSONField()
    faults = models.JSONField()
    code = models.CharField(max_length=20)
    heading = models.CharField(max_length=200)
    value = models.CharField(max_length=120)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["of", "row"], name="imports_row_waits_once")]
        indexes = [models.Index(fields=["of", "code", "heading", "value"], name="imports_alike")]


class Usual(models.Model):
    """How a file with these headings was read last: the next one begins so."""

    digest = models.CharField(max_length=32, primary_key=True)
    columns = models.JSONField()
    options = models.JSONField()
    used_at = models.DateTimeField()
