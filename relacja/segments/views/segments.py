"""The segments, and one of them with its people."""

from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import pgettext
from django.views.decorators.http import require_GET, require_POST

from relacja.contacts import reach
from relacja.segments import actions, freshness, listing, rules, shelf, standings, uses
from relacja.segments.models import Segment
from relacja.segments.views.checking import checked, framed, number
from relacja.staff import access
from relacja.staff.http import StaffRequest
from relacja.ui import toasts
from relacja.ui.pages import page


@access.allow("segments.view")
@require_GET
def segments(request: StaffRequest) -> HttpResponse:
    archived, now = request.GET.get("view") == "archive", timezone.now()
    text, sort = request.GET.get("q", "").strip(), request.GET.get("sort", "name")
    seen = reach.owners(request.user)
    context = {
        "archived": archived,
        "text": text,
        "sort": sort,
        "rows": shelf.rows(archived=archived, text=text, sort=sort, now=now, owners=seen),
        "is_course_known": seen is None and not archived,
        "people_label": pgettext("segment", "People"),
        "may_edit": request.user.may("segments.edit"),
        "now": now,
    }
    return page(request, "segments/list.html", context, fragment="segments")


@access.allow("segments.view")
@require_GET
def segment(request: StaffRequest, pk: int) -> HttpResponse:
    found = get_object_or_404(Segment.objects.live().named(), pk=pk)
    who = request.GET.get("who", "").strip()
    context = {
        **framed(request, found),
        "uses": uses.of(found),
        "lacks": rules.lacks(found.rule),
        "members": _members(request, found),
        "complete_until": freshness.complete_until(found, now=timezone.now()),
        "who": who,
        "checked": checked(request.user, rules.read(found.rule), who) if who else None,
    }
    return page(request, "segments/segment.html", context, fragment="check" if "who" in request.GET else "members")


def _members(request: StaffRequest, found: Segment) -> listing.Page:
    after, before = number(request.GET, "after"), number(request.GET, "before")
    return listing.page(found, after=after, before=before, owners=reach.owners(request.user))


@access.allow("segments.view")
@require_GET
def standing(request: StaffRequest, pk: int) -> HttpResponse:
    """Every live segment for one contact: whether they meet its rule right now, and what is missing if not."""
    contact = get_object_or_404(reach.people(request.user).filter(archived_at=None), pk=pk)
    stands = standings.of(contact.pk, now=timezone.now())
    context = {"contact": contact, "stands": stands, "met": sum(one.holds for one in stands)}
    return page(request, "segments/standing.html", context, fragment="standing")


@access.allow("segments.edit")
@require_POST
def removal(request: StaffRequest, pk: int) -> HttpResponse:
    """What asks for it is said first: whoever archives it all the same says so."""
    found = get_object_or_404(Segment.objects.live().named(), pk=pk)
    spoken = uses.of(found)
    if spoken and "sure" not in request.POST:
        return page(request, "segments/removal.html", {"segment": found, "uses": spoken}, status=422)
    actions.archive(found, now=timezone.now())
    toasts.say(request, _("The segment “{name}” is archived.").format(name=found.name))
    return redirect("segments:segments")


@access.allow("segments.edit")
@require_POST
def restoration(request: StaffRequest, pk: int) -> HttpResponse:
    found = get_object_or_404(Segment.objects.named().exclude(archived_at=None), pk=pk)
    actions.restore(found, now=timezone.now())
    toasts.say(request, _("The segment “{name}” is back.").format(name=found.name))
    return redirect("segments:segment", found.pk)
