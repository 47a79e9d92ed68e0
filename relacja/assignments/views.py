"""The rules that assign new people: made, put in order, tried, and asked about people who are here already."""

from contextlib import AbstractContextManager
from typing import Any
from urllib.parse import urlencode

from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_POST

from relacja.assignments import actions, forms, queries
from relacja.assignments.deeds import ASSIGN
from relacja.assignments.models import AssignmentRule
from relacja.contacts import reach, searching
from relacja.contacts.listing import seen
from relacja.contacts.models import Contact
from relacja.contacts.views import several
from relacja.lib.errors import Refused, Unavailable
from relacja.segments import audience, pickers
from relacja.segments import rules as language
from relacja.segments.rules import Every
from relacja.staff.access import allow
from relacja.staff.changes import Recorder, one_set
from relacja.staff.http import StaffRequest
from relacja.staff.models import User
from relacja.staff.toasts import changed
from relacja.ui import toasts
from relacja.ui.pages import page


@allow("assignments.edit")
@require_GET
def rules(request: StaffRequest) -> HttpResponse:
    """The rules in their order, and what they would do with one contact."""
    now = timezone.now()
    who = request.GET.get("who", "").strip()
    context: dict[str, Any] = {
        "lines": queries.lines(timezone.localdate(now)),
        "trying": forms.Trying(request.GET if who else None, label_suffix=""),
        "who": who,
        "now": now,
    }
    context |= _tried(request.user, who, now) if who else {}
    return page(request, "assignments/rules.html", context, fragment="tried")


@allow("assignments.edit")
def new(request: StaffRequest) -> HttpResponse:
    """A rule: whom it means, and to whom it gives them."""
    form = _details(request)
    if _is_sent(request) and form.is_valid():
        try:
            tree = audience.of_form(request.POST).as_rule().to_json()
            with _changing(request, "assignments.made") as noted:
                made = actions.make_rule(
                    values={**form.values(), "rule": tree}, by=request.user, now=timezone.now(), into=noted
                )
        except Refused as refusal:
            form.add_error(refusal.field if refusal.field in form.fields else None, str(refusal))
        else:
            changed(request, _("The rule “{name}” is in force.").format(name=made.name), noted.change_set)
            return redirect("assignments:rules")
    return _form(request, None, form)


@allow("assignments.edit")
def rule(request: StaffRequest, pk: int) -> HttpResponse:
    """What a rule asks for and to whom it gives."""
    found = get_object_or_404(AssignmentRule, pk=pk)
    to = f"{forms.PERSON}{found.person_id}" if found.person_id else f"{forms.TEAM}{found.team_id}"
    initial = {"name": found.name, "to": to, "way": found.way}
    form = _details(request, initial)
    if _is_sent(request) and form.is_valid():
        if found.archived_at:
            raise Refused(_("This rule is archived. The history of changes takes it back."))
        try:
            tree = audience.of_form(request.POST).as_rule().to_json()
            with _changing(request, "assignments.changed") as noted:
                actions.change_rule(
                    found, values={**form.values(), "rule": tree}, by=request.user, now=timezone.now(), into=noted
                )
        except Refused as refusal:
            form.add_error(refusal.field if refusal.field in form.fields else None, str(refusal))
        else:
            changed(request, _("Saved."), noted.change_set)
            return redirect("assignments:rules")
    return _form(request, found, form)


@allow("assignments.edit")
@require_POST
def place(request: StaffRequest, pk: int) -> HttpResponse:
    """Move a rule before the one above it, or after the one below."""
    found = get_object_or_404(AssignmentRule.objects.live(), pk=pk)
    with _changing(request, "assignments.moved") as noted:
        actions.move_rule(found, up=request.POST.get("to") == "up", by=request.user, now=timezone.now(), into=noted)
    changed(request, _("The order is changed."), noted.change_set)
    return redirect("assignments:rules")


@allow("assignments.edit")
@require_POST
def archive(request: StaffRequest, pk: int) -> HttpResponse:
    found = get_object_or_404(AssignmentRule.objects.live(), pk=pk)
    with _changing(request, "assignments.archived") as noted:
        actions.archive_rule(found, by=request.user, now=timezone.now(), into=noted)
    changed(request, _("The rule “{name}” is archived.").format(name=found.name), noted.change_set)
    return redirect("assignments:rules")


@allow("assignments.edit")
def people(request: StaffRequest) -> HttpResponse:
    """Whom nobody takes care of and a rule fits; a POST gives all of them to whom the rules say."""
    found = seen.narrowed(queries.nobodys(timezone.now()), reach.owners(request.user))
    if request.method == "POST":
        if not found:
            toasts.warn(request, _("There is nobody to assign: everybody has an owner, or no rule fits."))
            return redirect("assignments:rules")
        return several.begin(request, ASSIGN, found, {}, back=reverse("assignments:rules"))
    return page(request, "assignments/people.html", {"count": len(found)})


def _form(request: StaffRequest, found: AssignmentRule | None, form: forms.RuleDetails) -> HttpResponse:
    """The form with what was chosen in it, whether it was sent, looked at, or came back from the builder."""
    now, owners = timezone.now(), reach.owners(request.user)
    if request.method == "POST":
        picker = pickers.posted(request.POST, now=now, owners=owners)
    else:
        origin = pickers.Origin("assignment", urlencode({"of": found.pk}) if found else "")
        kept = language.read(found.rule) if found else Every()
        picker = pickers.picker(audience.of_query(request.GET, kept), origin, now=now, owners=owners)
    is_wrong = bool(form.errors) or bool(picker.meaning.problem and _is_sent(request))
    context = {"rule": found, "form": form, "picker": picker}
    return page(request, "assignments/rule.html", context, status=422 if is_wrong else 200)


def _details(request: StaffRequest, initial: dict[str, Any] | None = None) -> forms.RuleDetails:
    """What was typed, kept as it is while somebody only looks at whom they mean."""
    if request.method == "POST" and not _is_sent(request):
        initial = {name: request.POST.get(name, "") for name in ("name", "to", "way")}
    return forms.RuleDetails(request.POST if _is_sent(request) else None, initial=initial, label_suffix="")


def _is_sent(request: StaffRequest) -> bool:
    return request.method == "POST" and "audience-do" not in request.POST


def _tried(user: User, who: str, now: Any) -> dict[str, Any]:
    """Whom the text names, and what each rule says to them; several people are offered to choose from."""
    number = who.removeprefix("#")
    there = reach.people(user).filter(archived_at=None)
    by_number = there.filter(pk=int(number)) if number.isdecimal() and len(number) < 19 else None
    matches = list((by_number or reach.among_people(searching.found(who), reach.owners(user)))[:6])
    if len(matches) != 1:
        return {"matches": matches}
    person = Contact.objects.select_related("owner").get(pk=matches[0].pk)
    try:
        tried = queries.tried(person.pk, now)
    except Unavailable as failure:
        return {"matches": matches, "failure": str(failure)}
    return {
        "matches": matches,
        "person": person,
        "tried": tried,
        "decides": next((one for one in tried if one.decides), None),
    }


def _changing(request: StaffRequest, label: str) -> AbstractContextManager[Recorder]:
    return one_set(label, by=request.user, source="staff", now=timezone.now())
