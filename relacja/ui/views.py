"""The shell's own answers. Their addresses, and who may ask, are fixed where people are known (`staff/urls.py`)."""

from django.http import HttpRequest, HttpResponse
from django.utils import timezone
from django.views.decorators.gzip import gzip_page
from django.views.decorators.http import require_GET

from relacja.ui import attention, home, palette, stylesheet
from relacja.ui.http import PersonsRequest
from relacja.ui.pages import page


@require_GET
@gzip_page
def style(request: HttpRequest, digest: str) -> HttpResponse:
    """The style sheet, for ever under this name. An old name is answered too, but not kept."""
    response = HttpResponse(stylesheet.text(), content_type="text/css; charset=utf-8")
    lasting = "max-age=31536000, immutable" if digest == stylesheet.digest() else "no-store"
    response["Cache-Control"] = f"public, {lasting}"
    return response


@require_GET
def start(request: PersonsRequest) -> HttpResponse:
    """The first page."""
    now = timezone.now()
    cards = home.shown_to(request.user, now=now)
    first_steps = [] if cards else home.first_steps_of(request.user)
    context = {"greeting": home.greeting(now), "cards": cards, "first_steps": first_steps, "now": now}
    return page(request, "ui/home.html", context)


@require_GET
def search(request: PersonsRequest) -> HttpResponse:
    """What the palette offers for `q`; a page of its own without script."""
    text = request.GET.get("q", "").strip()[:200]
    groups = palette.find(request, request.user, text, path=request.GET.get("on", "/"))
    numbered = iter(range(10_000))
    options = [(group.title, [(next(numbered), hit) for hit in group.hits]) for group in groups]
    return page(request, "ui/palette.html", {"text": text, "groups": options}, fragment="hits")


@require_GET
def needs(request: PersonsRequest) -> HttpResponse:
    """What waits for this person; htmx gets the bell."""
    now = timezone.now()
    waiting = attention.needs_of(request.user, now=now)
    return page(request, "ui/attention.html", {"needs": waiting, "now": now}, fragment="bell")
