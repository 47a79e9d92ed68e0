"""One source: its columns, what it would bring, its values and refreshes."""

import csv
from typing import Any

from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from relacja.external import actions, faults, forms, matching, places, queries, uses
from relacja.external import sources as known_sources
from relacja.external.actions import noting, refreshing
from relacja.external.models import LANGUAGES, Cause, Refresh, Source, SourceKind
from relacja.imports.reading import harmless
from relacja.lib.errors import Refused, Unavailable
from relacja.staff import queries as history
from relacja.staff.access import allow
from relacja.staff.changes import one_set
from relacja.staff.http import StaffRequest
from relacja.staff.toasts import changed
from relacja.ui import toasts
from relacja.ui.pages import page

SHOWN_REFRESHES = 20
SHOWN_FAULTS = 100


@allow("external.edit")
@require_GET
def source(request: StaffRequest, pk: int) -> HttpResponse:
    """How old its values are, what is taken, when it is refreshed, and how that went."""
    found = _kept(pk)
    if found.live_at is None:
        return redirect("external:check" if queries.last_trial(found) else "external:columns", found.pk)
    refreshes = list(found.refreshes.select_related("by").exclude(cause=Cause.TRIAL).order_by("-pk")[:SHOWN_REFRESHES])
    live = known_sources.live(found)
    context = {
        "source": found,
        "columns": [(column, live.columns[column.key]) for column in found.columns.all()],
        "identities": _said_identities(found),
        "timing": forms.Timing.of(found),
        "upload": forms.Upload(label_suffix=""),
        "accept": forms.SUFFIXES,
        "refreshes": refreshes,
        "at_work": next((one for one in refreshes if one.is_at_work), None),
        "topic": refreshing.topic(found.pk),
        "page": history.changes_of(noting.SOURCE, found.pk),
        "may_edit": True,
        "now": timezone.now(),
    }
    return page(request, "external/source.html", context, fragment="state")


@allow("external.edit")
@require_http_methods(["GET", "POST"])
def columns(request: StaffRequest, pk: int) -> HttpResponse:
    """Whom the rows are about, which columns are taken, and what they are called."""
    found = _kept(pk)
    try:
        seen = places.of(found).seen()
    except (Refused, Unavailable) as failure:
        return page(request, "external/columns.html", {"source": found, "trouble": str(failure)})
    gone = [column for column in found.columns.all() if column.heading not in seen.headings]
    refusal = ""
    if request.method == "POST":
        try:
            begun = actions.choose(
                found,
                names=forms.chosen_names(request.POST),
                identities=forms.chosen_identities(request.POST, seen.headings),
                columns=forms.chosen_columns(request.POST, seen.headings, gone),
                by=request.user,
                now=timezone.now(),
            )
        except Refused as error:
            refusal = str(error)
        else:
            if begun is None:
                _begin_trial(request, found)
                return redirect("external:check", found.pk)
            return redirect("external:source", found.pk)
    context = {
        "source": found,
        "seen": seen,
        "lines": forms.lines(seen.headings, seen.rows, list(found.columns.all())),
        "gone": gone,
        "headings": list(enumerate(seen.headings)),
        "kinds": forms.kinds(),
        "places": _places(found, seen.headings),
        "ways": matching.KINDS,
        "names": [(one, forms.SPOKEN[one], found.names.get(one, "")) for one in LANGUAGES],
        "refusal": refusal,
    }
    return page(request, "external/columns.html", context, status=422 if refusal else 200)


@allow("external.edit")
@require_http_methods(["GET", "POST"])
def check(request: StaffRequest, pk: int) -> HttpResponse:
    """What the table would bring; a POST looks again."""
    found = _kept(pk)
    if request.method == "POST":
        _begin_trial(request, found)
        return redirect("external:check", found.pk)
    last = queries.last_trial(found)
    if last is None:
        return redirect("external:columns", found.pk)
    context = {"source": found, "refresh": last, "topic": refreshing.topic(found.pk), **_told(found, last)}
    return page(request, "external/check.html", context, fragment="found")


@allow("external.edit")
@require_POST
def use(request: StaffRequest, pk: int) -> HttpResponse:
    """From now on conditions may ask for it."""
    found = _kept(pk)
    actions.put_in_use(found, by=request.user, now=timezone.now())
    toasts.say(request, _("“{source}” is in use. Its values come in a moment.").format(source=found))
    return redirect("external:source", found.pk)


@allow("external.edit")
@require_POST
def refresh(request: StaffRequest, pk: int) -> HttpResponse:
    """Read it now."""
    actions.begin(_kept(pk), cause=Cause.HAND, by=request.user, now=timezone.now())
    return redirect("external:source", pk)


@allow("external.edit")
@require_POST
def timing(request: StaffRequest, pk: int) -> HttpResponse:
    """When it is refreshed by itself."""
    found = _kept(pk)
    form = forms.Timing.of(found, request.POST)
    if not form.is_valid():
        raise Refused(_("Choose when the source is refreshed."))
    now = timezone.now()
    with one_set("external.changed", by=request.user, source="staff", now=now) as noted:
        actions.set_rhythm(found, **form.cleaned_data, by=request.user, now=now, into=noted)
    changed(request, _("Saved."), noted.change_set)
    return redirect("external:source", pk)


@allow("external.edit")
@require_POST
def file(request: StaffRequest, pk: int) -> HttpResponse:
    """Another file in the place of the one there was."""
    found = get_object_or_404(Source.objects.kept().filter(kind=SourceKind.UPLOAD), pk=pk)
    form = forms.Upload(request.POST, request.FILES)
    if not form.is_valid():
        raise Refused(" ".join(str(one) for one in form.errors.get("file", [])))
    given = form.cleaned_data["file"]
    actions.reload(found, file=given.file, name=given.name, size=given.size, by=request.user, now=timezone.now())
    return redirect("external:source" if found.live_at else "external:columns", pk)


@allow("external.edit")
@require_GET
def refreshed(request: StaffRequest, pk: int, number: int) -> HttpResponse:
    """How one refresh went, and the rows that brought nothing."""
    found = get_object_or_404(Source, pk=pk)
    one = get_object_or_404(found.refreshes.select_related("by"), pk=number)
    code = request.GET.get("code", "")
    rows = one.faults.order_by("pk")
    if code:
        rows = rows.filter(code=code)
    shown = list(rows[: SHOWN_FAULTS + 1])
    context = {
        "source": found,
        "refresh": one,
        "code": code,
        "codes": [(key, faults.LABELS.get(key, key)) for key in faults.codes_of(one)],
        "faults": faults.told(found, shown[:SHOWN_FAULTS]),
        "has_more": len(shown) > SHOWN_FAULTS,
        **_told(found, one),
    }
    return page(request, "external/refresh.html", context)


@allow("external.edit")
@require_GET
def faulty_rows(request: StaffRequest, pk: int, number: int) -> HttpResponse:
    """The rows that brought nothing, as CSV."""
    found = get_object_or_404(Source, pk=pk)
    one = get_object_or_404(found.refreshes, pk=number)
    response = HttpResponse("\ufeff", content_type="text/csv; charset=utf-8")
    response["Content-Disposition"] = f'attachment; filename="{found.key}-{one.pk}.csv"'
    written = csv.writer(response, delimiter=";")
    written.writerow([_("Row"), _("Why"), _("Column"), _("Value")])
    for line in faults.told(found, one.faults.order_by("pk")):
        written.writerow([line.row, line.said, harmless(line.heading), harmless(line.value)])
    return response


@allow("external.edit")
@require_http_methods(["GET", "POST"])
def removal(request: StaffRequest, pk: int) -> HttpResponse:
    """What asks for the source; a POST archives it, or throws a draft away."""
    found = _kept(pk)
    if request.method == "POST":
        if found.live_at is None:
            actions.discard(found)
            toasts.say(request, _("The draft is gone."))
            return redirect("external:sources")
        actions.archive(found, now=timezone.now())
        undo = reverse("external:restoration", args=[pk])
        toasts.say(request, _("“{source}” is archived, and its values are gone.").format(source=found), undo=undo)
        return redirect("external:sources")
    return page(request, "external/removal.html", {"source": found, "uses": uses.of(found)})


@allow("external.edit")
@require_POST
def restoration(request: StaffRequest, pk: int) -> HttpResponse:
    found = get_object_or_404(Source.objects.exclude(archived_at=None), pk=pk)
    actions.restore(found, by=request.user, now=timezone.now())
    toasts.say(request, _("“{source}” is in use again, and is being read.").format(source=found))
    return redirect("external:source", pk)


def _kept(pk: int) -> Source:
    return get_object_or_404(Source.objects.kept().select_related("connection"), pk=pk)


def _begin_trial(request: StaffRequest, found: Source) -> None:
    if not queries.is_at_work(found):
        actions.begin(found, cause=Cause.TRIAL, by=request.user, now=timezone.now())


def _told(found: Source, one: Refresh) -> dict[str, Any]:
    """People whom rows fitted, with what they would hold, and examples of rows that bring nothing."""
    live = known_sources.live(found)
    people = faults.seen([example["contact"] for example in one.examples])
    ways = dict(matching.KINDS)
    return {
        "labels": [known.label for known in live.columns.values()],
        "examples": [
            (
                example["row"],
                people[example["contact"]],
                ways.get(example["by"], ""),
                [(known.label, known.show(example["data"].get(key), {})) for key, known in live.columns.items()],
            )
            for example in one.examples
            if example["contact"] in people
        ],
        "troubles": faults.examples(found, one),
    }


def _places(found: Source, headings: list[str]) -> list[tuple[int, int | None, str, str]]:
    """The columns by which people are known, in order: where each stands, as what, of which system."""
    given = [one for one in found.identities if one["heading"] in headings]
    chosen = [(headings.index(one["heading"]), one["kind"], one["system"]) for one in given]
    empty: list[tuple[int | None, str, str]] = [(None, "", "")] * (matching.MOST - len(chosen))
    return [(place, *one) for place, one in enumerate([*chosen, *empty])]


def _said_identities(found: Source) -> list[tuple[str, Any]]:
    ways = dict(matching.KINDS)
    return [(one["heading"], ways.get(one["kind"], one["kind"])) for one in found.identities]
