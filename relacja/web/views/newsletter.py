"""The newsletter's form, for everybody. It sets no cookie and answers the same whoever signs up."""

from urllib.parse import urlsplit

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils import timezone, translation
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_GET

from relacja.lib.errors import Refused
from relacja.staff import access
from relacja.ui.http import Request
from relacja.ui.pages import page
from relacja.web import sign_ups
from relacja.web.forms import Newsletter
from relacja.web.models import Source, SourceKind
from relacja.web.networks import network_of

VISITOR = "relacja_vid"


@access.public
@csrf_exempt
@never_cache
def newsletter(request: Request) -> HttpResponse:
    """The form, and signing up with it."""
    _speak(request)
    now = timezone.now()
    text = sign_ups.text_in(translation.get_language() or "", now=now)
    form = Newsletter(request.POST or None, label_suffix="", consent=text.body)
    if request.method != "POST" or not _signed(request, form):
        context = {"form": form, "language": text.language}
        return page(request, "web/newsletter.html", context, status=422 if form.errors else 200)
    if not form.cleaned_data["website"]:
        sign_ups.keep(
            email=form.cleaned_data["email"],
            first_name=form.cleaned_data["first_name"],
            text=text,
            now=now,
            anonymous_id=request.COOKIES.get(VISITOR, "")[:255],
            network=network_of(request.META.get("REMOTE_ADDR", "")),
            agent=request.headers.get("User-Agent", "")[:400],
            page=_page(request),
        )
    return redirect(f"{reverse('web:newsletter-thanks')}?lang={text.language}")


@access.public
@require_GET
def thanks(request: Request) -> HttpResponse:
    _speak(request)
    return page(request, "web/newsletter_thanks.html", {})


def _speak(request: HttpRequest) -> None:
    """In the language the address asks for, without a cookie."""
    if (language := request.GET.get("lang", "")) in dict(settings.LANGUAGES):
        translation.activate(language)


def _signed(request: HttpRequest, form: Newsletter) -> bool:
    """Whether the form is complete. Refused when a page sent it that has nothing to do with us."""
    if not _is_from_us(request):
        raise Refused(_("This form was sent by a website we do not know. Open it here and sign up again."))
    return form.is_valid()


def _is_from_us(request: HttpRequest) -> bool:
    """Browsers say which site sent a form, and pages cannot change it: no token and so no cookie is needed.

    Our own pages may, and those of our sources. What says nothing at all is no browser that somebody could abuse.
    """
    if request.headers.get("Sec-Fetch-Site") == "same-origin":
        return True
    origin = request.headers.get("Origin", "").lower()
    if not origin:
        return "Sec-Fetch-Site" not in request.headers
    if urlsplit(origin).netloc == request.get_host().lower():
        return True
    open_sources = Source.objects.filter(kind=SourceKind.BROWSER, revoked_at=None)
    return any(origin in source.allowed_origins for source in open_sources)


def _page(request: HttpRequest) -> str:
    """Where the form stood, without what a query may tell."""
    return request.headers.get("Referer", "").partition("?")[0].partition("#")[0][:500]
