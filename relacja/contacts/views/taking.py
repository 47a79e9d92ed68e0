"""The rule of taking people over."""

from django.http import HttpResponse
from django.shortcuts import redirect
from django.utils import timezone
from django.utils.translation import gettext as _

from relacja.contacts import forms, taking
from relacja.contacts.actions import ruling
from relacja.contacts.models import Taking
from relacja.contacts.views.one import changing
from relacja.staff.access import allow
from relacja.staff.http import StaffRequest
from relacja.staff.toasts import changed
from relacja.ui.pages import page


@allow("contacts.taking")
def settings(request: StaffRequest) -> HttpResponse:
    """Who may take whom over."""
    form = forms.TakingOver(request.POST or None, initial=ruling.plain_taking(), label_suffix="")
    if request.method == "POST" and form.is_valid():
        with changing(request, "contacts.taking") as noted:
            ruling.set_taking(form.cleaned_data, by=request.user, now=timezone.now(), into=noted)
        changed(request, _("Saved."), noted.change_set)
        return redirect("contacts:taking")
    context = {"form": form, "words": taking.words(Taking.present())}
    return page(request, "contacts/taking.html", context, status=422 if form.errors else 200)
