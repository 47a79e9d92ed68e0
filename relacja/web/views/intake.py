"""What came in, what did not, and why."""

from django.http import HttpResponse
from django.utils import timezone
from django.views.decorators.http import require_GET

from relacja.events.queries import readers
from relacja.staff import access
from relacja.staff.http import StaffRequest
from relacja.ui.pages import page
from relacja.web import queries
from relacja.web.intake import TOPIC
from relacja.web.refusals import Reason

PERIODS = (1, 7, 30)


@access.allow("staff.operations")
@require_GET
def intake(request: StaffRequest) -> HttpResponse:
    now = timezone.now()
    days = next((days for days in PERIODS if request.GET.get("days") == str(days)), PERIODS[0])
    source, reason = request.GET.get("source", ""), request.GET.get("reason", "")
    lines = queries.intake(days=days, today=now.date())
    context = {
        "now": now,
        "days": days,
        "periods": PERIODS,
        "lines": lines,
        "total": queries.total(lines),
        "samples": queries.samples(source=source, reason=reason),
        "source": source,
        "reason": Reason(reason) if reason in Reason.values else None,
        "readers": readers(),
        "topic": TOPIC,
    }
    return page(request, "web/intake.html", context, fragment="intake")
