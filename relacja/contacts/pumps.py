"""Contacts that changed without an event are copied to the facts all the same."""

from datetime import datetime

from relacja.contacts import copying
from relacja.jobs.pumps import pump


@pump("contacts.copy", every=1.0)
def copy(*, now: datetime) -> bool:
    return copying.copy_changed() > 0
