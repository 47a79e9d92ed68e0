"""The audience of a form while somebody chooses it, and that of the list of contacts."""

from typing import Any
from urllib.parse import urlencode

from django.http import HttpResponse, QueryDict
from django.shortcuts import redirect
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_http_methods, require_POST

from relacja.segments import audience as audiences
from relacja.segments import exclusions, pickers
from relacja.segments.exclusions import Aim
from relacja.segments.views.checking import written
from relacja.staff import access, reach
from relacja.staff.http import StaffRequest
from relacja.ui.pages import page


@access.allow("segments.view")
@require_POST
def audience(request: StaffRequest) -> HttpResponse:
    """What the audience means as it is chosen so far. Nothing is stored."""
    found = pickers.posted(request.POST, now=timezone.now(), owners=reach.owners(request.user))
    return page(request, "segments/audience.html", {"picker": found})


@access.allow("segments.view")
@require_http_methods(["GET", "POST"])
def people(request: StaffRequest) -> HttpResponse:
    """Whom the list of contacts shows; what else it is narrowed by stays, and so do its columns and order."""
    now, owners = timezone.now(), reach.owners(request.user)
    given = request.POST if request.method == "POST" else request.GET
    back = QueryDict(given.get("list", ""), mutable=True)
    if request.method == "POST":
        picker = pickers.posted(request.POST, now=now, owners=owners)
    else:
        origin = pickers.Origin("people", urlencode({"list": back.urlencode()}), _aim(request.GET), is_open=True)
        chosen = audiences.of_query(request.GET, audiences.ALL)
        picker = pickers.picker(chosen, origin, now=now, owners=owners)
    is_sent = request.method == "POST" and "audience-do" not in request.POST
    is_wrong = is_sent and bool(picker.field or (picker.meaning.problem and not picker.meaning.everybody))
    if is_sent and not is_wrong:
        rule = exclusions.reached(picker.audience, picker.origin.aim)
        if rule.rules:
            back["rule"] = written(rule)
        return redirect(f"{reverse('contacts:contacts')}?{back.urlencode()}")
    context: dict[str, Any] = {"picker": picker, "list": back.urlencode()}
    return page(request, "segments/choosing.html", context, status=422 if is_wrong else 200)


def _aim(asked: QueryDict) -> Aim:
    return Aim.of_code(asked.get("aim", ""))
