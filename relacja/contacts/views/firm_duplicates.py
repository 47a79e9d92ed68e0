"""Companies that may be in the records twice: the queue."""

from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_POST

from relacja.contacts import duplicates, firm_duplicates, reach
from relacja.contacts.models import Decision, Likeness
from relacja.contacts.suspicions import MOST_COUNTED
from relacja.contacts.views.lists import link, narrowing
from relacja.lib.errors import Refused
from relacja.staff.access import allow
from relacja.staff.http import StaffRequest
from relacja.ui import toasts
from relacja.ui.pages import page


@allow("contacts.view")
@require_GET
def queue(request: StaffRequest) -> HttpResponse:
    """The pairs that wait for a decision, or those told apart; to htmx the living part."""
    return _queue(request)


@allow("contacts.merge")
@require_POST
def dismissal(request: StaffRequest, pk: int) -> HttpResponse:
    """They are two companies, for ever."""
    pair = get_object_or_404(firm_duplicates.seen_by(request.user).select_related("first", "second"), pk=pk)
    if not pair.decide(Decision.DISMISSED, by=request.user, at=timezone.now()):
        raise Refused(_("Somebody has decided about these two already."))
    duplicates.count_again()
    said = _("{one} and {other} stay two companies.").format(one=pair.first, other=pair.second)
    toasts.say(request, said, undo=reverse("contacts:firm-duplicate-reopening", args=[pk]))
    return _queue(request) if request.htmx else redirect("contacts:firm-duplicates")


@allow("contacts.merge")
@require_POST
def reopening(request: StaffRequest, pk: int) -> HttpResponse:
    """They may be one company after all."""
    get_object_or_404(firm_duplicates.seen_by(request.user), pk=pk, decision=Decision.DISMISSED).reopen()
    duplicates.count_again()
    toasts.say(request, _("The two wait for a decision again."))
    return redirect("contacts:firm-duplicates")


def _queue(request: StaffRequest) -> HttpResponse:
    asked, seen = request.GET, reach.owners(request.user)
    decision = Decision.DISMISSED if asked.get("decision") == Decision.DISMISSED else Decision.OPEN
    level = asked.get("level", "")
    shown = firm_duplicates.page(decision, level, after=asked.get("after", ""), seen=seen)
    path = reverse("contacts:firm-duplicates")
    counts = {decision: min(shown.found, MOST_COUNTED)}
    context = {
        "page": shown,
        "decision": decision,
        "decisions": [
            (_("To decide"), path, decision == Decision.OPEN, counts.get(Decision.OPEN)),
            (
                _("Two companies"),
                f"{path}?decision={Decision.DISMISSED}",
                decision == Decision.DISMISSED,
                counts.get(Decision.DISMISSED),
            ),
        ],
        "narrowing": [narrowing(asked, _("Likeness"), "level", Likeness.choices)],
        "next": link(asked, after=shown.after) if shown.after else "",
        "is_narrowed": bool(level),
        "may_merge": request.user.may("contacts.merge"),
    }
    return page(request, "contacts/firm_duplicates.html", context, fragment="queue")
