"""What every page about one contact or company needs."""

from contextlib import AbstractContextManager
from typing import Any

from django.http import Http404
from django.shortcuts import get_object_or_404
from django.utils import timezone
from django.utils.translation import gettext as _

from relacja.contacts import families, forgetting, reach, taking
from relacja.contacts.models import Company, Contact
from relacja.lib import phones
from relacja.lib.errors import Refused
from relacja.staff.changes import Recorder, one_set
from relacja.staff.http import StaffRequest
from relacja.staff.models import User


def load(user: User, pk: int) -> Contact:
    """The contact, if this person sees them.

    What would be done to one that was merged is refused: it is done to the other, or not at all.
    """
    contact = get_object_or_404(reach.people(user).select_related("company", "owner"), pk=pk)
    if (winner := families.current(contact)) is not contact:
        sentence = _("{person} is part of {winner} now. Go there.")
        raise Refused(sentence.format(person=contact, winner=reach.called(winner)))
    return contact


def load_firm(user: User, pk: int) -> Company:
    """The company, with its owner and parent, if this person sees it."""
    firm = get_object_or_404(Company.objects.select_related("owner", "parent"), pk=pk)
    if not reach.sees(user, firm):
        raise Http404
    return firm


def who(request: StaffRequest, contact: Contact) -> dict[str, Any]:
    return {
        "contact": contact,
        "now": timezone.now(),
        "phone": phones.shown(contact.phone) if contact.phone else "",
        "may_edit": request.user.may("contacts.edit"),
        "may_archive": request.user.may("contacts.archive"),
        "may_take": request.user.may("contacts.edit") and taking.may(contact, request.user),
        "gone_on": contact.trashed_at + forgetting.KEPT_FOR if contact.trashed_at else None,
    }


def changing(request: StaffRequest, label: str) -> AbstractContextManager[Recorder]:
    return one_set(label, by=request.user, source="staff", now=timezone.now())
