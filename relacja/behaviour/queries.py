"""What the behaviour of people says about them, asked of the facts."""

from collections.abc import Iterable, Mapping
from datetime import datetime
from typing import Any

from relacja.behaviour import attributes
from relacja.behaviour.attributes import Derived, Found
from relacja.clickhouse import facts
from relacja.events.queries import joined_to
from relacja.segments import queries as segments
from relacja.segments.binder import CONTACT, Binder
from relacja.segments.rules import Person

Said = dict[str, Found]
MOST_EVENTS = 2_000
MOST_ALONE = 20
# Reading so few rows, looking for a projection and handing reads to other threads cost more than they bring.
FEW = "SETTINGS optimize_use_projections = 0, local_filesystem_read_method = 'pread'"


def of_profiles(profiles: list[int], now: datetime) -> Said:
    """What is known of the person behind these profiles. One question to the facts: their own rows, told in Python.

    The aggregates of all attributes together cost two seconds of reading the statement, whatever there is to read.
    """
    known = attributes.registered()
    names = sorted({name for one in known.values() for name in one.names})
    rows = facts.rows("segments", "person_events", profiles=profiles, names=names, limit=MOST_EVENTS)
    person = Person(profiles[0], {}, {}, segments.events_of(rows), now)
    found = ((key, one.found(person)) for key, one in known.items())
    return {key: one for key, one in found if one is not None}


def of_contacts(contact_ids: Iterable[int], now: datetime) -> dict[int, Said]:
    """What is known of each of some contacts. One query; a question to the facts for each of a few, or one for many."""
    wanted = sorted(set(contact_ids))
    joined = joined_to(wanted)
    if len(wanted) <= MOST_ALONE:
        of = {one: [one, *(profile for profile, contact_id in joined if contact_id == one)] for one in wanted}
        told = {one: of_profiles(profiles, now) for one, profiles in of.items()}
        return {one: found for one, found in told.items() if found}
    profiles = [*wanted, *(profile for profile, _contact in joined)]
    rows = facts.ask(*_statement(profiles, now)) if wanted else []
    return {row["contact_id"]: _told(row) for row in rows}


def with_evidence(contact_id: int, now: datetime) -> list[tuple[Derived, Found | None]]:
    """Every attribute of a contact with the events it rests on. One question to the facts, one query."""
    known = attributes.registered().values()
    events = segments.history(contact_id, {name for one in known for name in one.names})
    person = Person(contact_id, {}, {}, events, now)
    return [(one, one.found(person)) for one in known]


def _statement(profiles: list[int], now: datetime) -> tuple[str, dict[str, Any]]:
    bind, known = Binder(now), attributes.registered().values()
    told = [f"{one.told_sql(bind)[1]} AS a{number}" for number, one in enumerate(known)]
    names = sorted({name for one in known for name in one.names})
    columns = ", ".join([f"{CONTACT} AS contact_id", *told])
    sql = (
        f"SELECT {columns} FROM event WHERE profile_id IN {bind(profiles, 'Array(UInt64)')}"  # noqa: S608 - bound
        f" AND name IN {bind(names, 'Array(String)')} GROUP BY contact_id {FEW}"
    )
    return sql, bind.parameters


def _told(row: Mapping[str, Any]) -> Said:
    """What has any evidence."""
    known = enumerate(attributes.registered())
    found = {key: Found(*row[f"a{number}"]) for number, key in known}
    return {key: one for key, one in found.items() if one.number}
