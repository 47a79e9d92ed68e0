"""The state of the data on one page, and putting right what can be put right."""

from django.http import Http404, HttpResponse
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_GET

from relacja.contacts.views import several
from relacja.quality import queries
from relacja.quality.deeds import MEND
from relacja.quality.flaws import FLAWS
from relacja.staff import reach
from relacja.staff.access import allow
from relacja.staff.http import StaffRequest
from relacja.ui.pages import page


@allow("contacts.view")
@require_GET
def quality(request: StaffRequest) -> HttpResponse:
    """What is missing, wrong, old or here twice; each number opens the people."""
    now = timezone.now()
    context = {
        "report": queries.report(now, reach.owners(request.user)),
        "now": now,
        "may_edit": request.user.may("contacts.edit"),
    }
    return page(request, "quality/quality.html", context, fragment="report")


@allow("contacts.edit")
def correction(request: StaffRequest, code: str) -> HttpResponse:
    """Whom it is about, and what would become of the first of them; a POST puts all of them right, as one change."""
    flaw = FLAWS.get(code)
    if flaw is None or flaw.mended is None:
        raise Http404
    people = queries.with_flaw(flaw, now=timezone.now(), seen=reach.owners(request.user))
    if request.method == "POST" and people:
        return several.begin(request, MEND, people, {"flaw": code}, back=reverse("quality:quality"))
    context = {"flaw": flaw, "count": len(people), "mended": queries.mended(flaw, people)}
    return page(request, "quality/correction.html", context)
