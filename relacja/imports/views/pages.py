"""Bringing people in from a file: file, columns, check, import. Back keeps everything."""

from dataclasses import dataclass
from typing import Any

from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from relacja.contacts.models import Record
from relacja.contacts.reach import seen_ids
from relacja.imports import actions, forms, outcomes, queries, reading, tasks, words
from relacja.imports.actions.preparing import DISK_FULL
from relacja.imports.models import Import, State
from relacja.imports.reading import Fault
from relacja.imports.views import mending
from relacja.jobs.work import later
from relacja.lib.errors import Refused
from relacja.staff import reach
from relacja.staff.access import allow
from relacja.staff.http import StaffRequest
from relacja.staff.models import User
from relacja.staff.reach import Owners
from relacja.ui import toasts, uploads, written
from relacja.ui.pages import page

SHOWN_VALUES = 3
FOLLOWED = 20
MOST_PASSED = 1_000_000


@dataclass(frozen=True, slots=True)
class Column:
    """One column of the file on the page: its heading, some of its values, and what was chosen."""

    number: int
    heading: str
    values: list[str]
    target: str
    policy: str


@allow("imports.run")
@require_http_methods(["GET", "POST"])
def imports(request: StaffRequest) -> HttpResponse:
    """The imports there were, and the way to a new one."""
    is_sent = request.method == "POST"
    form = forms.Upload(request.POST if is_sent else None, request.FILES if is_sent else None, label_suffix="")
    if uploads.is_full(request):
        form.errors.clear()
        form.add_error("file", str(DISK_FULL))
    elif is_sent and form.is_valid():
        given = form.cleaned_data["file"]
        try:
            one = actions.receive(
                file=given.file, name=given.name, size=given.size, by=request.user, now=timezone.now()
            )
        except Refused as refusal:
            form.add_error("file", str(refusal))
        else:
            return redirect("imports:columns", one.pk)
    first = min(int(after), MOST_PASSED) if (after := request.GET.get("after", "")).isdecimal() else 0
    latest = list(queries.latest(request.user)[first : first + FOLLOWED + 1])
    context = {
        "form": form,
        "accept": forms.SUFFIXES,
        "imports": [(one, queries.options_of(one).of, one.at + tasks.KEPT_FOR) for one in latest[:FOLLOWED]],
        "days": tasks.KEPT_FOR.days,
        "next": f"?after={first + FOLLOWED}" if len(latest) > FOLLOWED else "",
        "previous": f"?after={max(0, first - FOLLOWED)}" if first else "",
    }
    return page(request, "imports/imports.html", context, status=422 if form.errors else 200)


@allow("imports.run")
@require_GET
def one_import(request: StaffRequest, pk: int) -> HttpResponse:
    """Where an import is now."""
    one = get_object_or_404(queries.seen_by(request.user), pk=pk)
    step = {State.DRAFT: "columns", State.CHECKING: "check", State.CHECKED: "check"}
    return redirect(f"imports:{step.get(State(one.state), 'run')}", one.pk)


@allow("imports.run")
@require_http_methods(["GET", "POST"])
def columns(request: StaffRequest, pk: int) -> HttpResponse:
    """What every column holds, and how the file is meant."""
    one = get_object_or_404(queries.seen_by(request.user).exclude(file=""), pk=pk)
    if one.state not in {State.DRAFT, State.CHECKED}:
        return redirect("imports:import", one.pk)
    options = queries.options_of(one)
    targets = words.targets(options.of)
    form = forms.Meaning(request.POST or None, options=options)
    if request.method == "POST":
        chosen = forms.columns(request.POST, one, targets)
        if form.is_valid() and _choose(request, one, chosen, form):
            return redirect("imports:check", one.pk)
        one.columns = chosen
    with one.file.open("rb") as stored:
        start = reading.beginning(stored.file, queries.format_of(one))
    context = {
        "one": one,
        "form": form,
        "reading": forms.Reading(None, asked=queries.format_of(one), sheets=start.sheets, of=options.of),
        "of": options.of,
        "columns": _columns(one, start),
        "targets": targets,
        "policies": words.POLICIES,
        "rows": len(start.rows),
    }
    return page(request, "imports/columns.html", context, status=422 if form.errors else 200)


@allow("imports.run")
@require_POST
def format(request: StaffRequest, pk: int) -> HttpResponse:
    """Read the file another way."""
    one = get_object_or_404(queries.seen_by(request.user).exclude(file=""), pk=pk)
    asked = queries.format_of(one)
    with one.file.open("rb") as stored:
        sheets = reading.beginning(stored.file, asked).sheets
    form = forms.Reading(request.POST, asked=asked, sheets=sheets, of=queries.options_of(one).of)
    if not form.is_valid():
        raise Refused(_("The file cannot be read this way."))
    actions.reread(one, form.chosen, of=form.cleaned_data["of"])
    return redirect("imports:columns", one.pk)


@allow("imports.run")
@require_http_methods(["GET", "POST"])
def check(request: StaffRequest, pk: int) -> HttpResponse:
    """What would happen, in numbers and examples."""
    one = get_object_or_404(queries.seen_by(request.user), pk=pk)
    if request.method == "POST":
        _begin_check(one)
        return redirect("imports:check", one.pk)
    if one.state not in {State.CHECKING, State.CHECKED, State.DRAFT}:
        return redirect("imports:run", one.pk)
    if one.state == State.DRAFT:
        return redirect("imports:columns", one.pk)
    return page(request, "imports/check.html", {"one": one, **_foretold(one)}, fragment="forecast")


@allow("imports.run")
@require_http_methods(["GET", "POST"])
def run(request: StaffRequest, pk: int) -> HttpResponse:
    """How far it is, and what became of every row."""
    one = get_object_or_404(queries.seen_by(request.user).select_related("by", "api_key"), pk=pk)
    if request.method == "POST":
        if actions.start(one, now=timezone.now()):
            later(tasks.run, import_id=one.pk)
        return redirect("imports:run", one.pk)
    if one.state in {State.DRAFT, State.CHECKING, State.CHECKED}:
        return redirect("imports:import", one.pk)
    return page(request, "imports/run.html", _result(request, one), fragment="result")


@allow("imports.run")
@require_POST
def pause(request: StaffRequest, pk: int) -> HttpResponse:
    actions.pause(get_object_or_404(queries.seen_by(request.user), pk=pk))
    return redirect("imports:run", pk)


@allow("imports.run")
@require_POST
def continuation(request: StaffRequest, pk: int) -> HttpResponse:
    one = get_object_or_404(queries.seen_by(request.user), pk=pk)
    actions.go_on(one)
    later(tasks.run, import_id=one.pk)
    return redirect("imports:run", pk)


@allow("imports.run")
@require_POST
def end(request: StaffRequest, pk: int) -> HttpResponse:
    actions.stop(get_object_or_404(queries.seen_by(request.user), pk=pk), now=timezone.now())
    return redirect("imports:import", pk)


@allow("imports.run")
@require_http_methods(["GET", "POST"])
def reversal(request: StaffRequest, pk: int) -> HttpResponse:
    """What taking the import back does, and doing it, in the background."""
    one = get_object_or_404(queries.seen_by(request.user), pk=pk)
    if request.method == "GET":
        if not one.can_be_undone:
            return redirect("imports:import", one.pk)
        return page(request, "imports/reversal.html", {"one": one, "of": queries.options_of(one).of})
    if actions.start_undo(one):
        later(tasks.undo, import_id=one.pk)
        toasts.say(request, _("The import is being taken back. This takes a while; you may go on with other things."))
    return redirect("imports:run", pk)


@allow("imports.run")
@require_POST
def removal(request: StaffRequest, pk: int) -> HttpResponse:
    """Forget an import and its file. What it brought stays."""
    one = get_object_or_404(queries.seen_by(request.user), pk=pk)
    actions.remove(one)
    toasts.say(request, _("“{name}” and what became of its rows are forgotten.").format(name=one.name))
    return redirect("imports:imports")


def _choose(request: StaffRequest, one: Import, chosen: list[dict[str, str]], form: forms.Meaning) -> bool:
    """Settle it and begin the check. False when it was refused: the form says why."""
    try:
        actions.choose(one, columns=chosen, options=form.options, now=timezone.now())
    except Refused as refusal:
        form.add_error(refusal.field or None, str(refusal))
        return False
    _begin_check(one)
    return True


def _begin_check(one: Import) -> None:
    if actions.start_check(one):
        later(tasks.check, import_id=one.pk)


def _columns(one: Import, start: reading.Beginning) -> list[Column]:
    good = [row for row in start.rows if row.fault is None]
    found = []
    for number, (heading, column) in enumerate(zip(one.headings, one.columns, strict=True)):
        values = [row.cells[number].strip() for row in good if number < len(row.cells)]
        shown = [value[:60] for value in dict.fromkeys(values) if value][:SHOWN_VALUES]
        found.append(Column(number, heading, shown, column["target"], column["policy"]))
    return found


def _foretold(one: Import) -> dict[str, Any]:
    """The forecast, as the page shows it."""
    forecast = one.forecast
    if not forecast:
        return {"forecast": None}
    own = words.own_fields()
    of = queries.options_of(one).of
    changes = words.changed([(told["before"], told["after"]) for told in forecast["changed"]], of=of)
    changed = [{**told, "changes": found} for told, found in zip(forecast["changed"], changes, strict=True)]
    touched = [(words.target_label(name, own, of=of), times) for name, times in forecast["fields"].items()]
    return {
        "forecast": forecast,
        "of": of,
        "companies": {"created": 0, "updated": 0, "vat_id": 0, "name": 0, **forecast.get("companies", {})},
        "reasons": _sentences(forecast["reasons"]),
        "warnings": _sentences(forecast.get("warnings", [])),
        "changed": changed,
        "new": _new(forecast["new"]),
        "has_owners": any(told.get("owner") for told in forecast["new"]),
        "touched": touched,
        "coming": forecast["created"] + forecast["updated"],
        "kinds": [(label, forecast[kind]) for kind, label in words.KINDS],
    }


def _new(told: list[dict[str, Any]]) -> list[dict[str, Any]]:
    owners = User.objects.in_bulk({one["owner"] for one in told if one.get("owner")})
    return [
        {**one, "owner": owners.get(one.get("owner") or 0), "met": words.KNOWN_BY.get(one.get("known_by", ""), "")}
        for one in told
    ]


def _sentences(told: list[dict[str, Any]]) -> list[dict[str, Any]]:
    return [{**one, "sentence": words.reason(Fault(one["code"], one["heading"], one["value"]))} for one in told]


def _result(request: StaffRequest, one: Import) -> dict[str, Any]:
    kind = request.GET.get("rows", "")
    if kind not in outcomes.KINDS:
        kind = next((name for name in ("created", "updated", "refused") if getattr(one, name)), "created")
    after = request.GET.get("after", "")
    lines = queries.lines(one, kind, after=after, seen=reach.owners(request.user))
    waiting = queries.refusals(one, after=after)[0] if kind == outcomes.REFUSED else []
    path = reverse("imports:run", args=[one.pk])
    of = queries.options_of(one).of
    changes = words.changed([(line.outcome.before, line.outcome.after) for line in lines.lines], of=of)
    shown = [
        {
            "row": line.outcome.row,
            "contact": line.contact,
            "company": line.company,
            "met": words.KNOWN_BY.get(line.outcome.known_by, ""),
            "changes": found,
            "reasons": [(fault.heading, words.reason(fault)) for fault in line.outcome.faults],
        }
        for line, found in zip(lines.lines, changes, strict=True)
    ]
    return {
        "one": one,
        "kind": kind,
        "of": of,
        "lines": shown,
        "after": after,
        "waiting": mending.shown(one, waiting),
        "next": f"?rows={kind}&after={lines.after}" if lines.after else "",
        "tabs": [(label, f"{path}?rows={name}", name == kind, getattr(one, name)) for name, label in words.KINDS],
        "kept": _kept(one, reach.owners(request.user)),
        "said": ngettext("%(number)s row", "%(number)s rows", one.position) % {"number": written.number(one.position)},
    }


def _kept(one: Import, seen: Owners) -> list[dict[str, Any]]:
    told = one.kept.get("values", [])[:50]
    people = seen_ids({value["contact"] for value in told if value.get("contact")}, Record.CONTACT, seen)
    told = [value for value in told if value.get("contact") in people] if seen is not None else told
    of = queries.options_of(one).of
    pairs = [({one["field"]: one["expected"]}, {one["field"]: one["present"]}) for one in told]
    return [
        {**value, "label": label if value["field"] else "", "expected": expected, "present": present}
        for value, [(label, expected, present)] in zip(told, words.changed(pairs, of=of), strict=True)
    ]
