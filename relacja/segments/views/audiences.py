"""The audience of a form while somebody chooses it."""

from django.http import HttpResponse
from django.utils import timezone
from django.views.decorators.http import require_POST

from relacja.segments import pickers
from relacja.staff import access, reach
from relacja.staff.http import StaffRequest
from relacja.ui.pages import page


@access.allow("segments.view")
@require_POST
def audience(request: StaffRequest) -> HttpResponse:
    """What the audience means as it is chosen so far. Nothing is stored."""
    found = pickers.posted(request.POST, now=timezone.now(), owners=reach.owners(request.user))
    return page(request, "segments/audience.html", {"picker": found})
