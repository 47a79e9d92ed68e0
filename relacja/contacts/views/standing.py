"""Putting one contact away, in the trash, and back. The toast takes each of them back."""

from collections.abc import Callable
from typing import Any

from django.http import HttpResponse
from django.shortcuts import redirect
from django.utils import timezone
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_POST

from relacja.contacts import actions
from relacja.contacts.views import walking
from relacja.contacts.views.one import changing, load
from relacja.staff.access import allow
from relacja.staff.http import StaffRequest
from relacja.staff.toasts import changed


def _step(act: Callable[..., Any], label: str, sentence: Any, *, stays: bool) -> Callable[..., HttpResponse]:
    """A view that does this with a contact, says so, and stays on their page or goes on with the list."""

    @allow("contacts.archive")
    @require_POST
    def view(request: StaffRequest, pk: int) -> HttpResponse:
        contact = load(pk)
        onwards = None if stays else walking.onwards(request, contact)
        with changing(request, label) as made:
            act(contact, by=request.user, now=timezone.now(), into=made)
        changed(request, str(sentence).format(person=contact), made.change_set)
        return redirect(onwards) if onwards else walking.stay(request, pk)

    return view


archive = _step(actions.archive, "contacts.archived", gettext_lazy("{person} is archived."), stays=False)
trash = _step(actions.discard, "contacts.discarded", gettext_lazy("{person} is in the trash."), stays=False)
restoration = _step(actions.restore, "contacts.restored", gettext_lazy("{person} is back."), stays=True)
retrieval = _step(actions.retrieve, "contacts.retrieved", gettext_lazy("{person} is back."), stays=True)
