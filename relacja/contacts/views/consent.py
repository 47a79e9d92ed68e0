"""What one contact agreed to, line by line."""

from django.core.exceptions import PermissionDenied
from django.http import HttpResponse
from django.shortcuts import redirect
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from relacja.contacts import consents, families, forms
from relacja.contacts.models import Consent, ConsentAct, ConsentEntry, Contact
from relacja.contacts.views.one import load, who
from relacja.staff.access import allow
from relacja.staff.http import StaffRequest
from relacja.ui import toasts
from relacja.ui.pages import page


@allow("contacts.view")
def ledger(request: StaffRequest, pk: int) -> HttpResponse:
    """The ledger of consents, with the proof of each line; a POST adds one that somebody gave to us."""
    contact = load(request.user, pk)
    form = forms.Agreement(request.POST or None, label_suffix="")
    if request.method != "POST":
        return _page(request, contact, form)
    _may_edit(request)
    if not form.is_valid():
        return _page(request, contact, form, status=422)
    text = form.cleaned_data["text"]
    source, now = form.cleaned_data["source"], timezone.now()
    address = contact.email if text.channel == consents.EMAIL else contact.phone
    consents.give(
        contact,
        purpose=text.purpose,
        channel=text.channel,
        text=text,
        source=source,
        address=address,
        proof={"written_down_by": str(request.user)},
        now=now,
    )
    toasts.say(request, _("The consent is written down."))
    return redirect("contacts:consents", pk)


@allow("contacts.edit")
@require_POST
def withdrawal(request: StaffRequest, pk: int) -> HttpResponse:
    """Write down that the contact does not agree any more. It holds at once, for what waits to be sent as well."""
    contact = load(request.user, pk)
    form = forms.Withdrawal(request.POST)
    if not form.is_valid():
        return _page(request, contact, forms.Agreement(label_suffix=""), wrong=form, status=422)
    proof = {"written_down_by": str(request.user)}
    consents.withdraw(contact, **form.cleaned_data, address=contact.email, proof=proof, now=timezone.now())
    toasts.say(request, _("The withdrawal is written down."))
    return redirect("contacts:consents", pk)


def _may_edit(request: StaffRequest) -> None:
    if not request.user.may("contacts.edit"):
        raise PermissionDenied


def _page(
    request: StaffRequest,
    contact: Contact,
    form: forms.Agreement,
    *,
    wrong: forms.Withdrawal | None = None,
    status: int = 200,
) -> HttpResponse:
    entries = (
        ConsentEntry.objects.filter(contact__in=families.members(contact.pk))
        .select_related("text")
        .order_by("-at", "-pk")
    )
    given = Consent.objects.filter(contact=contact).exclude(act=ConsentAct.WITHDRAWN).order_by("purpose", "channel")
    context = who(request, contact) | {"entries": entries, "given": given, "form": form, "wrong": wrong}
    return page(request, "contacts/consents.html", context, status=status)
