"""People who may be in the records twice: the queue, and looking through everybody."""

from typing import Any

from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_POST

from relacja.contacts import duplicates as queries
from relacja.contacts import reach, tasks
from relacja.contacts.actions import sweeping
from relacja.contacts.models import Decision, Finder, Likeness, Sweep
from relacja.contacts.suspicions import MOST_COUNTED
from relacja.contacts.views.lists import link, narrowing
from relacja.jobs.work import later
from relacja.lib.errors import Refused
from relacja.staff.access import allow
from relacja.staff.http import StaffRequest
from relacja.ui import toasts
from relacja.ui.pages import page

TEMPLATE = "contacts/duplicates.html"


@allow("contacts.view")
@require_GET
def duplicates(request: StaffRequest) -> HttpResponse:
    """The queue; to htmx its living part."""
    return _queue(request)


@allow("contacts.merge")
@require_POST
def dismissal(request: StaffRequest, pk: int) -> HttpResponse:
    """They are two people, for ever."""
    candidate = get_object_or_404(queries.seen_by(request.user).select_related("first", "second"), pk=pk)
    if not candidate.decide(Decision.DISMISSED, by=request.user, at=timezone.now()):
        raise Refused(_("Somebody has decided about these two already."))
    queries.count_again()
    said = _("{one} and {other} stay two people.").format(one=candidate.first, other=candidate.second)
    toasts.say(request, said, undo=reverse("contacts:duplicate-reopening", args=[pk]))
    return _queue(request) if request.htmx else redirect("contacts:duplicates")


@allow("contacts.merge")
@require_POST
def reopening(request: StaffRequest, pk: int) -> HttpResponse:
    """They may be one person after all."""
    candidate = get_object_or_404(queries.seen_by(request.user), pk=pk, decision=Decision.DISMISSED)
    candidate.reopen()
    queries.count_again()
    toasts.say(request, _("The two wait for a decision again."))
    return redirect("contacts:duplicates")


@allow("contacts.merge")
@require_POST
def sweep(request: StaffRequest) -> HttpResponse:
    """Look through everybody."""
    begun = sweeping.begin(by=request.user, now=timezone.now())
    later(tasks.sweep, sweep_id=begun.pk)
    toasts.say(request, _("Everybody is being compared. What is found appears here by itself."))
    return _queue(request) if request.htmx else redirect("contacts:duplicates")


@allow("contacts.merge")
@require_POST
def sweep_end(request: StaffRequest) -> HttpResponse:
    """Stop looking; what was found stays."""
    running = Sweep.objects.filter(ended_at=None).first()
    if running is not None:
        sweeping.stop(running, now=timezone.now())
        toasts.say(request, _("The search is stopped. What it found stays here."))
    return _queue(request) if request.htmx else redirect("contacts:duplicates")


def _queue(request: StaffRequest) -> HttpResponse:
    asked = request.GET
    filters = queries.Filters(
        decision=asked.get("decision", "") if asked.get("decision") in Decision.values else Decision.OPEN,
        level=asked.get("level", ""),
        found_by=asked.get("found_by", ""),
        seen=reach.owners(request.user),
    )
    shown = queries.page(filters, after=asked.get("after", ""))
    context = {
        "page": shown,
        "filters": filters,
        "decisions": _decisions(filters, shown.found),
        "narrowing": [
            narrowing(asked, _("Likeness"), "level", Likeness.choices),
            narrowing(asked, _("Found by"), "found_by", Finder.choices),
        ],
        "next": link(asked, after=shown.after) if shown.after else "",
        "is_narrowed": bool(filters.level or filters.found_by),
        "sweep": queries.last_sweep(),
        "sure": queries.sure_count(reach.owners(request.user)),
        "may_merge": request.user.may("contacts.merge"),
        "now": timezone.now(),
    }
    return page(request, TEMPLATE, context, fragment="queue")


def _decisions(filters: queries.Filters, found: int) -> list[tuple[Any, ...]]:
    path = reverse("contacts:duplicates")
    labels = {
        Decision.OPEN: _("To decide"),
        Decision.MERGED: Decision.MERGED.label,
        Decision.DISMISSED: Decision.DISMISSED.label,
    }
    return [
        (
            label,
            path if decision == Decision.OPEN else f"{path}?decision={decision}",
            filters.decision == decision,
            min(found, MOST_COUNTED) if filters.decision == decision else None,
        )
        for decision, label in labels.items()
    ]
