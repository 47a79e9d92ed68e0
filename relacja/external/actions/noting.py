"""What the history keeps of a source in use: whom its rows are about, what is taken, when it is refreshed."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from relacja.external.models import Source
from relacja.staff.changes import Recorder, one_set
from relacja.staff.models import User

SOURCE = "external-source"
DEFINITION = ("names", "identities", "columns")
TIMING = ("rhythm", "at", "weekday")
COLUMN = ("key", "heading", "kind", "currency", "labels")


def plain(source: Source) -> dict[str, Any]:
    """The source as the history has it. One query."""
    return {
        "names": source.names,
        "identities": source.identities,
        "columns": [{name: getattr(column, name) for name in COLUMN} for column in source.columns.all()],
        "rhythm": str(source.rhythm),
        "at": source.at.isoformat("minutes") if source.at else None,
        "weekday": source.weekday,
        "archived_at": source.archived_at.isoformat() if source.archived_at else None,
    }


def note(
    source: Source, before: Mapping[str, Any], *, by: User | None, now: datetime, into: Recorder | None = None
) -> None:
    """Keep what became different since `before`, in the caller's transaction; of a draft nothing."""
    after = plain(source)
    fields = [name for name, value in after.items() if value != before[name]]
    if source.live_at is None or not fields:
        return
    with one_set("external.changed", by=by, source="staff", now=now, into=into) as noted:
        noted.note(
            SOURCE,
            source.pk,
            before={name: before[name] for name in fields},
            after={name: after[name] for name in fields},
        )
