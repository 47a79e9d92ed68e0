"""What the operations on contacts share."""

from typing import Annotated

from django.shortcuts import get_object_or_404
from django.utils.translation import gettext as _
from ninja import Path
from pydantic import Field

from relacja.contacts import families
from relacja.contacts.models import Contact
from relacja.staff.api import Problem

MOST = 200
Id = Annotated[int, Path(ge=1, lt=1 << 62)]
Limit = Annotated[int, Field(ge=1, le=MOST)]


def load(contact_id: int) -> Contact:
    """The contact, archived or not, with its company and owner. Raises `Http404`.

    One that was merged is gone, and the answer says into which: its number may come back, so nobody is redirected.
    """
    contact = get_object_or_404(Contact.objects.select_related("company", "owner"), pk=contact_id)
    if (winner := families.current(contact)) is not contact:
        sentence = _("This contact was merged into contact {number}.").format(number=winner.pk)
        raise Problem(410, sentence, more={"merged_into": winner.pk})
    return contact


def refuse_choice(name: str, value: str, known: set[str]) -> None:
    """Refuse the parameter `name` when its value is none of those known."""
    if value not in known:
        sentence = _("Choose one of: {known}.").format(known=", ".join(sorted(known)))
        raise Problem(400, sentence, errors={name: sentence})
