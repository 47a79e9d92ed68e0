"""Taking demonstration data away, and nothing else."""

from relacja.contacts import forgetting
from relacja.contacts.models import Company
from relacja.demo import colleagues, dates
from relacja.demo.models import Mark, MarkKind
from relacja.messaging.models import Link, Message, Suppression


def remove() -> int:
    """No demonstration contact, profile or event is left, in either store. Returns how many contacts there were.

    The marks go last, so that a removal that was interrupted can simply be started again.
    """
    contacts = _marked(MarkKind.CONTACT)
    profiles = _marked(MarkKind.PROFILE)
    if not contacts and not profiles:
        return 0
    forgetting.forget(contacts, profiles=profiles)
    Company.objects.filter(pk__in=_marked(MarkKind.COMPANY), people=None).delete()
    Suppression.objects.filter(pk__in=_marked(MarkKind.STOP)).delete()
    colleagues.leave(_marked(MarkKind.USER), _marked(MarkKind.TEAM), _marked(MarkKind.RULE))
    dates.remove_fields(_marked(MarkKind.FIELD))
    # An address is kept once, whichever letters lead to it: as long as there is a letter, it may be one of them.
    if not Message.objects.exclude(html="").exists():
        Link.objects.filter(pk__in=_marked(MarkKind.LINK)).delete()
    Mark.objects.all().delete()
    return len(contacts)


def _marked(kind: MarkKind) -> list[int]:
    return list(Mark.objects.filter(kind=kind).order_by("number").values_list("number", flat=True))
