"""Saving what was typed about a contact or a company in one place, on its page or in a cell of the list."""

from datetime import datetime
from typing import Any

from django.http import QueryDict
from django.urls import reverse
from django.utils import timezone
from django.utils.html import format_html
from django.utils.translation import gettext as _

from relacja.contacts import actions, forms, reach
from relacja.contacts.models import Company, Contact, Record, Stage
from relacja.contacts.views.one import changing
from relacja.contacts.views.people import whose
from relacja.lib.errors import Refused
from relacja.staff.changes import Recorder
from relacja.staff.http import StaffRequest
from relacja.staff.models import User
from relacja.staff.toasts import changed
from relacja.ui import written


def saved(request: StaffRequest, contact: Contact, fact: forms.Fact, form: forms.Details) -> bool:
    """Save what the form holds, and offer to take it back; a refusal is said in the form."""
    now = timezone.now()
    try:
        with changing(request, "contacts.edited") as made:
            _save(contact, form, by=request.user, now=now, into=made)
        if made.change_set:
            changed(request, _("Changed: {what}.").format(what=str(fact.label).lower()), made.change_set)
    except actions.IdentityTaken as refusal:
        form.add_error(refusal.field or None, whose(refusal))
    except actions.ChangedMeanwhile as refusal:
        _show_both(contact, form, refusal, request.POST, now=now)
    return not form.errors


def saved_firm(request: StaffRequest, firm: Company, label: Any, form: forms.Firm) -> bool:
    """The same about a company."""
    now = timezone.now()
    try:
        with changing(request, "companies.edited") as made:
            version = form.cleaned_data["version"]
            actions.edit_company(firm, values=form.values, version=version, by=request.user, now=now, into=made)
        if made.change_set:
            changed(request, _("Changed: {what}.").format(what=str(label).lower()), made.change_set)
    except actions.ChangedMeanwhile as refusal:
        _show_both(firm, form, refusal, request.POST, now=now)
    except Refused as refusal:
        form.add_error(refusal.field if refusal.field in form.fields else None, which(refusal))
    return not form.errors


def which(refusal: Refused) -> str:
    """The refusal, with the way to the company it speaks of, if it speaks of one."""
    if not isinstance(refusal, actions.CompanyTaken) or not reach.named(Record.COMPANY, [refusal.company_id]):
        return str(refusal)
    href = reverse("contacts:company", args=[refusal.company_id])
    return format_html('{} <a class="link" href="{}">{}</a>', str(refusal), href, _("Open that company"))


def present(contact: Contact, names: tuple[str, ...]) -> dict[str, Any]:
    """What a form about these fields begins with."""
    return {"version": contact.version, **{name: getattr(contact, name) or "" for name in names}}


def _save(contact: Contact, form: forms.Details, *, by: User, now: datetime, into: Recorder) -> None:
    cleaned = form.cleaned_data
    version = cleaned["version"]
    if "stage" in cleaned:
        actions.set_stage(contact.pk, Stage(cleaned["stage"]), version=version, by=by, now=now, into=into)
        contact.refresh_from_db()
    elif "owner" in cleaned:
        actions.assign(contact, cleaned["owner"], version=version, by=by, now=now, into=into)
    else:
        company = cleaned.get("company")
        actions.edit(contact, values=form.values, company=company, version=version, by=by, now=now, into=into)


def _show_both(
    record: Contact | Company,
    form: forms.Details | forms.Firm,
    refusal: actions.ChangedMeanwhile,
    typed: QueryDict,
    *,
    now: datetime,
) -> None:
    """Say who was faster, and what they wrote; saving once more is a decision then."""
    people = User.objects.in_bulk({difference.by for difference in refusal.differences if difference.by})
    for difference in refusal.differences:
        who = people.get(difference.by or 0)
        words = _("{who} changed this {when}. There it says “{theirs}”, you write “{yours}”. Save again to keep yours.")
        sentence = words.format(
            who=who or _("Somebody else"),
            when=written.ago(difference.at, now=now),
            theirs=difference.theirs or "–",
            yours=difference.yours or "–",
        )
        form.add_error(difference.field, sentence)
    if not refusal.differences:
        form.add_error(None, str(refusal))
    record.refresh_from_db(fields=["version"])
    again = typed.copy()
    again["version"] = str(record.version)
    form.data = again
