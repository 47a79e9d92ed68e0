"""Deleting contacts for good: from the records, the facts, the log and the archive.

Apps that keep something about people outside rows that go with the contact say in `forgets.py` how it goes.
"""

from collections.abc import Callable, Collection, Iterable
from datetime import datetime, timedelta

from relacja.contacts import copying, families
from relacja.contacts.actions.record import CONTACT
from relacja.contacts.models import Contact
from relacja.events import archive, queries
from relacja.lib import live
from relacja.staff import changes

KEPT_FOR = timedelta(days=30)
AT_ONCE = 500

Forgetter = Callable[[Collection[int]], object]
_forgetters: list[Forgetter] = []


def forgets(function: Forgetter) -> Forgetter:
    """Register a function that lets an app forget contacts, given by id. Safe to run twice."""
    _forgetters.append(function)
    return function


def forget(contact_ids: Iterable[int], *, profiles: Iterable[int] = ()) -> int:
    """Nothing of these contacts, of what browsers did in their name, or of the other `profiles` is left.

    Those who were merged into them are they themselves, and go too.
    The records go last: what was interrupted begins anew with whom they still name. Returns how many contacts there
    were.
    """
    ids = sorted({pk for family in families.of(contact_ids).values() for pk in family})
    everything = {*ids, *profiles, *(profile for profile, _contact in queries.joined_to(ids))}
    if not everything:
        return 0
    copying.forget(ids)
    for function in _forgetters:
        function(ids)
    archive.forget(everything)
    for start in range(0, len(ids), AT_ONCE):
        changes.forget(CONTACT, ids[start : start + AT_ONCE])
        Contact.objects.filter(pk__in=ids[start : start + AT_ONCE]).delete()
    live.publish("contacts")
    return len(ids)


def empty_trash(*, now: datetime) -> int:
    """Delete for good who has been in the trash for 30 days. Returns how many."""
    old = Contact.objects.filter(trashed_at__lt=now - KEPT_FOR)
    return forget(old.values_list("pk", flat=True))
