"""Which places are known: the lists that came with the program, and those of other countries."""

from django.db import transaction
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_POST

from relacja.jobs.work import later
from relacja.lib.errors import Refused
from relacja.places import actions, forms, spelling, tasks
from relacja.places.models import Gazetteer
from relacja.staff.access import allow
from relacja.staff.http import StaffRequest
from relacja.ui import toasts
from relacja.ui.pages import page


@allow("places.edit")
def places(request: StaffRequest) -> HttpResponse:
    """Every list of places; a POST brings another one."""
    form = forms.Upload(request.POST or None, request.FILES or None, label_suffix="")
    if request.method == "POST" and form.is_valid():
        file = form.cleaned_data["file"]
        try:
            with transaction.atomic():
                made = actions.take(file, name=file.name, size=file.size, by=request.user, now=timezone.now())
                later(tasks.read_in, gazetteer_id=made.pk)
        except Refused as refusal:
            form.add_error("file", str(refusal))
        else:
            country = spelling.country(made.country)
            toasts.say(request, _("The list of {country} is being read.").format(country=country))
            return redirect("places:places")
    found = Gazetteer.objects.filter(retired_at=None).select_related("by").order_by("country", "-at")
    lines = [(one, spelling.country(one.country) if one.country else "") for one in found]
    context = {
        "lines": lines,
        "form": form,
        "is_reading": any(one.loaded_at is None and not one.problem for one, _name in lines),
        "now": timezone.now(),
    }
    return page(request, "places/places.html", context, fragment="lists", status=422 if form.errors else 200)


@allow("places.edit")
@require_GET
def gazetteer(request: StaffRequest, pk: int) -> HttpResponse:
    """What was read of a list, and the lines that were not."""
    found = get_object_or_404(Gazetteer.objects.filter(retired_at=None), pk=pk)
    name = spelling.country(found.country) if found.country else _("Towns of the world")
    context = {"gazetteer": found, "name": name}
    return page(request, "places/gazetteer.html", context, fragment="list")


@allow("places.edit")
@require_POST
def removal(request: StaffRequest, pk: int) -> HttpResponse:
    found = get_object_or_404(Gazetteer.objects.filter(retired_at=None).exclude(by=None), pk=pk)
    actions.remove(found, now=timezone.now())
    toasts.say(request, _("The list is removed."))
    return redirect("places:places")
