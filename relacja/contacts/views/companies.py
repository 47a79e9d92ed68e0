"""One company: what is known, who works there, and what happened with all of them together."""

from typing import Any

from django.db.models import Count
from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_POST

from relacja.contacts import (
    actions,
    alike,
    dates,
    fields,
    firm_duplicates,
    forgetting,
    forms,
    queries,
    reach,
    story,
    taking,
)
from relacja.contacts.actions.record import COMPANY
from relacja.contacts.models import Company, Contact, Document, Position, Record
from relacja.contacts.views import editing, knowing, marks, walking
from relacja.contacts.views.knowing import Known
from relacja.contacts.views.one import changing, load_firm
from relacja.lib.errors import Refused, Unavailable
from relacja.lib.text import folded
from relacja.staff.access import allow
from relacja.staff.changes import one_set
from relacja.staff.http import StaffRequest
from relacja.staff.queries import changes_of
from relacja.staff.toasts import changed
from relacja.ui.pages import page

TEMPLATE = "contacts/company.html"


@allow("contacts.view")
@require_GET
def company(request: StaffRequest, pk: int) -> HttpResponse:
    """The page; to htmx its living part, older moments, or a preview for the drawer."""
    firm = load_firm(request.user, pk)
    if request.htmx and request.htmx.target == "older":
        asked, told = request.GET, story.behind(_people(request, firm))
        group, before, day = (asked.get(name, "") for name in ("group", "before", "day"))
        older = story.of_people(told, group=group, before=before, after_day=day)
        context = {"story": older, "firm": firm, "of_parts": _with_parts(request), "now": timezone.now()}
        return page(request, TEMPLATE, context, fragment="older")
    if request.htmx and request.htmx.target == "drawer":
        return page(request, TEMPLATE, _context(request, firm, "peek"), fragment="peek")
    return _page(request, firm, fragment="live")


@allow("contacts.edit")
def new(request: StaffRequest) -> HttpResponse:
    """Add a company. What is taken leads to the company that has it; one that may be the same is said first."""
    form = forms.Firm(request.POST or None, known=_asked())
    likely: list[Company] = []
    if request.method == "POST" and form.is_valid():
        if "sure" not in request.POST:
            near = alike.to(form.values["name"], seen=reach.owners(request.user))
            likely = [one for one in near if one.name_key != folded(form.values["name"])]
        if likely:
            return page(request, "contacts/new_company.html", {"form": form, "alike": likely}, status=422)
        try:
            with changing(request, "companies.added") as made:
                values = {path: value for path, value in form.values.items() if value not in (None, "")}
                if keeper := reach.keeper(request.user):
                    values.setdefault("owner", keeper.pk)
                firm = actions.create_company(values=values, by=request.user, now=timezone.now(), into=made)
        except Refused as refusal:
            form.add_error(refusal.field if refusal.field in form.fields else None, editing.which(refusal))
        else:
            changed(request, _("{company} is added.").format(company=firm), made.change_set)
            return redirect("contacts:company", firm.pk)
    return page(request, "contacts/new_company.html", {"form": form}, status=422 if form.errors else 200)


@allow("contacts.edit")
def fact(request: StaffRequest, pk: int, key: str) -> HttpResponse:
    """Edit one fact in its place. What somebody else changed meanwhile is shown beside what was typed."""
    firm = load_firm(request.user, pk)
    known = next((one for one in forms.firm_facts(_asked()) if one.key == key), None)
    if known is None:
        raise Http404
    form = forms.Firm(request.POST or None, known=known.known, company=firm)
    if request.method == "POST" and form.is_valid() and editing.saved_firm(request, firm, known.label, form):
        return _page(request, firm, fragment="facts") if request.htmx else walking.stay(request, firm)
    status = 422 if form.errors else 200
    return _page(request, firm, fragment="facts", open_fact=known, form=form, status=status)


@allow("contacts.view")
@require_GET
def facts(request: StaffRequest, pk: int) -> HttpResponse:
    """The facts alone, for who gave up editing."""
    return _page(request, load_firm(request.user, pk), fragment="facts")


@allow("contacts.edit")
def edit(request: StaffRequest, pk: int) -> HttpResponse:
    """Change all that is known about a company at once."""
    firm = load_firm(request.user, pk)
    form = forms.Firm(request.POST or None, known=_asked(), company=firm)
    if request.method == "POST" and form.is_valid() and editing.saved_firm(request, firm, _("details"), form):
        return walking.stay(request, firm)
    whole = forms.FirmFact("all", "", ())
    return _page(request, firm, fragment="facts", open_fact=whole, form=form, status=422 if form.errors else 200)


@allow("contacts.view")
@require_GET
def changes(request: StaffRequest, pk: int) -> HttpResponse:
    """Who changed what in the last 30 days; each change can be taken back."""
    firm = load_firm(request.user, pk)
    told = changes_of(COMPANY, pk, after=request.GET.get("after", ""))
    context = {"firm": firm, "page": told, "may_edit": request.user.may("contacts.edit")}
    return page(request, "contacts/company_changes.html", context)


@allow("contacts.edit")
@require_POST
def owner(request: StaffRequest, pk: int) -> HttpResponse:
    """Take the company over."""
    firm = load_firm(request.user, pk)
    with changing(request, "companies.edited") as made:
        actions.edit_company(firm, values={"owner": request.user.pk}, by=request.user, now=timezone.now(), into=made)
    changed(request, _("You take care of {company} now.").format(company=firm), made.change_set)
    return walking.stay(request, firm)


@allow("contacts.edit")
@require_POST
def people(request: StaffRequest, pk: int) -> HttpResponse:
    """Say what somebody does for the company besides their own work."""
    firm = load_firm(request.user, pk)
    form = forms.Appointment(request.POST, label_suffix="", people=reach.people(request.user))
    if form.is_valid():
        contact = form.cleaned_data["person"]
        role, now = form.cleaned_data["role"], timezone.now()
        try:
            with one_set("contacts.appointed", by=request.user, source="staff", now=now) as made:
                actions.appoint(contact, firm, role=role, by=request.user, now=now, into=made)
        except Refused as refusal:
            form.add_error(refusal.field or None, str(refusal))
        else:
            said = _("{person} is linked to {company}.").format(person=contact, company=firm)
            changed(request, said, made.change_set)
            return walking.stay(request, firm)
    return _page(request, firm, fragment="live", appointment=form, status=422)


@allow("contacts.edit")
@require_POST
def dismissal(request: StaffRequest, pk: int, position: int) -> HttpResponse:
    """Somebody does nothing for the company any more."""
    seen = reach.people(request.user).values("pk")
    positions = Position.objects.select_related("contact", "company").filter(contact__in=seen)
    found = get_object_or_404(positions, pk=position, company=pk)
    now = timezone.now()
    with one_set("contacts.dismissed", by=request.user, source="staff", now=now) as made:
        actions.dismiss(found, by=request.user, now=now, into=made)
    said = _("{person} is not linked to {company} any more.").format(person=found.contact, company=found.company)
    changed(request, said, made.change_set)
    return walking.stay(request, found.company)


def _page(
    request: StaffRequest,
    firm: Company,
    *,
    fragment: str,
    open_fact: forms.FirmFact | None = None,
    form: forms.Firm | None = None,
    appointment: forms.Appointment | None = None,
    status: int = 200,
) -> HttpResponse:
    """The whole page, or as much of it as its fragment needs."""
    whole = not request.htmx or request.htmx.boosted or request.htmx.history_restore_request
    context = _context(request, firm, "whole" if whole else fragment)
    context |= {"open_fact": open_fact, "form": form, "beside": "" if whole or fragment != "live" else "morph"}
    context["appointment"] = appointment or forms.Appointment(label_suffix="", people=reach.people(request.user))
    return page(request, TEMPLATE, context, fragment=fragment, status=status)


def _context(request: StaffRequest, firm: Company, part: str) -> dict[str, Any]:
    """What this part of the page shows; `whole` is all of it."""
    user, now = request.user, timezone.now()
    context: dict[str, Any] = {
        "firm": firm,
        "here": reverse("contacts:company", args=[firm.pk]),
        "carried": walking.carried(request),
        "now": now,
        "may_edit": user.may("contacts.edit"),
        "may_archive": user.may("contacts.archive"),
        "may_take": user.may("contacts.edit") and taking.may(firm, user),
        "gone_on": firm.trashed_at + forgetting.KEPT_FOR if firm.trashed_at else None,
        "twins": firm_duplicates.twins(firm, reach.owners(user)),
        "may_merge": user.may("contacts.merge"),
    }
    if part == "whole":
        context["walk"] = walking.through(request, firm)
    if part in ("whole", "facts", "live"):
        context |= {"facts": _facts(firm), "origin": firm.created_at, "marks": marks.shown(request, firm)}
    if part in ("whole", "live", "peek"):
        context |= _there(request, firm) | _told(request, firm)
    return context


def _there(request: StaffRequest, firm: Company) -> dict[str, Any]:
    """Who works there, what it belongs to and what belongs to it, its documents and days."""
    seen = reach.owners(request.user)
    people, below = queries.people_of(firm.pk, seen=seen), queries.below(firm)
    count = people.count()
    shown = list(people.order_by("name_key", "pk")[: queries.PEOPLE_SHOWN])
    positions = queries.positions_at(firm, shown)
    parts = list(
        reach.among_firms(firm.parts.filter(archived_at=None), seen).order_by("name_key")[: queries.PEOPLE_SHOWN]
    )
    counted = (
        reach.among_people(Contact.objects.active(), seen).filter(company__in=parts).order_by().values_list("company")
    )
    counts = dict(counted.annotate(n=Count("pk")))
    return {
        "people": [(contact, positions.get(contact.pk)) for contact in shown],
        "count": count,
        "has_unseen": seen is not None and queries.people_of(firm.pk).count() > count,
        "above": [one for one in queries.above(firm)[::-1] if reach.sees(request.user, one)],
        "parts": [(part, counts.get(part.pk, 0)) for part in parts],
        "below": len(below),
        "total": queries.people_of(firm.pk, *below, seen=seen).count() if below else 0,
        "documents": Document.objects.there().filter(company=firm).order_by("-pk"),
        "may_attach": request.user.may("contacts.edit") and firm.archived_at is None,
        "attach_url": reverse("contacts:company-documents", args=[firm.pk]),
        "dates": {"coming": dates.of_record(firm, now=timezone.now())},
    }


def _told(request: StaffRequest, firm: Company) -> dict[str, Any]:
    """What happened to its people, on request to those of its parts as well; or why it cannot be told now."""
    asked = request.GET
    try:
        told = story.behind(_people(request, firm))
        shown = story.chips(list(told))
        found = story.of_people(told, group=asked.get("group", ""), until=asked.get("until", ""))
    except Unavailable as failure:
        return {"failure": str(failure)}
    everything = sum(chip.count for chip in shown)
    return {"story": found, "chips": shown, "everything": everything, "of_parts": _with_parts(request)}


def _people(request: StaffRequest, firm: Company) -> Any:
    parts = queries.below(firm) if _with_parts(request) else ()
    return queries.people_of(firm.pk, *parts, seen=reach.owners(request.user))


def _with_parts(request: StaffRequest) -> bool:
    return bool(request.GET.get("parts"))


def _asked() -> list[fields.Known]:
    """What is asked for in the form; marks have a place of their own. One query."""
    return [*fields.built_in(Record.COMPANY), *fields.of_people(Record.COMPANY)]


def _facts(firm: Company) -> list[Known]:
    """What is known, and who changed it last. Five queries at most."""
    asked = forms.firm_facts(_asked())
    names = fields.named((one, one.read(firm)) for fact in asked for one in fact.known)
    who = knowing.changers(firm)
    shown = []
    for fact in asked:
        if fact.key == "address":
            place = f"{firm.postal_code} {firm.city}".strip()
            country = fact.known[-1].show(firm.country, names)
            lines = [line for line in (firm.street, place, country) if line]
            shown.append(Known(fact.key, fact.label, lines, who.of(forms.ADDRESS)))
        elif fact.key != "name":
            shown.append(knowing.of_field(firm, fact.key, fact.known[0], names, who))
    return shown
