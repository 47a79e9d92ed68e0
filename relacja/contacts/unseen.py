"""Which records of the history somebody sees: those of customers they see."""

from collections.abc import Collection, Mapping
from typing import Any

from django.db.models import Q

from relacja.contacts import reach
from relacja.contacts.actions.company_merge import MOVED
from relacja.contacts.actions.document import DOCUMENT
from relacja.contacts.actions.merge import MERGE
from relacja.contacts.actions.position import ROLES
from relacja.contacts.actions.record import COMPANY, CONTACT
from relacja.contacts.models import Document, Merge, Record
from relacja.staff import changes
from relacja.staff.reach import Owners


def _people(ids: Collection[int], seen: Owners) -> set[int]:
    return set(reach.seen_ids(ids, Record.CONTACT, seen))


def _firms(ids: Collection[int], seen: Owners) -> set[int]:
    return set(reach.seen_ids(ids, Record.COMPANY, seen))


def _documents(ids: Collection[int], seen: Owners) -> set[int]:
    return set(reach.among_documents(Document.objects.filter(pk__in=ids), seen).values_list("pk", flat=True))


def _merges(ids: Collection[int], seen: Owners) -> set[int]:
    """Both of them: what one sees of a merge are two people."""
    both = Q() if seen is None else reach.owned(seen, "winner__") & reach.owned(seen, "loser__")
    return set(Merge.objects.filter(both, pk__in=ids).values_list("pk", flat=True))


def _people_with_roles(given: Mapping[str, Any]) -> set[int]:
    """Roles are fields called by the number of who has them."""
    return {int(field) for field in given if field.isdecimal()}


changes.narrow(CONTACT, _people)
changes.narrow(COMPANY, _firms)
changes.narrow(MOVED, _firms)
changes.narrow(ROLES, _firms, beside=(CONTACT, _people_with_roles))
changes.narrow(DOCUMENT, _documents)
changes.narrow(MERGE, _merges)
