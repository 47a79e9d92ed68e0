from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_POST

from relacja.events import operations as questions
from relacja.events import subscriptions
from relacja.events.models import Parked
from relacja.jobs.models import Job
from relacja.staff import access
from relacja.staff.http import StaffRequest
from relacja.ui import toasts
from relacja.ui.pages import page


@access.allow("staff.operations")
@require_GET
def operations(request: StaffRequest) -> HttpResponse:
    now = timezone.now()
    return page(request, "events/operations.html", {"work": questions.at_work(now=now), "now": now}, fragment="work")


@access.allow("staff.operations")
@require_POST
def another_try(request: StaffRequest, pk: int) -> HttpResponse:
    get_object_or_404(Job, pk=pk).try_again(at=timezone.now())
    toasts.say(request, _("The job waits for its next turn."))
    return redirect("events:operations")


@access.allow("staff.operations")
@require_POST
def parked_retry(request: StaffRequest, pk: int) -> HttpResponse:
    subscriptions.retry_parked(get_object_or_404(Parked, pk=pk), now=timezone.now())
    toasts.say(request, _("The event was handled this time."))
    return redirect("events:operations")
