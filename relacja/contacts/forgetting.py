"""Deleting contacts and companies for good: from the records, the facts, the log and the archive.

Apps that keep something about people outside rows that go with the contact say in `forgets.py` how it goes.
"""

from collections.abc import Callable, Collection, Iterable
from datetime import datetime, timedelta

from django.db import transaction
from django.db.models import F

from relacja.contacts import copying, families
from relacja.contacts.actions.document import forget_documents_of
from relacja.contacts.actions.record import COMPANY, CONTACT
from relacja.contacts.models import Company, Contact, Record
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


def forget_companies(company_ids: Iterable[int]) -> int:
    """Nothing of these companies is left; the people who worked there stay. Returns how many there were."""
    ids = sorted(company_ids)
    forget_documents_of(ids, Record.COMPANY)
    for start in range(0, len(ids), AT_ONCE):
        some = ids[start : start + AT_ONCE]
        changes.forget(COMPANY, some)
        with transaction.atomic():
            employed = Contact.objects.filter(company__in=some)
            employed.update(company=None, version=F("version") + 1)
            Company.objects.filter(pk__in=some).delete()
    live.publish("companies")
    return len(ids)


def empty_trash(*, now: datetime) -> int:
    """Delete for good what has been in the trash for 30 days. Returns how many people and companies."""
    over = {"trashed_at__lt": now - KEPT_FOR}
    people = forget(Contact.objects.filter(**over).values_list("pk", flat=True))
    return people + forget_companies(Company.objects.filter(**over).values_list("pk", flat=True))
