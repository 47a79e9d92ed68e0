"""Putting one contact or company away, in the trash, and back. The toast takes each of them back."""

from collections.abc import Callable
from typing import Any

from django.http import HttpResponse
from django.shortcuts import redirect
from django.utils import timezone
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_POST

from relacja.contacts import actions
from relacja.contacts.views import walking
from relacja.contacts.views.one import changing, load, load_firm
from relacja.staff.access import allow
from relacja.staff.http import StaffRequest
from relacja.staff.models import User
from relacja.staff.toasts import changed

Load = Callable[[User, int], Any]


def _step(act: Callable[..., Any], label: str, sentence: Any, *, stays: bool, of: Load = load) -> Callable[..., Any]:
    """A view that does this with a record, says so, and stays on its page or goes on with the list."""

    @allow("contacts.archive")
    @require_POST
    def view(request: StaffRequest, pk: int) -> HttpResponse:
        record = of(request.user, pk)
        onwards = None if stays else walking.onwards(request, record)
        with changing(request, label) as made:
            act(record, by=request.user, now=timezone.now(), into=made)
        changed(request, str(sentence).format(person=record, company=record), made.change_set)
        return redirect(onwards) if onwards else walking.stay(request, record)

    return view


archive = _step(actions.archive, "contacts.archived", gettext_lazy("{person} is archived."), stays=False)
trash = _step(actions.discard, "contacts.discarded", gettext_lazy("{person} is in the trash."), stays=False)
restoration = _step(actions.restore, "contacts.restored", gettext_lazy("{person} is back."), stays=True)
retrieval = _step(actions.retrieve, "contacts.retrieved", gettext_lazy("{person} is back."), stays=True)

_ARCHIVED, _TRASHED = gettext_lazy("{company} is archived."), gettext_lazy("{company} is in the trash.")
_BACK = gettext_lazy("{company} is back.")
company_archive = _step(actions.archive_company, "companies.archived", _ARCHIVED, stays=False, of=load_firm)
company_trash = _step(actions.discard_company, "companies.discarded", _TRASHED, stays=False, of=load_firm)
company_restoration = _step(actions.restore_company, "companies.restored", _BACK, stays=True, of=load_firm)
company_retrieval = _step(actions.retrieve_company, "companies.retrieved", _BACK, stays=True, of=load_firm)
