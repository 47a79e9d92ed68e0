"""What the behaviour of one person says about them, with the evidence."""

from django.http import HttpResponse
from django.utils import timezone
from django.views.decorators.http import require_GET

from relacja.behaviour import queries
from relacja.contacts.views.one import load, who
from relacja.staff import access
from relacja.staff.http import StaffRequest
from relacja.ui.pages import page

SHOWN = 10


@access.allow("contacts.view")
@require_GET
def contact(request: StaffRequest, pk: int) -> HttpResponse:
    contact = load(request.user, pk)
    now = timezone.now()
    told = [
        {
            "derived": one,
            "said": one.said(found) if found else "",
            "why": one.why(found) if found else "",
            "events": found.events[:SHOWN] if found else (),
            "more": max(0, len(found.events) - SHOWN) if found else 0,
        }
        for one, found in queries.with_evidence(pk, now)
    ]
    context = {**who(request, contact), "known": [one for one in told if one["said"]]}
    context["unknown"] = [one["derived"] for one in told if not one["said"]]
    return page(request, "behaviour/contact.html", context, fragment="told")
