"""Contacts that changed without an event are copied to the facts all the same; their dates come by the clock."""

from datetime import datetime

from django.utils.translation import gettext_lazy as _

from relacja.contacts import copying, whereabouts
from relacja.contacts.actions import noticing, suspecting_firms
from relacja.jobs.pumps import pump


@pump("contacts.copy", every=1.0, label=_("copies changed contacts into the facts"))
def copy(*, now: datetime) -> bool:
    return copying.copy_changed() > 0


@pump("contacts.places", every=1.0, label=_("looks up where changed companies are"))
def locate(*, now: datetime) -> bool:
    return whereabouts.locate_changed() > 0


@pump("contacts.dates", every=300, label=_("writes into the history that dates come"))
def note_dates(*, now: datetime) -> bool:
    return noticing.note_next(now=now)


@pump("contacts.firms", every=20, label=_("compares new and changed companies"))
def compare_firms(*, now: datetime) -> bool:
    return suspecting_firms.look(now=now)
