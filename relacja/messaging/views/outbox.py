"""What we wrote to people, and what became of it."""

from django.db.models import QuerySet
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.clickjacking import xframe_options_sameorigin
from django.views.decorators.http import require_GET, require_POST

from relacja.messaging import actions, channels, links, queries, sending
from relacja.messaging.models import Message, State
from relacja.staff import access, reach
from relacja.staff.http import StaffRequest
from relacja.staff.reach import Owners
from relacja.ui import toasts
from relacja.ui.pages import page

PER_PAGE = 50
FRAME_POLICY = (
    "sandbox; default-src 'none'; img-src http: https: data:; style-src 'unsafe-inline'; frame-ancestors 'self'"
)
_STILL = "<style>a{pointer-events:none}</style></head>"


@access.allow("messaging.view")
@require_GET
def messages(request: StaffRequest) -> HttpResponse:
    now = timezone.now()
    state = request.GET.get("state", "")
    before, seen = _number(request.GET.get("before", "")), reach.owners(request.user)
    found = list(queries.messages(state=state, before_id=before, seen=seen)[: PER_PAGE + 1])
    shown = found[:PER_PAGE]
    older = f"?state={state}&before={shown[-1].pk}" if len(found) > PER_PAGE else ""
    context = {
        "shown": shown,
        "older": older,
        "is_first": "before" not in request.GET,
        "state": state,
        "counts": [(code, label, count) for (code, label), count in zip(State.choices, _counts(seen), strict=True)],
        "resting": queries.resting_channels(now),
        "may_send": request.user.may("messaging.send"),
        "now": now,
    }
    return page(request, "messaging/outbox.html", context, fragment="outbox")


@access.allow("messaging.view")
@require_GET
def message(request: StaffRequest, pk: int) -> HttpResponse:
    now = timezone.now()
    found = get_object_or_404(
        _seen(request).select_related("contact", "version__template", "basis__text", "again_by"), pk=pk
    )
    context = {
        "message": found,
        "headers": channels.of(found.channel).shown_headers(sending.outgoing(found, at=now)) if found.html else [],
        "hits": found.hits.select_related("link").order_by("-at")[:50],
        "may_send_again": found.state in (State.UNCONFIRMED, State.FAILED) and request.user.may("messaging.send"),
        "now": now,
    }
    return page(request, "messaging/message.html", context, fragment="message")


@access.allow("messaging.send")
@require_POST
def going_on(request: StaffRequest, channel: str) -> HttpResponse:
    actions.go_on(channel)
    toasts.say(request, _("Sending goes on."))
    return redirect("messaging:outbox")


@access.allow("messaging.view")
@require_GET
@xframe_options_sameorigin
def preview(request: StaffRequest, pk: int) -> HttpResponse:
    """The letter itself, in a frame that can do nothing; looking at it is not an opening."""
    found = get_object_or_404(_seen(request), pk=pk)
    return framed(found.html.replace(links.url(links.OPEN, found.pk), ""))


@access.allow("messaging.send")
@require_POST
def another_try(request: StaffRequest, pk: int) -> HttpResponse:
    found = get_object_or_404(_seen(request), pk=pk)
    actions.send_again(found, by=request.user, now=timezone.now())
    toasts.say(request, _("The message waits for its turn."))
    return redirect("messaging:message", pk=pk)


def framed(html: str) -> HttpResponse:
    """A letter for a frame: no script, no form, no way out, whatever it holds."""
    response = HttpResponse(html.replace("</head>", _STILL, 1))
    response["Content-Security-Policy"] = FRAME_POLICY
    response["Referrer-Policy"] = "no-referrer"
    return response


def _seen(request: StaffRequest) -> QuerySet[Message]:
    return queries.among(Message.objects.all(), reach.owners(request.user))


def _counts(seen: Owners) -> list[int]:
    counts = queries.counts_by_state(seen)
    return [counts[state] for state in State.values]


def _number(text: str) -> int | None:
    return int(text) if text.isascii() and text.isdigit() and len(text) <= 18 else None
