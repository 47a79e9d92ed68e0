"""The do-not-write list."""

from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.utils import timezone
from django.utils.http import urlencode
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST

from relacja.lib.errors import Refused
from relacja.messaging import actions, forms, queries
from relacja.messaging.models import Suppression
from relacja.staff import access
from relacja.staff.http import StaffRequest
from relacja.ui import toasts
from relacja.ui.pages import page

PER_PAGE = 50


@access.allow("messaging.view")
@require_http_methods(["GET", "POST"])
def suppressions(request: StaffRequest) -> HttpResponse:
    """The list; a POST adds an address."""
    form = forms.Stop(request.POST or None, label_suffix="")
    if request.method == "POST":
        if not request.user.may("messaging.suppress"):
            raise Refused(_("Your role may look at this list, not change it."))
        if form.is_valid():
            actions.suppress(
                "email",
                form.cleaned_data["address"],
                form.cleaned_data["cause"],
                note=form.cleaned_data["note"],
                by=request.user,
                now=timezone.now(),
            )
            toasts.say(request, _("Nothing more is sent to %(address)s.") % form.cleaned_data)
            return redirect("messaging:suppressions")
    search, before = request.GET.get("q", "")[:200], request.GET.get("before", "")
    before_id = int(before) if before.isascii() and before.isdigit() and len(before) <= 18 else None
    found: list[Suppression] = list(
        queries.suppressions(user=request.user, search=search, before_id=before_id)[: PER_PAGE + 1]
    )
    shown = found[:PER_PAGE]
    context = {
        "suppressions": shown,
        "search": search,
        "older": f"?{urlencode({'q': search, 'before': str(shown[-1].pk)})}" if len(found) > PER_PAGE else "",
        "form": form,
        "may_change": request.user.may("messaging.suppress"),
        "now": timezone.now(),
    }
    status = 422 if form.errors else 200
    return page(request, "messaging/suppressions.html", context, fragment="suppressions", status=status)


@access.allow("messaging.suppress")
@require_POST
def end(request: StaffRequest, pk: int) -> HttpResponse:
    """The address may be written to again, for the reason given."""
    suppression = get_object_or_404(queries.suppressions(user=request.user), pk=pk)
    actions.lift(suppression, because=request.POST.get("because", ""), by=request.user, now=timezone.now())
    toasts.say(request, _("Messages may go to this address again."))
    return redirect("messaging:suppressions")
