"""What external data there is, and the ways to more of it."""

from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from relacja.external import actions, forms
from relacja.external.models import Connection, ConnectionKind, Source
from relacja.external.places import folder
from relacja.lib.errors import Refused, Unavailable
from relacja.staff.access import allow
from relacja.staff.http import StaffRequest
from relacja.ui import toasts, uploads
from relacja.ui.pages import page

SHOWN_TABLES = 200


@allow("external.edit")
@require_GET
def sources(request: StaffRequest) -> HttpResponse:
    """Every source with the age of its values, and the connections."""
    found = list(Source.objects.select_related("connection").order_by("pk"))
    context = {
        "sources": [one for one in found if one.archived_at is None],
        "archived": [one for one in found if one.archived_at is not None],
        "connections": Connection.objects.order_by("name"),
        "kinds": ConnectionKind.choices,
        "may_connect": request.user.may("external.connect"),
        "now": timezone.now(),
    }
    return page(request, "external/sources.html", context)


@allow("external.edit")
@require_http_methods(["GET", "POST"])
def new(request: StaffRequest) -> HttpResponse:
    """A source out of a file; or the ways to a folder and to tables of databases."""
    is_sent = request.method == "POST"
    form = forms.Upload(request.POST if is_sent else None, request.FILES if is_sent else None, label_suffix="")
    if uploads.is_full(request):
        form.errors.clear()
        form.add_error("file", _("The disk of the server is full. Nothing was loaded."))
    elif is_sent and form.is_valid():
        given = form.cleaned_data["file"]
        try:
            made = actions.upload(file=given.file, name=given.name, size=given.size, now=timezone.now())
        except Refused as refusal:
            form.add_error("file", str(refusal))
        else:
            return redirect("external:columns", made.pk)
    return _new(request, form, forms.Drop(label_suffix=""))


@allow("external.edit")
@require_POST
def new_of_folder(request: StaffRequest) -> HttpResponse:
    """A source out of files that others leave in the folder."""
    form = forms.Drop(request.POST, label_suffix="")
    if form.is_valid():
        try:
            made = actions.from_folder(form.cleaned_data["pattern"], now=timezone.now())
        except (Refused, Unavailable) as refusal:
            form.add_error("pattern", str(refusal))
        else:
            return redirect("external:columns", made.pk)
    return _new(request, forms.Upload(label_suffix=""), form)


def _new(request: StaffRequest, form: forms.Upload, drop: forms.Drop) -> HttpResponse:
    dropped, trouble = [], ""
    if folder.is_named():
        try:
            dropped = folder.offered()
        except Unavailable as failure:
            trouble = str(failure)
    context = {
        "form": form,
        "accept": forms.SUFFIXES,
        "drop": drop,
        "is_named": folder.is_named(),
        "dropped": dropped,
        "trouble": trouble,
        "connections": Connection.objects.order_by("name"),
        "kinds": ConnectionKind.choices,
        "may_connect": request.user.may("external.connect"),
    }
    return page(request, "external/new.html", context, status=422 if form.errors or drop.errors else 200)


@allow("external.edit")
@require_http_methods(["GET", "POST"])
def tables(request: StaffRequest, pk: int) -> HttpResponse:
    """What a database offers; a POST makes a source out of one of its tables."""
    connection = get_object_or_404(Connection, pk=pk)
    text = request.GET.get("q", "").strip()
    context = {"connection": connection, "q": text}
    try:
        if request.method == "POST":
            schema, name = request.POST.get("schema", ""), request.POST.get("table", "")
            made = actions.from_table(connection, schema, name, now=timezone.now())
            return redirect("external:columns", made.pk)
        found = [one for one in actions.look(connection) if text.lower() in str(one).lower()]
    except Unavailable as failure:
        return page(request, "external/tables.html", {**context, "trouble": str(failure)}, fragment="tables")
    context |= {"tables": found[:SHOWN_TABLES], "more": len(found) - SHOWN_TABLES}
    return page(request, "external/tables.html", context, fragment="tables")


@allow("external.connect")
@require_http_methods(["GET", "POST"])
def new_connection(request: StaffRequest, kind: str) -> HttpResponse:
    """A database to read from."""
    chosen = ConnectionKind(kind) if kind in ConnectionKind.values else ConnectionKind.POSTGRESQL
    form = forms.ConnectionDetails(request.POST or None, kind=chosen)
    if request.method == "POST" and form.is_valid():
        try:
            made = actions.connect(kind=chosen, now=timezone.now(), **form.cleaned_data)
        except Refused as refusal:
            form.add_error(refusal.field if refusal.field in form.fields else None, str(refusal))
        else:
            return _tried(request, made)
    context = {"form": form, "kind": chosen}
    return page(request, "external/connection.html", context, status=422 if form.errors else 200)


@allow("external.connect")
@require_http_methods(["GET", "POST"])
def connection(request: StaffRequest, pk: int) -> HttpResponse:
    """Another address or password."""
    found = get_object_or_404(Connection, pk=pk)
    form = forms.ConnectionDetails(request.POST or None, kind=found.kind, connection=found)
    if request.method == "POST" and form.is_valid():
        try:
            actions.change_connection(found, **form.cleaned_data)
        except Refused as refusal:
            form.add_error(refusal.field if refusal.field in form.fields else None, str(refusal))
        else:
            return _tried(request, found)
    context = {"form": form, "kind": ConnectionKind(found.kind), "connection": found, "sources": found.sources.all()}
    return page(request, "external/connection.html", context, status=422 if form.errors else 200)


@allow("external.edit")
@require_POST
def trial(request: StaffRequest, pk: int) -> HttpResponse:
    """Whether the database answers."""
    return _tried(request, get_object_or_404(Connection, pk=pk))


@allow("external.connect")
@require_POST
def disconnection(request: StaffRequest, pk: int) -> HttpResponse:
    found = get_object_or_404(Connection, pk=pk)
    actions.disconnect(found)
    toasts.say(request, _("The connection “{name}” is gone, with its password.").format(name=found.name))
    return redirect("external:sources")


def _tried(request: StaffRequest, found: Connection) -> HttpResponse:
    """To what the database offers, or back to where its address stands, with the reason."""
    try:
        actions.look(found)
    except (Refused, Unavailable) as failure:
        toasts.warn(request, str(failure))
        may_connect = request.user.may("external.connect")
        return redirect(reverse("external:connection", args=[found.pk]) if may_connect else "external:sources")
    toasts.say(request, _("“{name}” answers.").format(name=found.name))
    return redirect("external:tables", found.pk)
