"""Companies: who works there, and what happened with all of them together."""

from typing import Any

from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.urls import reverse
from django.utils import timezone
from django.utils.text import capfirst
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_POST

from relacja.contacts import actions, dates, fields, forms, queries, story, taking
from relacja.contacts.actions.record import COMPANY
from relacja.contacts.models import Company, Document, Position, Record
from relacja.contacts.views import marks
from relacja.lib.errors import Refused, Unavailable
from relacja.staff.access import allow
from relacja.staff.changes import one_set
from relacja.staff.http import StaffRequest
from relacja.staff.queries import changes_of
from relacja.staff.toasts import changed
from relacja.ui import toasts
from relacja.ui.pages import page


@allow("contacts.view")
@require_GET
def company(request: StaffRequest, pk: int) -> HttpResponse:
    """The page; to htmx its living part or older moments."""
    firm = get_object_or_404(Company, pk=pk)
    if request.htmx and request.htmx.target == "older":
        asked = request.GET
        told = story.of_people(queries.people_of(firm), before=asked.get("before", ""), after_day=asked.get("day", ""))
        return page(request, "contacts/company.html", {"story": told, "firm": firm}, fragment="older")
    return _page(request, firm)


@allow("contacts.edit")
def edit(request: StaffRequest, pk: int) -> HttpResponse:
    """Change what is known about a company."""
    firm = get_object_or_404(Company, pk=pk)
    form = forms.Firm(request.POST or None, known=_asked(), company=firm)
    if request.method == "POST" and form.is_valid():
        try:
            with one_set("companies.edited", by=request.user, source="staff", now=timezone.now()) as made:
                actions.edit_company(firm, values=form.values, by=request.user, now=timezone.now(), into=made)
        except Refused as refusal:
            form.add_error(refusal.field or None, str(refusal))
        else:
            changed(request, _("Saved."), made.change_set)
            return redirect("contacts:company", pk)
    return _page(request, firm, form=form, status=422 if form.errors else 200)


@allow("contacts.view")
@require_GET
def changes(request: StaffRequest, pk: int) -> HttpResponse:
    """Who changed what in the last 30 days; each change can be taken back."""
    firm = get_object_or_404(Company, pk=pk)
    told = changes_of(COMPANY, pk, after=request.GET.get("after", ""))
    context = {"firm": firm, "page": told, "may_edit": request.user.may("contacts.edit")}
    return page(request, "contacts/company_changes.html", context)


@allow("contacts.edit")
@require_POST
def owner(request: StaffRequest, pk: int) -> HttpResponse:
    """Take the company over."""
    firm = get_object_or_404(Company, pk=pk)
    with one_set("companies.edited", by=request.user, source="staff", now=timezone.now()) as made:
        actions.edit_company(firm, values={"owner": request.user.pk}, by=request.user, now=timezone.now(), into=made)
    changed(request, _("You take care of {company} now.").format(company=firm), made.change_set)
    return redirect("contacts:company", pk)


@allow("contacts.edit")
@require_POST
def people(request: StaffRequest, pk: int) -> HttpResponse:
    """Say what somebody does for the company besides their own work."""
    firm = get_object_or_404(Company, pk=pk)
    form = forms.Appointment(request.POST, label_suffix="")
    if form.is_valid():
        contact = form.cleaned_data["person"]
        try:
            actions.appoint(contact, firm, role=form.cleaned_data["role"], now=timezone.now())
        except Refused as refusal:
            form.add_error(refusal.field or None, str(refusal))
        else:
            toasts.say(request, _("{person} is linked to {company}.").format(person=contact, company=firm))
            return redirect("contacts:company", pk)
    return _page(request, firm, appointment=form, status=422)


@allow("contacts.edit")
@require_POST
def dismissal(request: StaffRequest, pk: int, position: int) -> HttpResponse:
    """Somebody does nothing for the company any more."""
    found = get_object_or_404(Position.objects.select_related("contact", "company"), pk=position, company=pk)
    actions.dismiss(found)
    toasts.say(
        request, _("{person} is not linked to {company} any more.").format(person=found.contact, company=found.company)
    )
    return redirect("contacts:company", pk)


def _page(
    request: StaffRequest,
    firm: Company,
    *,
    form: forms.Firm | None = None,
    appointment: forms.Appointment | None = None,
    status: int = 200,
) -> HttpResponse:
    people = queries.people_of(firm)
    shown = list(people.order_by("name_key", "pk")[: queries.PEOPLE_SHOWN])
    positions = queries.positions_at(firm, shown)
    context: dict[str, Any] = {
        "firm": firm,
        "people": [(contact, positions.get(contact.pk)) for contact in shown],
        "count": people.count(),
        "parts": firm.parts.filter(archived_at=None).order_by("name_key")[: queries.PEOPLE_SHOWN],
        "form": form,
        "appointment": appointment or forms.Appointment(label_suffix=""),
        "facts": _facts(firm),
        "marks": marks.shown(request, firm),
        "documents": Document.objects.there().filter(company=firm).order_by("-pk"),
        "may_attach": request.user.may("contacts.edit") and firm.archived_at is None,
        "attach_url": reverse("contacts:company-documents", args=[firm.pk]),
        "now": timezone.now(),
        "dates": {"coming": dates.of_record(firm, now=timezone.now())},
        "may_edit": request.user.may("contacts.edit"),
        "may_take": request.user.may("contacts.edit") and taking.may(firm, request.user),
    }
    try:
        context["story"] = story.of_people(people)
    except Unavailable as failure:
        context["failure"] = str(failure)
    return page(request, "contacts/company.html", context, status=status)


def _asked() -> list[fields.Known]:
    """What is asked for in the form; marks have a place of their own. One query."""
    return [*fields.built_in(Record.COMPANY), *fields.of_people(Record.COMPANY)]


def _facts(firm: Company) -> list[tuple[str, str, str]]:
    """What is known: how each field is called, what it holds, where that leads. Four queries at most."""
    known = [one for one in _asked() if one.path != "name"]
    names = fields.named((one, one.read(firm)) for one in known)
    return [(capfirst(str(one.label)), one.show(one.read(firm), names), one.href(one.read(firm))) for one in known]
