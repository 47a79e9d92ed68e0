"""Teams, and who is away."""

from contextlib import AbstractContextManager
from typing import Any

from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from relacja.lib.errors import Refused
from relacja.staff import actions, forms, queries
from relacja.staff.access import allow
from relacja.staff.changes import Recorder, one_set
from relacja.staff.http import StaffRequest
from relacja.staff.models import Team, User
from relacja.staff.toasts import changed
from relacja.ui import toasts, written
from relacja.ui.pages import page


@allow("staff.teams")
def teams(request: StaffRequest) -> HttpResponse:
    """All teams with their people; a POST makes one."""
    form = forms.TeamDetails(request.POST or None, label_suffix="")
    if request.method == "POST" and form.is_valid():
        try:
            with _changing(request, "teams.made") as noted:
                made = actions.make_team(**form.cleaned_data, by=request.user, now=timezone.now(), into=noted)
        except Refused as refusal:
            form.add_error(refusal.field or None, str(refusal))
        else:
            changed(request, _("The team “{name}” is there.").format(name=made.name), noted.change_set)
            return redirect("staff:teams")
    context = {"lines": queries.teams(), "form": form, "today": timezone.localdate()}
    return page(request, "staff/teams.html", context, status=422 if form.errors else 200)


@allow("staff.teams")
def team(request: StaffRequest, pk: int) -> HttpResponse:
    """What a team is called and who is in it."""
    found = get_object_or_404(Team, pk=pk)
    present = actions.teams.plain(found, ["name", "leader", "members"])
    form = forms.TeamDetails(request.POST or None, initial=present, held=present["members"], label_suffix="")
    if request.method == "POST" and form.is_valid():
        if found.archived_at:
            raise Refused(_("This team is archived. Take it back first."))
        try:
            with _changing(request, "teams.changed") as noted:
                actions.change_team(found, **form.cleaned_data, by=request.user, now=timezone.now(), into=noted)
        except Refused as refusal:
            form.add_error(refusal.field or None, str(refusal))
        else:
            changed(request, _("Saved."), noted.change_set)
            return redirect("staff:teams")
    return page(request, "staff/team.html", {"team": found, "form": form}, status=422 if form.errors else 200)


@allow("staff.teams")
@require_POST
def archive(request: StaffRequest, pk: int) -> HttpResponse:
    found = get_object_or_404(Team, pk=pk)
    with _changing(request, "teams.archived") as noted:
        actions.archive_team(found, by=request.user, now=timezone.now(), into=noted)
    changed(request, _("The team “{name}” is archived.").format(name=found.name), noted.change_set)
    return redirect("staff:teams")


@allow("staff.teams")
@require_POST
def restoration(request: StaffRequest, pk: int) -> HttpResponse:
    found = get_object_or_404(Team, pk=pk)
    with _changing(request, "teams.restored") as noted:
        actions.restore_team(found, by=request.user, now=timezone.now(), into=noted)
    changed(request, _("The team “{name}” is back.").format(name=found.name), noted.change_set)
    return redirect("staff:teams")


@allow("staff.teams")
def absence(request: StaffRequest, pk: int) -> HttpResponse:
    """Until when somebody is away."""
    person = get_object_or_404(User, pk=pk)
    form = forms.Absence(request.POST or None, initial={"until": person.away_until}, label_suffix="")
    if request.method == "POST" and form.is_valid():
        until = form.cleaned_data["until"]
        actions.set_absence(person, until)
        toasts.say(request, _said(person, until))
        return redirect("staff:teams")
    context = {"person": person, "form": form}
    return page(request, "staff/absence.html", context, status=422 if form.errors else 200)


def _said(person: User, until: Any) -> str:
    if until is None:
        return _("{person} gets new people again.").format(person=person)
    return _("{person} gets no new people until {day}.").format(person=person, day=written.day(until))


def _changing(request: StaffRequest, label: str) -> AbstractContextManager[Recorder]:
    return one_set(label, by=request.user, source="staff", now=timezone.now())
