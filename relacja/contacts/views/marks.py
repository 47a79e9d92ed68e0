"""Tags and the mark of a VIP, on a contact and on a company: put on and taken off in their place."""

from collections.abc import Callable
from typing import Any

from django.http import HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from relacja.contacts import actions, fields, forms, plain, tags
from relacja.contacts.actions import tags as tagging
from relacja.contacts.models import Company, Contact, Record
from relacja.contacts.views.one import changing, load, load_firm
from relacja.lib.errors import Refused
from relacja.staff.access import allow
from relacja.staff.changes import Recorder
from relacja.staff.http import StaffRequest
from relacja.staff.toasts import changed
from relacja.ui.pages import page

VIP = plain.ATTRIBUTE + fields.VIP
TEMPLATE = "contacts/parts/marks.html"


def shown(request: StaffRequest, record: Contact | Company) -> dict[str, Any]:
    """What the page of a contact or a company says about its marks. One query."""
    words, of = tags.vocabulary(), "contact" if isinstance(record, Contact) else "company"
    has, vip = words.meant(record.attributes.get(tags.KEY)), record.attributes.get(fields.VIP)
    known = {one.path: one for one in fields.marks(Record(of))}[VIP]
    initial = vip or {"since": timezone.localdate()}
    return {
        "tags": has,
        "others": [tag for tag in words.tags if tag not in has],
        "vip": known.show(vip, {}) if vip else "",
        "form": forms.VipMark(initial=initial, label_suffix="", auto_id="vip-%s"),
        "tags_url": reverse(f"contacts:{of}-tags", args=[record.pk]),
        "vip_url": reverse(f"contacts:{of}-vip", args=[record.pk]),
        "may_edit": request.user.may("contacts.edit") and record.archived_at is None,
        "may_make": request.user.may("contacts.tags"),
        "list": reverse("contacts:contacts" if of == "contact" else "contacts:companies"),
    }


@allow("contacts.edit")
@require_POST
def contact_tags(request: StaffRequest, pk: int) -> HttpResponse:
    """Put tags on a contact, by name, or take one off, by key."""
    return _tags(request, load(request.user, pk), "contacts.edited")


@allow("contacts.edit")
@require_POST
def company_tags(request: StaffRequest, pk: int) -> HttpResponse:
    """Put tags on a company, by name, or take one off, by key."""
    return _tags(request, load_firm(request.user, pk), "companies.edited")


@allow("contacts.edit")
@require_POST
def contact_vip(request: StaffRequest, pk: int) -> HttpResponse:
    """Mark a contact as a VIP, or not any more."""

    def put(contact: Any, vip: Any, made: Recorder) -> None:
        actions.edit(contact, values=fields.values({VIP: vip}), by=request.user, now=timezone.now(), into=made)

    return _vip(request, load(request.user, pk), "contacts.edited", put)


@allow("contacts.edit")
@require_POST
def company_vip(request: StaffRequest, pk: int) -> HttpResponse:
    """Mark a company as a VIP, or not any more."""

    def put(firm: Any, vip: Any, made: Recorder) -> None:
        actions.edit_company(firm, values={VIP: vip}, by=request.user, now=timezone.now(), into=made)

    return _vip(request, load_firm(request.user, pk), "companies.edited", put)


def _tags(request: StaffRequest, record: Contact | Company, label: str) -> HttpResponse:
    asked, now = request.POST, timezone.now()
    with changing(request, label) as made:
        may_make = request.user.may("contacts.tags")
        on = tagging.tags_named(asked.get("add", ""), may_make=may_make, now=now, by=request.user, into=made)
        off = [tag for tag in tags.vocabulary().tags if tag.key == asked.get("remove")]
        tagging.retag(record, on=on, off=off, by=request.user, now=now, into=made)
    if made.change_set:
        changed(request, _("Changed: {what}.").format(what=_("tags")), made.change_set)
    return _answer(request, record)


def _vip(
    request: StaffRequest, record: Contact | Company, label: str, put: Callable[[Any, Any, Recorder], None]
) -> HttpResponse:
    if record.archived_at is not None:
        raise Refused(_("This record is archived. Take it back first."))
    form = forms.VipMark(request.POST, label_suffix="", auto_id="vip-%s")
    is_over = request.POST.get("do") == "end"
    if not is_over and not form.is_valid():
        return _answer(request, record, form=form, status=422)
    vip = None
    if not is_over:
        vip = {"since": form.cleaned_data["since"].isoformat(), "reason": form.cleaned_data["reason"].strip()}
    with changing(request, label) as made:
        put(record, vip, made)
    sentence = _("{record} is a VIP now.") if vip else _("{record} is not a VIP any more.")
    changed(request, sentence.format(record=record), made.change_set)
    return _answer(request, record)


def _answer(
    request: StaffRequest, record: Contact | Company, *, form: forms.VipMark | None = None, status: int = 200
) -> HttpResponse:
    """The marks as they stand now; without htmx, the page of the record."""
    if form is None and not request.htmx:
        return redirect("contacts:contact" if isinstance(record, Contact) else "contacts:company", record.pk)
    context = shown(request, record) | ({"form": form} if form else {})
    return page(request, TEMPLATE, {"marks": context, "now": timezone.now()}, fragment="marks", status=status)
