"""The state of the data on one page."""

from django.http import HttpResponse
from django.utils import timezone
from django.views.decorators.http import require_GET

from relacja.quality import queries
from relacja.staff.access import allow
from relacja.staff.http import StaffRequest
from relacja.ui.pages import page


@allow("contacts.view")
@require_GET
def quality(request: StaffRequest) -> HttpResponse:
    """What is missing, wrong, old or here twice; each number opens the people."""
    now = timezone.now()
    context = {"report": queries.report(now), "now": now}
    return page(request, "quality/quality.html", context, fragment="report")
