"""Putting companies back as they were, many at a time."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from relacja.contacts import plain
from relacja.contacts.actions.company import put, refuse_cycle, refuse_taken
from relacja.contacts.actions.company_standing import put_standing
from relacja.contacts.models import Company, Contact
from relacja.lib.errors import Refused
from relacja.staff.changes import Kept, Note, Restored, Wanted
from relacja.staff.models import User

PEOPLE = "people"


def restore_companies(wanted: Sequence[Wanted], *, by: User | None, now: datetime) -> Restored:
    """Put companies back, in the caller's transaction. One that was added goes when nobody works there."""
    found = Company.objects.in_bulk({one.record_id for one in wanted})
    done = Restored([], [])
    for one in wanted:
        company = found.get(one.record_id)
        if company is None:
            done.kept.append(Kept(one.record_id, "", None, None))
        elif one.to is None:
            _put_away(company, one, done, now=now)
        elif one.expected is None:
            _take_back(company, one, done, now=now)
        else:
            _put_back(company, one, done, by=by, now=now)
    return done


def _put_away(company: Company, wanted: Wanted, done: Restored, *, now: datetime) -> None:
    """It was added, or taken out of the trash. The people it had then were sent away before it."""
    people = Contact.objects.active().filter(company=company).count()
    if people:
        done.kept.append(Kept(company.pk, PEOPLE, people, 0))
        return
    expected = wanted.expected or {}
    there = {"trashed_at": None, "archived_at": company.archived_at}
    to = {"archived_at": company.archived_at or now, "trashed_at": now, "left": expected.get(plain.LEFT, [])}
    if put_standing(company, there, **to, now=now):
        done.made.append(Note(company.pk, before=wanted.expected, after=None))
    else:
        done.kept.append(Kept(company.pk, plain.TRASHED, plain.value(company, plain.TRASHED), None))


def _take_back(company: Company, wanted: Wanted, done: Restored, *, now: datetime) -> None:
    """Out of the trash; out of the archive if it was not there before."""
    away = (wanted.to or {}).get(plain.PUT_AWAY)
    back = datetime.fromisoformat(away) if away else None
    if back is None and not _is_free(company):
        done.kept.append(Kept(company.pk, "name", company.name, None))
        return
    there = {"archived_at__isnull": False}
    if put_standing(company, there, archived_at=back, trashed_at=None, left=[], now=now):
        done.made.append(Note(company.pk, before=None, after=wanted.to))
    else:
        done.kept.append(Kept(company.pk, plain.TRASHED, None, None))


def _put_back(company: Company, wanted: Wanted, done: Restored, *, by: User | None, now: datetime) -> None:
    values: dict[str, Any] = {}
    for name, expected in (wanted.expected or {}).items():
        present, to = plain.value(company, name), (wanted.to or {})[name]
        if not plain.are_same(present, expected) or not _is_possible(company, name, to):
            done.kept.append(Kept(company.pk, name, present, expected))
        else:
            values[name] = to
    if values:
        before = plain.of(company, values)
        put(company, values, by=by, now=now)
        done.made.append(Note(company.pk, before=before, after=values))


def _is_possible(company: Company, name: str, value: Any) -> bool:
    """Whether a company may be so again: called so, under that company, with that VAT id, taken out of the archive."""
    if name == plain.PUT_AWAY:
        return company.trashed_at is None and (value is not None or _is_free(company))
    if name in ("name", "vat_id"):
        return company.archived_at is not None or _is_free(Company(**{"pk": company.pk, "name": "~", name: value}))
    if name != "parent" or value is None:
        return True
    try:
        refuse_cycle(company, value)
    except Refused:
        return False
    return Company.objects.filter(pk=value).exists()


def _is_free(company: Company) -> bool:
    """Whether nobody else has its name or VAT id."""
    try:
        refuse_taken(company)
    except Refused:
        return False
    return True
