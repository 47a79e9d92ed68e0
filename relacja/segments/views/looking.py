"""Looking inside a segment: its size over time, what it shares with others, what its people are like, its versions."""

from typing import Any

from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_POST

from relacja.segments import actions, inside, versions
from relacja.segments.models import Segment, SegmentVersion
from relacja.segments.rules import Every, Rule
from relacja.segments.segment_rules.membership import InSegment
from relacja.segments.views import portraits
from relacja.segments.views.checking import framed, list_of
from relacja.staff import access, reach
from relacja.staff.http import StaffRequest
from relacja.ui import charts, toasts
from relacja.ui.pages import page

MOST_BESIDE = 5
MOST_PIECES = 20


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
    found, owners = _segment(pk), reach.owners(request.user)
    overlaps = inside.overlaps(found, owners)
    asked = request.GET.getlist("with")
    chosen = [one for one in overlaps if str(one.other.pk) in asked][:MOST_BESIDE] or overlaps[:1]
    beside = [one.other for one in chosen]
    pieces = inside.pieces([found, *beside], owners) if chosen else []
    first = chosen[0] if len(chosen) == 1 else None
    context = {
        "overlaps": [(one, list_of(Every((inside.rule_of(found), inside.rule_of(one.other))))) for one in overlaps],
        "first": first,
        "beside": beside,
        "most": MOST_BESIDE,
        "pieces": [_piece(one, [found, *beside]) for one in pieces[:MOST_PIECES]],
        "others": len(pieces[MOST_PIECES:]),
        "largest": pieces[0].people if pieces else 0,
        "venn": charts.venn(first.size, first.size_of_other, first.both) if first else None,
    }
    return _shown(request, found, "overlap", context)


def _piece(piece: inside.Piece, segments: list[Segment]) -> dict[str, Any]:
    """A piece with the list of its people, and which of the segments it is in."""
    rule: list[Rule] = [InSegment("in", one.key) for one in piece.inside]
    rule += [InSegment("not_in", one.key) for one in piece.outside]
    return {"piece": piece, "marks": [one in piece.inside for one in segments], "href": list_of(Every(tuple(rule)))}


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
