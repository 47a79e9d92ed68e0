"""Writing into the history of people that a date of theirs comes, has come, or is over.

Each day is gone through once it has come, by the facts; the records decide who is written about. What was written down
is remembered in the same transaction as its event, so nothing is written twice, whoever dies meanwhile. Days on which
nobody was there to do it are made up for, `CATCH_UP` of them at most.
"""

import uuid
from collections.abc import Iterable, Sequence
from datetime import date, datetime, time, timedelta

from django.conf import settings
from django.db import connection, transaction
from django.utils import timezone, translation

from relacja.clickhouse import facts
from relacja.contacts import dates
from relacja.contacts.dates import Important
from relacja.contacts.models import Contact, Noted, Notice, Record
from relacja.events.actions import append
from relacja.events.event import Event
from relacja.lib import days

CATCH_UP = timedelta(days=30)
REMEMBERED = timedelta(days=90)
AT_ONCE = 1_000
NOON = time(12)  # there is one on every day
_IDS = uuid.UUID("5b0f2a52-6e3c-4d3b-9f8e-3f1c5d6a7b80")
# Of two transactions that write about the same, the second waits for the first and then does not.
_CLAIM = (
    "INSERT INTO contacts_noted (contact_id, path, days, day) VALUES {rows}"
    " ON CONFLICT (contact_id, path, days, day) DO NOTHING RETURNING contact_id"
)


@transaction.atomic
def notice(path: str, days: Iterable[int], *, now: datetime) -> None:
    """From today on, so many days after the date, or before it below zero, are written into the history.

    Those that stay go on where they were.
    """
    wanted = set(days)
    Notice.objects.filter(path=path).exclude(days__in=wanted).delete()
    known = set(Notice.objects.filter(path=path).values_list("days", flat=True))
    today = timezone.localdate(now)
    Notice.objects.bulk_create([Notice(path=path, days=one, noted_until=today) for one in sorted(wanted - known)])


def note_next(*, now: datetime) -> bool:
    """Write about the next thousand people at most. False when there is nobody left until something changes.

    One question to the facts for each notice and day that is not over; each is a pass over one column.
    """
    today, known = timezone.localdate(now), {one.path: one for one in dates.important(Record.CONTACT)}
    for one in Notice.objects.order_by("path", "days"):
        what = known.get(one.path)
        if what is None:
            continue
        day = max(one.noted_until, today - CATCH_UP)
        while day <= today:
            if _note(one, what, day, now=now):
                return True
            day += timedelta(days=1)
        if one.noted_until != today:
            Notice.objects.filter(pk=one.pk, noted_until=one.noted_until).update(noted_until=today)
    return False


def forget_noted(*, now: datetime) -> int:
    """What was written down long ago cannot come again: nobody goes back that far."""
    return Noted.objects.filter(day__lt=timezone.localdate(now) - REMEMBERED).delete()[0]


def _note(one: Notice, what: Important, day: date, *, now: datetime) -> int:
    on = day - timedelta(days=one.days)
    noted = Noted.objects.filter(path=one.path, days=one.days, day=day).values_list("contact_id", flat=True)
    fresh = sorted(set(_due(what, on)) - set(noted))
    for start in range(0, len(fresh), AT_ONCE):
        if written := _write(one, what, day, fresh[start : start + AT_ONCE], now=now):
            return written
    return 0


def _due(what: Important, on: date) -> list[int]:
    """Whose date it is on that day, as far as the facts know."""
    if not what.is_yearly:
        return [row["id"] for row in facts.rows("contacts", "due_once", key=what.key, day=on.isoformat())]
    asked = {"month_days": _month_days(on), "year": f"{on.year:04}"}
    if what.path == dates.ADDED:
        zone = timezone.get_default_timezone_name()
        return [row["id"] for row in facts.rows("contacts", "due_since_added", zone=zone, **asked)]
    return [row["id"] for row in facts.rows("contacts", "due_every_year", key=what.key, **asked)]


def _month_days(on: date) -> list[str]:
    """The days of other years that return on this one."""
    leap_day = date(2000, 2, 29)
    return sorted({f"{on:%m-%d}", f"{leap_day:%m-%d}"} if days.in_year(leap_day, on.year) == on else {f"{on:%m-%d}"})


@transaction.atomic
def _write(one: Notice, what: Important, day: date, contact_ids: Sequence[int], *, now: datetime) -> int:
    """Write about those whose date it is by the records too. Returns about how many."""
    on = day - timedelta(days=one.days)
    people = Contact.objects.active().filter(pk__in=contact_ids).only("created_at", "attributes")
    theirs = {person.pk: at for person in people if (at := what.of(person)) and _is_on(what, at, on)}
    if not theirs:
        return 0
    claimed = _claim(one, day, sorted(theirs))
    at = now if day == timezone.localdate(now) else datetime.combine(day, NOON, timezone.get_default_timezone())
    append([_event(one, what, pk, theirs[pk], on, day, at=at, now=now) for pk in claimed])
    return len(claimed)


def _is_on(what: Important, at: date, on: date) -> bool:
    span = days.Span(on, on)
    return span.holds_return(at) if what.is_yearly else span.holds(at)


def _claim(one: Notice, day: date, contact_ids: Sequence[int]) -> list[int]:
    on = connection.ops.adapt_datefield_value(day)
    given = [value for pk in contact_ids for value in (pk, one.path, one.days, on)]
    with connection.cursor() as cursor:
        cursor.execute(_CLAIM.format(rows=", ".join(["(%s, %s, %s, %s)"] * len(contact_ids))), given)
        return sorted(pk for (pk,) in cursor.fetchall())


def _event(
    one: Notice, what: Important, pk: int, written: date, on: date, day: date, *, at: datetime, now: datetime
) -> Event:
    years = {"years": on.year - written.year} if what.is_yearly else {}
    return Event.of(
        id=uuid.uuid5(_IDS, f"{pk}/{one.path}/{one.days}/{day}"),
        name=dates.REACHED if one.days == 0 else dates.COMING if one.days < 0 else dates.PASSED,
        at=at,
        received_at=now,
        profile_id=pk,
        properties={"field": what.key, "label": _label(what), "date": on.isoformat(), "days": abs(one.days), **years},
    )


def _label(what: Important) -> str:
    """As the company calls it, in its language."""
    with translation.override(settings.LANGUAGE_CODE):
        return str(what.label)
