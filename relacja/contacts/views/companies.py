"""Companies: who works there, and what happened with all of them together."""

from typing import Any

from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET

from relacja.contacts import actions, fields, forms, queries, story
from relacja.contacts.actions.record import COMPANY
from relacja.contacts.models import Company, Record
from relacja.lib.errors import Refused, Unavailable
from relacja.lib.text import cleaned
from relacja.staff.access import allow
from relacja.staff.changes import one_set
from relacja.staff.http import StaffRequest
from relacja.staff.queries import changes_of
from relacja.staff.toasts import changed
from relacja.ui.pages import page


@allow("contacts.view")
@require_GET
def companies(request: StaffRequest) -> HttpResponse:
    text = cleaned(request.GET.get("q", ""))[:200]
    shown = queries.companies(text, after=cleaned(request.GET.get("after", "")))
    return page(request, "contacts/companies.html", {"page": shown, "text": text}, fragment="list")


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
    present = {"name": firm.name, "vat_id": firm.vat_id, "city": firm.city}
    form = forms.Firm(request.POST or None, initial=present, label_suffix="")
    form.ask(fields.own(Record.COMPANY), firm)
    if request.method == "POST" and form.is_valid():
        try:
            with one_set("companies.edited", by=request.user, source="staff", now=timezone.now()) as made:
                given = {name: form.cleaned_data[name] for name in present}
                actions.edit_company(
                    firm, **given, attributes=form.attributes, by=request.user, now=timezone.now(), into=made
                )
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


def _page(request: StaffRequest, firm: Company, *, form: forms.Firm | None = None, status: int = 200) -> HttpResponse:
    people = queries.people_of(firm)
    context: dict[str, Any] = {
        "firm": firm,
        "people": people.order_by("name_key", "pk")[: queries.PEOPLE_SHOWN],
        "count": people.count(),
        "form": form,
        "own": _own(firm),
        "now": timezone.now(),
        "may_edit": request.user.may("contacts.edit"),
    }
    try:
        context["story"] = story.of_people(people)
    except Unavailable as failure:
        context["failure"] = str(failure)
    return page(request, "contacts/company.html", context, status=status)


def _own(firm: Company) -> list[tuple[Any, str, str]]:
    """Own fields of a company: how each is called, what it holds, where that leads. Four queries at most."""
    own = fields.own(Record.COMPANY)
    names = fields.named((one, one.read(firm)) for one in own)
    return [(one.label, one.show(one.read(firm), names), one.href(one.read(firm))) for one in own]
