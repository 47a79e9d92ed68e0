"""Refused rows: as a file to mend and load again, or mended here, a row or all alike at one go."""

from dataclasses import dataclass
from typing import Any

from django.http import HttpResponse, HttpResponseBase, StreamingHttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_GET, require_http_methods

from relacja.imports import actions, mending, queries, tasks, words
from relacja.imports.models import Import, Refusal
from relacja.imports.reading import Fault
from relacja.jobs.work import later
from relacja.staff.access import allow
from relacja.staff.http import StaffRequest
from relacja.ui import toasts, written
from relacja.ui.pages import page

AT_ONCE = 1_000


@dataclass(frozen=True, slots=True)
class Cell:
    """One cell of a refused row: its column, what stands in it, and why that will not do."""

    number: int
    heading: str
    text: str
    reason: str = ""


@allow("imports.run")
@require_GET
def refused(request: StaffRequest, pk: int) -> HttpResponseBase:
    """The refused rows as a file to mend and load again."""
    one = get_object_or_404(queries.seen_by(request.user).exclude(file=""), pk=pk)
    response = StreamingHttpResponse(mending.as_csv(one), content_type="text/csv; charset=utf-8")
    response["Content-Disposition"] = f'attachment; filename="refused-{one.pk}.csv"'
    return response


@allow("imports.run")
@require_http_methods(["GET", "POST"])
def refusal(request: StaffRequest, pk: int, row: int) -> HttpResponse:
    """One refused row with all its cells; written anew it is tried again at once."""
    one = get_object_or_404(queries.seen_by(request.user).exclude(file="").select_related("by", "api_key"), pk=pk)
    waiting = Refusal.objects.filter(of=one, row=row).first()
    if waiting is None:
        toasts.say(request, _("This row was mended already."))
        return redirect(f"{reverse('imports:run', args=[pk])}?rows=refused")
    if request.method == "POST":
        _mend(request, one, waiting)
        is_back = not request.POST.get("whole") or not Refusal.objects.filter(pk=waiting.pk).exists()
        if is_back:
            after = request.POST.get("after", "")
            onward = f"&after={after}" if after.isdecimal() else ""
            return redirect(f"{reverse('imports:run', args=[pk])}?rows=refused{onward}")
        return redirect("imports:refusal", pk, row)
    context = {"one": one, "waiting": shown(one, [waiting])[0], "cells": _cells(one, waiting)}
    return page(request, "imports/refusal.html", context)


def shown(one: Import, waiting: list[Refusal]) -> list[dict[str, Any]]:
    """Refused rows for the page: the cells at fault, the reasons that are about no cell, and how many are alike."""
    alike = queries.alike(waiting)
    return [
        {
            "row": refusal.row,
            "cells": [cell for cell in _cells(one, refusal) if cell.reason],
            "reasons": [words.reason(fault) for fault in _faults(refusal) if fault.heading not in one.headings],
            "who": " ".join(cell for cell in refusal.cells[:4] if cell)[:80],
            "alike": alike[refusal.pk] if refusal.value and refusal.heading in one.headings else 0,
            "value": refusal.value,
        }
        for refusal in waiting
    ]


def _cells(one: Import, refusal: Refusal) -> list[Cell]:
    reasons = {fault.heading: words.reason(fault) for fault in _faults(refusal)}
    cells = [*refusal.cells, *[""] * len(one.headings)]
    return [
        Cell(number, heading, cells[number], reasons.get(heading, "")) for number, heading in enumerate(one.headings)
    ]


def _faults(refusal: Refusal) -> list[Fault]:
    return [Fault(*fault) for fault in refusal.faults]


def _mend(request: StaffRequest, one: Import, waiting: Refusal) -> None:
    """Do it and say what came of it."""
    given = {
        number: request.POST[f"cell-{number}"]
        for number in range(len(one.headings))
        if f"cell-{number}" in request.POST
    }
    now, row = timezone.now(), waiting.row
    text = given.get(one.headings.index(waiting.heading)) if waiting.heading in one.headings else None
    is_taken = actions.mend(one, waiting, given, by=request.user, now=now)
    if request.POST.get("alike") and text is not None:
        _mend_alike(request, one, waiting, text, is_taken=is_taken)
    elif is_taken:
        toasts.say(request, _("Row {row} is taken now.").format(row=written.number(row)))
    else:
        again = Refusal.objects.get(pk=waiting.pk)
        toasts.warn(request, " ".join([_("Still refused."), mending.why(queries.outcome_of(again))]))


def _mend_alike(request: StaffRequest, one: Import, waiting: Refusal, text: str, *, is_taken: bool) -> None:
    """The others that had the same fault as this row, which was tried already."""
    others = Refusal.objects.filter(of=one, code=waiting.code, heading=waiting.heading, value=waiting.value)
    if others.count() > AT_ONCE and (other := others.first()) is not None:
        later(tasks.mend_alike, import_id=one.pk, refusal_id=other.pk, text=text, user_id=request.user.pk)
        toasts.say(request, _("The rows are being tried again. Look at them in a moment."))
        return
    is_alike_still = others.filter(pk=waiting.pk).exists()
    taken, left = actions.mend_alike(one, waiting, text, by=request.user, now=timezone.now())
    taken, left = taken + is_taken, left + (not is_taken and not is_alike_still)
    said = ngettext("%(number)s row is taken now.", "%(number)s rows are taken now.", taken)
    still = ngettext("%(number)s row is still refused.", "%(number)s rows are still refused.", left)
    say = toasts.warn if left else toasts.say
    say(request, " ".join([said % {"number": written.number(taken)}, *([still % {"number": left}] if left else [])]))
