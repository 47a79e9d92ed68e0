"""Taking demonstration data away, and nothing else."""

from django.db import transaction

from relacja.contacts import copying
from relacja.contacts.models import Company, Contact
from relacja.demo.models import Mark, MarkKind
from relacja.events import archive
from relacja.lib import live
from relacja.segments import actions as segments

AT_ONCE = 500


def remove() -> int:
    """No demonstration contact, profile or event is left, in either store. Returns how many contacts there were.

    The marks go last, so that a removal that was interrupted can simply be started again.
    """
    contacts = _marked(MarkKind.CONTACT)
    profiles = _marked(MarkKind.PROFILE)
    if not contacts and not profiles:
        return 0
    with transaction.atomic():
        for start in range(0, len(contacts), AT_ONCE):
            Contact.objects.filter(pk__in=contacts[start : start + AT_ONCE]).delete()
        Company.objects.filter(pk__in=_marked(MarkKind.COMPANY), people=None).delete()
        live.publish("contacts")
    # Segments are asked of the copies: these go first, and the history last, with what segments still said meanwhile.
    copying.forget(contacts)
    segments.forget(contacts)
    archive.forget([*contacts, *profiles])
    Mark.objects.all().delete()
    return len(contacts)


def _marked(kind: MarkKind) -> list[int]:
    return list(Mark.objects.filter(kind=kind).order_by("number").values_list("number", flat=True))
