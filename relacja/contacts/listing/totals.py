"""How many contacts there are."""

import time
from dataclasses import dataclass, field
from datetime import datetime, timedelta

from relacja.contacts.models import Contact


@dataclass(frozen=True, slots=True)
class Totals:
    """How many contacts there are, and how many came within a week."""

    active: int
    new: int


@dataclass(slots=True)
class _Kept:
    totals: Totals | None = None
    until: float = field(default=0.0)


_kept = _Kept()


def totals(*, now: datetime) -> Totals:
    """How many contacts there are. A count that takes long is kept for 200 times as long."""
    if _kept.totals is not None and time.monotonic() < _kept.until:
        return _kept.totals
    started = time.monotonic()
    active = Contact.objects.active()
    counted = Totals(active.count(), active.filter(created_at__gte=now - timedelta(days=7)).count())
    took = time.monotonic() - started
    _kept.totals, _kept.until = counted, time.monotonic() + 200 * max(0.0, took - 0.005)
    return counted
