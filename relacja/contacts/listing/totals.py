"""How many contacts there are."""

import time
from dataclasses import dataclass
from datetime import datetime, timedelta

from relacja.contacts import reach
from relacja.contacts.models import Contact
from relacja.staff.reach import Owners

MOST = 200
QUICK = 0.005  # seconds a count may take without being kept


@dataclass(frozen=True, slots=True)
class Totals:
    """How many contacts there are, and how many came within a week."""

    active: int
    new: int


@dataclass(frozen=True, slots=True)
class _Kept:
    totals: Totals
    until: float


_all: dict[Owners, _Kept] = {}


def totals(*, now: datetime, owners: Owners = None) -> Totals:
    """How many contacts these owners have. A count that takes long is kept for 200 times as long."""
    kept = _all.get(owners)
    if kept is not None and time.monotonic() < kept.until:
        return kept.totals
    started = time.monotonic()
    active = reach.among_people(Contact.objects.active(), owners)
    counted = Totals(active.count(), active.filter(created_at__gte=now - timedelta(days=7)).count())
    took = time.monotonic() - started
    if len(_all) >= MOST:
        _all.clear()
    _all[owners] = _Kept(counted, time.monotonic() + 200 * max(0.0, took - QUICK))
    return counted


def count_again() -> None:
    """Counts that are kept are let go of."""
    _all.clear()
