"""Questions about the log and about who is behind a profile."""

import json
import uuid
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

from django.db import connection
from django.utils.translation import gettext as _

from relacja.clickhouse import facts
from relacja.events import subscriptions, vocabulary
from relacja.events.models import Alias, Cursor, Entry
from relacja.events.profiles import is_anonymous
from relacja.lib.errors import Refused

Position = tuple[int, int]  # the (txid, id) of an entry: the order in which the log is read

# Each batch of each reader asks this of thousands of profiles: as one list they cost a tenth of as many parameters.
_JOINED = {
    "sqlite": """
SELECT profile_id, contact_id FROM events_alias
WHERE ended_at IS NULL AND profile_id IN (SELECT value FROM json_each(%s))
""",
    "postgresql": """
SELECT profile_id, contact_id FROM events_alias
WHERE ended_at IS NULL AND profile_id IN (SELECT value::bigint FROM json_array_elements_text(%s::json))
""",
}
END_OF_TIME = datetime(2200, 1, 1, tzinfo=UTC)


@dataclass(frozen=True, slots=True)
class Moment:
    """One line of a timeline."""

    id: str
    name: str
    at: datetime
    channel: str
    source: str
    properties: dict[str, Any]
    context: dict[str, Any]
    profile_id: int = 0

    @property
    def declared(self) -> vocabulary.Name:
        return vocabulary.of(self.name)

    @property
    def sentence(self) -> str:
        return vocabulary.sentence(self.name, self.properties)

    @property
    def place(self) -> str:
        """Where on a timeline this stands, to go on from; `place()` reads it."""
        return f"{round(self.at.timestamp() * 1000)}-{self.id}"


class BrokenPlace(Refused):
    """The place on a timeline that was asked for cannot be read."""


@dataclass(frozen=True, slots=True)
class Reader:
    """How far one subscriber is."""

    name: str
    label: str
    behind: int
    moved_at: datetime | None
    error: str


def contacts_of(profile_ids: Iterable[int]) -> dict[int, int]:
    """The contact behind each profile that has one; that of a merged contact is the other one. One query."""
    profiles = set(profile_ids)
    found = {profile: profile for profile in profiles if not is_anonymous(profile)}
    if profiles:
        with connection.cursor() as ask:
            ask.execute(_JOINED[connection.vendor], [json.dumps(list(profiles))])
            found.update(ask.fetchall())
    return found


def profiles_of(contact_id: int) -> list[int]:
    """Every profile whose history is this contact's: its own and those joined to it. One query."""
    joined = Alias.objects.filter(contact_id=contact_id, ended_at=None).values_list("profile_id", flat=True)
    return [contact_id, *joined]


def joined_to(contact_ids: Iterable[int]) -> list[tuple[int, int]]:
    """The other profiles whose history is that of these contacts, as (profile, contact). One query."""
    joined = Alias.objects.filter(contact_id__in=list(contact_ids), ended_at=None)
    return list(joined.values_list("profile_id", "contact_id"))


def timeline(
    contact_id: int, *, group: str = "", before: tuple[datetime, str] | None = None, limit: int = 100
) -> list[Moment]:
    """What happened to a contact, newest first, older than the moment `before` (its time and id).

    One question to the facts, about 10 ms at 20 M events.
    """
    return timeline_of_profiles(profiles_of(contact_id), group=group, before=before, limit=limit)


def timeline_of_profiles(
    profile_ids: list[int], *, group: str = "", before: tuple[datetime, str] | None = None, limit: int = 100
) -> list[Moment]:
    """What happened to any of these profiles, newest first, older than the moment `before`, each event once.

    Asks again only where the facts held an event twice and it took the place of others.
    """
    found: dict[str, Moment] = {}
    before_at, before_id = before or (END_OF_TIME, "")
    while len(found) < limit:
        asked = limit - len(found)
        part = facts.rows(
            "events",
            "timeline",
            profiles=profile_ids,
            names=_names_outside(group) if group == vocabulary.OTHER else vocabulary.names_of_group(group),
            are_left_out=group == vocabulary.OTHER,
            all_names=not group,
            hidden=_hidden(),
            before=before_at,
            before_id=before_id,
            limit=asked,
        )
        found |= {row["id"]: Moment(**row) for row in part}
        if len(part) < asked:
            break
        before_at, before_id = part[-1]["at"], part[-1]["id"]
    return list(found.values())


def timeline_counts(profile_ids: list[int]) -> dict[str, int]:
    """How many moments each chip of the timeline of these profiles stands for. One question to the facts."""
    counts: dict[str, int] = {}
    for row in facts.rows("events", "timeline_counts", profiles=profile_ids, hidden=_hidden()):
        group = vocabulary.of(row["name"]).group
        counts[group] = counts.get(group, 0) + row["count"]
    return counts


def place(text: str) -> tuple[datetime, str]:
    """The place on a timeline that was written as `text`. Raises `BrokenPlace`."""
    milliseconds, _hyphen, name = text.partition("-")
    try:
        return datetime.fromtimestamp(int(milliseconds) / 1000, UTC), str(uuid.UUID(name))
    except (ValueError, OverflowError, OSError) as error:
        raise BrokenPlace(_("This place in the history cannot be found. Start from the newest.")) from error


def readers() -> list[Reader]:
    """Every subscriber with the number of entries it has not read. One query each."""
    cursors = {cursor.subscriber: cursor for cursor in Cursor.objects.all()}
    found = []
    for name in subscriptions.names():
        cursor = cursors.get(name) or Cursor(subscriber=name)
        behind = subscriptions.entries_after(cursor).count()
        found.append(Reader(name, subscriptions.label_of(name), behind, cursor.moved_at, cursor.error))
    return found


def end_of_log() -> Position:
    """The place of the newest entry that is committed at this moment."""
    return Entry.objects.order_by("-txid", "-id").values_list("txid", "id").first() or (0, 0)


def has_read(subscriber: str, position: Position) -> bool:
    """Whether a subscriber has read everything up to `position`."""
    read = Cursor.objects.filter(pk=subscriber).values_list("txid", "entry_id").first()
    return (read or (0, 0)) >= position


def is_caught_up(subscriber: str) -> bool:
    """Whether a subscriber has read everything that was committed before this moment.

    An entry that is committed but not readable yet, because an older transaction still runs, counts as not read.
    """
    return has_read(subscriber, end_of_log())


def unread_since(subscriber: str) -> datetime | None:
    """When the oldest entry was written that a subscriber has not read; None when it has read all. Two queries."""
    cursor = Cursor.objects.filter(pk=subscriber).first() or Cursor(subscriber=subscriber)
    return subscriptions.entries_after(cursor).values_list("written_at", flat=True).first()


def waiting_entries() -> int:
    """Entries of the log that are not archived yet."""
    return Entry.objects.count()


def _names_outside(group: str) -> list[str]:
    return [name.name for name in vocabulary.names() if name.group != group]


def _hidden() -> list[str]:
    return [name.name for name in vocabulary.names() if name.quiet]
