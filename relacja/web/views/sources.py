"""Where events come from, and the keys they come with."""

from django.conf import settings
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_POST

from relacja.staff import access
from relacja.staff.http import StaffRequest
from relacja.ui import toasts
from relacja.ui.pages import page
from relacja.web import actions, queries
from relacja.web.forms import NewSource
from relacja.web.models import Source


@access.allow("staff.settings")
@never_cache
def sources(request: StaffRequest) -> HttpResponse:
    """Every source; a POST adds one and leads to its key."""
    lines = queries.sources()
    form = NewSource(
        request.POST or None, label_suffix="", namespaces=sorted({line.source.namespace for line in lines})
    )
    if request.method == "POST" and form.is_valid():
        made = actions.add_source(
            form.cleaned_data["name"],
            form.cleaned_data["kind"],
            timezone.now(),
            namespace=form.cleaned_data["namespace"],
            allowed_origins=form.cleaned_data["origins"],
        )
        return redirect("web:source", made.pk)
    context = {"lines": lines, "form": form}
    return page(request, "web/sources.html", context, status=422 if form.errors else 200)


@access.allow("staff.settings")
@never_cache
def source(request: StaffRequest, pk: int) -> HttpResponse:
    """One source: its key and what to paste where."""
    found = get_object_or_404(Source, pk=pk)
    return page(request, "web/source.html", {"source": found, "base_url": settings.BASE_URL})


@access.allow("staff.settings")
@require_POST
def source_origins(request: StaffRequest, pk: int) -> HttpResponse:
    found = get_object_or_404(Source, pk=pk)
    actions.set_origins(found, request.POST.get("origins", "").split())
    toasts.say(request, _("Saved."))
    return redirect("web:source", pk)


@access.allow("staff.settings")
@require_POST
def source_key(request: StaffRequest, pk: int) -> HttpResponse:
    """A new key; the old one stops working."""
    actions.rotate(get_object_or_404(Source, pk=pk, revoked_at=None))
    toasts.warn(request, _("The source has a new key. The old one no longer works: put the new one in its place."))
    return redirect("web:source", pk)


@access.allow("staff.settings")
@require_POST
def source_revocation(request: StaffRequest, pk: int) -> HttpResponse:
    found = get_object_or_404(Source, pk=pk)
    actions.revoke(found, now=timezone.now())
    toasts.say(request, _("“{name}” is shut. What it sent stays.").format(name=found.name))
    return redirect("web:sources")
