"""The log of what happened, who has read how far, and what could not be read."""

from django.db import models
from django.db.models.expressions import Func
from django.db.models.functions import Now


class TransactionId(Func):
    """The number of the running transaction on PostgreSQL; 0 on SQLite, where writers queue up anyway."""

    template = "0"
    output_field = models.BigIntegerField()

    def as_postgresql(self, compiler, connection, **extra):  # type: ignore[no-untyped-def]
        return self.as_sql(compiler, connection, template="(pg_current_xact_id()::text::bigint)", **extra)


class Entry(models.Model):
    """Events accepted together, in order: the outbox, and once everybody has read it, the archive.

    `txid` makes reading safe on PostgreSQL, where rows appear out of id order: readers go by (txid, id) and stop
    below the oldest running transaction.
    """

    txid = models.BigIntegerField(db_default=TransactionId())
    written_at = models.DateTimeField(db_default=Now())
    count = models.PositiveIntegerField()
    events = models.BinaryField()

    class Meta:
        indexes = [models.Index(fields=["txid", "id"], name="events_entry_order")]


class Receipt(models.Model):
    """A message that was accepted; the same key again is a repeat."""

    key = models.BinaryField(primary_key=True, max_length=16)
    on = models.DateField(db_index=True)


class Cursor(models.Model):
    """How far a subscriber has read the log."""

    subscriber = models.CharField(max_length=64, primary_key=True)
    txid = models.BigIntegerField(default=0)
    entry_id = models.BigIntegerField(default=0)
    moved_at = models.DateTimeField(null=True)
    attempts = models.PositiveIntegerField(default=0)
    error = models.TextField(blank=True)


class Parked(models.Model):
    """An event that a subscriber could not handle, kept for a person to look at and try again."""

    subscriber = models.CharField(max_length=64)
    event = models.BinaryField()
    event_name = models.CharField(max_length=200)
    error = models.TextField()
    at = models.DateTimeField()

    class Meta:
        indexes = [models.Index(fields=["subscriber", "id"], name="events_parked_order")]


class Chunk(models.Model):
    """Read events, packed: the archive from which the facts can be rebuilt."""

    first_at = models.DateTimeField()
    last_at = models.DateTimeField()
    count = models.PositiveIntegerField()
    profiles = models.BinaryField()
    events = models.BinaryField()


class Alias(models.Model):
    """A profile that turned out to be a contact. Ended, never deleted, when the two are taken apart again."""

    profile_id = models.BigIntegerField(primary_key=True)
    contact_id = models.BigIntegerField(db_index=True)
    since = models.DateTimeField()
    ended_at = models.DateTimeField(null=True, blank=True)
    version = models.BigIntegerField(default=1)
    copied_version = models.BigIntegerField(default=0)

    class Meta:
        indexes = [
            models.Index(
                fields=["profile_id"],
                name="events_alias_to_copy",
                condition=~models.Q(version=models.F("copied_version")),
            )
        ]
