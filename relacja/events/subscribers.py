"""The facts: the first to read the log. Everybody who asks ClickHouse questions reads after it."""

import uuid
from datetime import datetime

import msgspec
from django.db.models import F
from django.utils.translation import gettext_lazy as _

from relacja.clickhouse import facts
from relacja.events.event import Event
from relacja.events.models import Alias
from relacja.events.subscriptions import subscriber

ASKED_AT_ONCE = 2_000  # a ClickHouse server takes no parameter over 128 KB

_certain = False


@subscriber("facts", label=_("copies events into the facts"), external=True)
def copy(events: list[Event], *, now: datetime) -> None:
    """Put events into ClickHouse, each once: after a start or a failure, those that already arrived are left out."""
    global _certain
    copy_aliases()
    new = events if _certain else missing(events)
    _certain = False
    facts.insert("event", [fact_of(event) for event in new])
    _certain = True


def copy_aliases() -> None:
    """Bring the facts up to date on who turned out to be whom."""
    while changed := list(Alias.objects.exclude(version=F("copied_version"))[:5000]):
        _copy(changed)


def _copy(changed: list[Alias]) -> None:
    facts.insert(
        "alias",
        [
            {
                "profile_id": alias.profile_id,
                "contact_id": alias.contact_id,
                "version": alias.version,
                "is_deleted": int(alias.ended_at is not None),
            }
            for alias in changed
        ],
    )
    facts.command("SYSTEM RELOAD DICTIONARY alias_of")
    for alias in changed:
        Alias.objects.filter(pk=alias.pk, version=alias.version).update(copied_version=alias.version)


def missing(events: list[Event]) -> list[Event]:
    """Those of the events that the facts do not hold yet."""
    present: set[str] = set()
    for start in range(0, len(events), ASKED_AT_ONCE):
        part = events[start : start + ASKED_AT_ONCE]
        found = facts.rows(
            "events",
            "events_present",
            ids=[str(event.id) for event in part],
            profiles=sorted({event.profile_id for event in part}),
        )
        present.update(row["event_id"] for row in found)
    return [event for event in events if str(event.id) not in present]


class Fact(msgspec.Struct, gc=False):
    """A row of the `event` table."""

    id: uuid.UUID
    name: str
    at: datetime
    received_at: datetime
    profile_id: int
    channel: str
    source: str
    properties: msgspec.Raw
    context: msgspec.Raw


def fact_of(event: Event) -> Fact:
    """An event as a row; who did it stays in the log."""
    return Fact(
        event.id,
        event.name,
        event.at,
        event.received_at,
        event.profile_id,
        event.channel,
        event.source,
        event.properties_json,
        event.context_json,
    )
