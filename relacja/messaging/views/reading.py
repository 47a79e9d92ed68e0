"""Pages for those who get our messages. No sign-in: the signed link says who may do what.

GET only ever shows; POST acts. POSTs are exempt from CSRF because no cookie gives them any power (RFC 8058).
"""

from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import get_object_or_404, render
from django.utils import timezone, translation
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_http_methods, require_safe

from relacja.contacts.models import Consent, ConsentAct
from relacja.lib.errors import Refused
from relacja.messaging import actions, links, queries, rules
from relacja.messaging.models import Confirmation, Link, Message
from relacja.staff import access

PIXEL = bytes.fromhex("47494638396101000100800000000000ffffff21f90401000000002c00000000010001000002024401003b")


@access.public
@require_safe
@never_cache
def click(request: HttpRequest, token: str) -> HttpResponse:
    message_id, link_id = _ids(links.CLICK, token, 2)
    message, link = get_object_or_404(Message, pk=message_id), get_object_or_404(Link, pk=link_id)
    actions.clicked(message, link, now=timezone.now(), **_asker(request))
    return HttpResponseRedirect(link.url)


@access.public
@require_safe
@never_cache
def pixel(request: HttpRequest, token: str) -> HttpResponse:
    (message_id,) = _ids(links.OPEN, token, 1)
    actions.opened(get_object_or_404(Message, pk=message_id), now=timezone.now(), **_asker(request))
    return HttpResponse(PIXEL, content_type="image/gif")


@access.public
@csrf_exempt
@require_http_methods(["GET", "HEAD", "POST"])
@never_cache
def unsubscription(request: HttpRequest, token: str) -> HttpResponse:
    message = _message(links.UNSUBSCRIBE, token)
    if request.method == "POST":
        actions.unsubscribe(message, now=timezone.now(), source=_("link in a message"))
    context = {
        "message": message,
        "is_done": queries.is_suppressed(message.channel, message.to_key),
        "preferences": links.url(links.PREFERENCES, message.pk),
    }
    return _answer(request, "messaging/reading/unsubscription.html", context, message.language)


@access.public
@csrf_exempt
@require_http_methods(["GET", "HEAD", "POST"])
@never_cache
def preferences(request: HttpRequest, token: str) -> HttpResponse:
    message = _message(links.PREFERENCES, token)
    consents = Consent.objects.filter(contact=message.contact).select_related("entry__text").order_by("pk")
    if request.method == "POST":
        consent = get_object_or_404(consents, pk=_number(request.POST.get("consent", "")), act=ConsentAct.GIVEN)
        actions.withdraw(
            message.contact,
            purpose=consent.purpose,
            channel=consent.channel,
            now=timezone.now(),
            source=_("consent page"),
            address=message.to,
        )
    context = {
        "message": message,
        "consents": consents,
        "unsubscribe": links.url(links.UNSUBSCRIBE, message.pk),
        "is_suppressed": queries.is_suppressed(message.channel, message.to_key),
    }
    return _answer(request, "messaging/reading/preferences.html", context, message.language)


@access.public
@csrf_exempt
@require_http_methods(["GET", "HEAD", "POST"])
@never_cache
def confirmation(request: HttpRequest, token: str) -> HttpResponse:
    (number,) = _ids(links.CONFIRM, token, 1)
    asked = get_object_or_404(Confirmation.objects.select_related("entry__contact", "entry__text"), pk=number)
    language, now = asked.entry.contact.language, timezone.now()
    if request.method == "POST" and not asked.confirmed_at and not asked.is_over(now):
        proof = {
            "ip": rules.cut_ip(request.META.get("REMOTE_ADDR", "")),
            "user_agent": request.headers.get("User-Agent", "")[:200].replace("\x00", ""),
            "confirmed_at": now.isoformat(),
        }
        actions.confirm(asked, proof=proof, now=now)
        asked.refresh_from_db(fields=["confirmed_at"])
    context = {"asked": asked, "is_over": asked.is_over(now)}
    return _answer(request, "messaging/reading/confirmation.html", context, language)


def _answer(request: HttpRequest, template: str, context: dict[str, object], language: str) -> HttpResponse:
    """A page in the reader's own language, which no search engine keeps."""
    with translation.override(language):
        response = render(request, template, context)
    response["X-Robots-Tag"] = "noindex"
    response["Referrer-Policy"] = "no-referrer"
    return response


def _message(use: str, token: str) -> Message:
    (number,) = _ids(use, token, 1)
    return get_object_or_404(Message.objects.select_related("contact").defer("html", "text"), pk=number)


def _ids(use: str, token: str, count: int) -> list[int]:
    try:
        return links.ids(use, token, count)
    except links.Forged:
        raise Http404 from None


def _number(text: str) -> int:
    if not text.isascii() or not text.isdigit() or len(text) > 18:
        raise Refused(_("Choose one of the consents on this page."))
    return int(text)


def _asker(request: HttpRequest) -> dict[str, str]:
    """What is known about the program that asks."""
    hints = ("Sec-Purpose", "Purpose", "X-Purpose", "X-Moz")
    return {
        "method": request.method or "GET",
        "user_agent": request.headers.get("User-Agent", ""),
        "purpose": " ".join(request.headers.get(name, "") for name in hints).strip(),
    }
