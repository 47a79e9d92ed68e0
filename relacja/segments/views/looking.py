"""Looking inside a segment: its size over time, what it shares with others, what its people are like, its versions."""

from typing import Any

from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_POST

from relacja.segments import actions, inside, versions
from relacja.segments.models import Segment, SegmentVersion
from relacja.segments.rules import Every
from relacja.segments.views import portraits
from relacja.segments.views.checking import framed, list_of
from relacja.staff import access, reach
from relacja.staff.http import StaffRequest
from relacja.ui import charts, toasts
from relacja.ui.pages import page


@access.allow("segments.view")
@require_GET
def size(request: StaffRequest, pk: int) -> HttpResponse:
    found, now, seen = _segment(pk), timezone.now(), reach.owners(request.user)
    days = inside.days(found, now=now, owners=seen)
    changed = [timezone.localdate(one.at) for one in found.versions.filter(number__gt=1)]
    marks = [(number, _("New rule")) for number, day in enumerate(days) if day.on in changed]
    context = {
        "days": days,
        "is_part": seen is not None,
        "noted": sum(1 for day in days if day.size is not None),
        "weeks": inside.weeks(days),
        "chart": charts.area([day.size for day in days], width=720, height=220, marks=marks),
    }
    return _shown(request, found, "size", context)


@access.allow("segments.view")
@require_GET
def overlap(request: StaffRequest, pk: int) -> HttpResponse:
    found = _segment(pk)
    overlaps = inside.overlaps(found, reach.owners(request.user))
    asked = request.GET.get("with", "")
    chosen = next((one for one in overlaps if str(one.other.pk) == asked), overlaps[0] if overlaps else None)
    context = {
        "overlaps": [(one, list_of(Every((inside.rule_of(found), inside.rule_of(one.other))))) for one in overlaps],
        "chosen": chosen,
        "venn": charts.venn(chosen.size, chosen.size_of_other, chosen.both) if chosen else None,
    }
    return _shown(request, found, "overlap", context)


@access.allow("segments.view")
@require_GET
def profile(request: StaffRequest, pk: int) -> HttpResponse:
    found = _segment(pk)
    return _shown(request, found, "profile", portraits.drawn(portraits.asked_for(request, inside.rule_of(found))))


@access.allow("segments.view")
@require_GET
def history(request: StaffRequest, pk: int) -> HttpResponse:
    found = _segment(pk)
    return _shown(request, found, "history", {"versions": versions.told(found)})


@access.allow("segments.edit")
@require_POST
def reversion(request: StaffRequest, pk: int, number: int) -> HttpResponse:
    """The segment as it was described then."""
    found = _segment(pk)
    wanted = get_object_or_404(SegmentVersion, segment=found, number=number)
    actions.change(
        found,
        name=wanted.name,
        description=wanted.description,
        rule=wanted.rule,
        by=request.user,
        now=timezone.now(),
    )
    toasts.say(request, _("The segment is as it was in version {number}.").format(number=number))
    return redirect("segments:history", found.pk)


def _segment(pk: int) -> Segment:
    return get_object_or_404(Segment.objects.live().named(), pk=pk)


def _shown(request: StaffRequest, found: Segment, look: str, context: dict[str, Any]) -> HttpResponse:
    return page(request, f"segments/{look}.html", {**framed(request, found, look), **context})
