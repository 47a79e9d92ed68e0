"""Tables about people that others keep: where each lies, what is taken of it, and how its refreshes went.

The values themselves lie in the facts (`external_row`), each under the refresh that brought it; `Source.generation`
says which refresh is true.
"""

from typing import Any

from django.conf import settings
from django.core.validators import MaxValueValidator
from django.db import models
from django.db.models import Q
from django.utils.translation import get_language, pgettext_lazy
from django.utils.translation import gettext_lazy as _

LANGUAGES = ("pl", "en")


class ConnectionKind(models.TextChoices):
    POSTGRESQL = "postgresql", "PostgreSQL"
    CLICKHOUSE = "clickhouse", "ClickHouse"


class Connection(models.Model):
    """A database to read from. Its password lies here encrypted (see `sealing`) and is never shown again."""

    kind = models.CharField(max_length=10, choices=ConnectionKind)
    name = models.CharField(max_length=80, unique=True)
    host = models.CharField(max_length=255)
    port = models.PositiveIntegerField(validators=[MaxValueValidator(65535)])
    database = models.CharField(max_length=128)
    user = models.CharField(max_length=128)
    sealed = models.TextField(blank=True)
    is_encrypted = models.BooleanField(default=False)
    created_at = models.DateTimeField()

    class Meta:
        constraints = [
            models.CheckConstraint(condition=Q(kind__in=ConnectionKind.values), name="external_connection_known_kind")
        ]

    def __str__(self) -> str:
        return self.name


class SourceKind(models.TextChoices):
    """Where a table lies."""

    UPLOAD = "upload", pgettext_lazy("external data", "File")
    FOLDER = "folder", pgettext_lazy("external data", "Folder")
    TABLE = "table", pgettext_lazy("external data", "Table of a database")


class Rhythm(models.TextChoices):
    """When a source is refreshed by itself."""

    HAND = "hand", _("Only by hand")
    HOURLY = "hourly", _("Every hour")
    DAILY = "daily", _("Every day")
    WEEKLY = "weekly", _("Every week")


class SourceQuerySet(models.QuerySet["Source"]):
    def kept(self) -> "SourceQuerySet":
        """Those that are not archived, drafts too."""
        return self.filter(archived_at=None)

    def live(self) -> "SourceQuerySet":
        """Those in use: their columns stand in conditions."""
        return self.kept().exclude(live_at=None)


class Source(models.Model):
    """One table. It is a draft until somebody has seen what it would bring and says so (`live_at`).

    `identities` say in order by which columns people are known: `heading`, `kind`, and the `system` of numbers.
    `generation` is the refresh whose rows are true, 0 while there is none; `taken_at` when these were read.
    `trouble` is why the last refresh failed, if it did.
    """

    kind = models.CharField(max_length=6, choices=SourceKind)
    key = models.SlugField(max_length=60, unique=True)
    names = models.JSONField(default=dict)
    connection = models.ForeignKey(Connection, on_delete=models.PROTECT, null=True, related_name="sources")
    schema = models.CharField(max_length=200, blank=True)
    table = models.CharField(max_length=200, blank=True)
    pattern = models.CharField(max_length=200, blank=True)
    file = models.FileField(upload_to="external", max_length=200, blank=True)
    file_name = models.CharField(max_length=200, blank=True)
    headings = models.JSONField(default=list)
    identities = models.JSONField(default=list)
    rhythm = models.CharField(max_length=6, choices=Rhythm, default=Rhythm.HAND)
    at = models.TimeField(null=True, blank=True)
    weekday = models.PositiveSmallIntegerField(null=True, blank=True, validators=[MaxValueValidator(6)])
    next_at = models.DateTimeField(null=True)
    generation = models.BigIntegerField(default=0)
    taken_at = models.DateTimeField(null=True)
    people = models.PositiveIntegerField(default=0)
    trouble = models.TextField(blank=True)
    troubled_at = models.DateTimeField(null=True)
    created_at = models.DateTimeField()
    live_at = models.DateTimeField(null=True)
    archived_at = models.DateTimeField(null=True)

    objects = SourceQuerySet.as_manager()

    class Meta:
        constraints = [
            models.CheckConstraint(condition=Q(kind__in=SourceKind.values), name="external_source_known_kind"),
            models.CheckConstraint(condition=Q(rhythm__in=Rhythm.values), name="external_source_known_rhythm"),
            models.CheckConstraint(
                condition=Q(kind=SourceKind.TABLE) | Q(connection=None), name="external_only_tables_are_connected"
            ),
            models.CheckConstraint(
                condition=Q(trouble="", troubled_at=None) | (~Q(trouble="") & Q(troubled_at__isnull=False)),
                name="external_trouble_has_begun",
            ),
        ]

    def __str__(self) -> str:
        return spoken(self.names) or self.key


class Column(models.Model):
    """A column of a source that is taken: under which heading it comes, and how people call what stands in it.

    `choices` are the values a column of that kind held when it was read last.
    """

    source = models.ForeignKey(Source, on_delete=models.CASCADE, related_name="columns")
    position = models.PositiveSmallIntegerField()
    key = models.SlugField(max_length=60)
    heading = models.CharField(max_length=200)
    kind = models.CharField(max_length=10)
    currency = models.CharField(max_length=3, default="PLN")
    labels = models.JSONField(default=dict)
    choices = models.JSONField(default=list)

    class Meta:
        ordering = ["position", "pk"]
        constraints = [models.UniqueConstraint(fields=["source", "key"], name="external_column_key_once")]

    def __str__(self) -> str:
        return spoken(self.labels) or self.heading


class State(models.TextChoices):
    """Where a refresh stands."""

    WAITING = "waiting", pgettext_lazy("refresh", "Waiting")
    RUNNING = "running", pgettext_lazy("refresh", "Running")
    DONE = "done", pgettext_lazy("refresh", "Done")
    FAILED = "failed", pgettext_lazy("refresh", "Failed")


class Cause(models.TextChoices):
    """Who wanted it."""

    TRIAL = "trial", pgettext_lazy("refresh", "Looked at beforehand")
    FIRST = "first", pgettext_lazy("refresh", "For the first time")
    HAND = "hand", pgettext_lazy("refresh", "By hand")
    CLOCK = "clock", pgettext_lazy("refresh", "By the clock")
    API = "api", pgettext_lazy("refresh", "By a program")


AT_WORK = (State.WAITING, State.RUNNING)


class Refresh(models.Model):
    """One reading of a source. Its number is the generation of the rows it brings; a trial brings none.

    `before` is the generation that it took the place of, null until it did. `examples` are contacts whom rows fitted.
    """

    source = models.ForeignKey(Source, on_delete=models.CASCADE, related_name="refreshes")
    cause = models.CharField(max_length=5, choices=Cause)
    state = models.CharField(max_length=7, choices=State, default=State.WAITING)
    by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.SET_NULL, null=True, related_name="+")
    at = models.DateTimeField()
    ended_at = models.DateTimeField(null=True)
    read_from = models.CharField(max_length=300, blank=True)
    rows = models.PositiveIntegerField(default=0)
    people = models.PositiveIntegerField(default=0)
    strangers = models.PositiveIntegerField(default=0)
    unnamed = models.PositiveIntegerField(default=0)
    twice = models.PositiveIntegerField(default=0)
    broken = models.PositiveIntegerField(default=0)
    flawed = models.PositiveIntegerField(default=0)
    changed = models.PositiveIntegerField(null=True)
    before = models.BigIntegerField(null=True)
    examples = models.JSONField(default=list)
    error = models.TextField(blank=True)

    class Meta:
        constraints = [
            models.CheckConstraint(condition=Q(state__in=State.values), name="external_refresh_known_state"),
            models.UniqueConstraint(
                fields=["source"], condition=Q(state__in=["waiting", "running"]), name="external_one_refresh_at_a_time"
            ),
        ]
        indexes = [models.Index(fields=["source", "-id"], name="external_latest")]

    @property
    def is_trial(self) -> bool:
        return self.cause == Cause.TRIAL

    @property
    def is_at_work(self) -> bool:
        return self.state in AT_WORK

    @property
    def left_out(self) -> int:
        """Rows that brought nothing."""
        return self.strangers + self.unnamed + self.twice + self.broken


class Fault(models.Model):
    """A row of which not everything was taken, and why; `contact` is whom it is about, where that is known."""

    refresh = models.ForeignKey(Refresh, on_delete=models.CASCADE, related_name="faults")
    row = models.PositiveBigIntegerField()
    code = models.CharField(max_length=12)
    heading = models.CharField(max_length=200, blank=True)
    value = models.CharField(max_length=600, blank=True)
    contact = models.BigIntegerField(null=True)

    class Meta:
        indexes = [models.Index(fields=["refresh", "code", "id"], name="external_faults_by_code")]


def spoken(words: Any, language: str | None = None) -> str:
    """A name that people gave in one language or two, in the reader's, or in the one there is."""
    given: dict[str, str] = words or {}
    own = (language or get_language() or "")[:2]
    return given.get(own) or next((given[one] for one in LANGUAGES if given.get(one)), "")
