"""Fields of one's own: made, changed, ordered and archived, without code."""

from collections.abc import Iterable
from datetime import datetime
from typing import Any

from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_POST

from relacja.contacts import actions, dates, field_forms, field_kinds, fields, queries, uses
from relacja.contacts.models import Field, Meaning, Notice, Record
from relacja.lib.errors import Refused
from relacja.staff.access import allow
from relacja.staff.http import StaffRequest
from relacja.ui import toasts
from relacja.ui.pages import page


@allow("contacts.fields")
@require_GET
def settings(request: StaffRequest) -> HttpResponse:
    of = _record(request)
    path = reverse("contacts:fields")
    context = {
        "of": of,
        "tabs": [
            (_("Contacts"), path, of == Record.CONTACT, None),
            (_("Companies"), f"{path}?of=company", of == Record.COMPANY, None),
        ],
        "own": fields.of_people(of),
        "archived": fields.of_people(of, archived=True),
        "built_in": [*fields.built_in(of), *fields.marks(of)],
        "kinds": field_kinds.offered(),
        "suggested": dates.suggestions(of),
        "added_noticed": Notice.objects.filter(path=dates.ADDED).exists(),
    }
    return page(request, "contacts/fields.html", context, fragment="own")


@allow("contacts.fields")
def new(request: StaffRequest, kind: str) -> HttpResponse:
    of = _record(request)
    offered = {one.code: one for one in field_kinds.offered()}
    if kind not in offered:
        raise Http404
    suggested = next((one for one in dates.suggestions(of) if one.key == request.GET.get("like")), None)
    initial = suggested.initial if suggested and kind == "date" else {}
    form = field_forms.FieldSettings(request.POST or None, kind=offered[kind], of=of, initial=initial)
    if request.method == "POST" and form.is_valid():
        now = timezone.now()
        try:
            target = Record(form.cleaned_data.get("target", Record.CONTACT))
            field = actions.make_field(
                of,
                kind=kind,
                target=target,
                now=now,
                default=form.cleaned_data["default"],
                key=suggested.key if initial and suggested else "",
                **form.asked,
            )
            _notice(field, field_forms.noticed(form.cleaned_data), now=now)
        except Refused as refusal:
            _say_in(form, refusal)
        else:
            toasts.say(request, _("The field “{label}” is there.").format(label=field.label))
            return redirect(_list(field))
    return page(
        request,
        "contacts/field.html",
        {"form": form, "of": of, "kind": offered[kind]},
        status=422 if form.errors else 200,
    )


@allow("contacts.fields")
def edit(request: StaffRequest, pk: int) -> HttpResponse:
    field = get_object_or_404(Field, pk=pk)
    kind = field_kinds.of(field.kind)
    form = field_forms.FieldSettings(request.POST or None, kind=kind, of=Record(field.of), field=field)
    if request.method == "POST" and form.is_valid():
        try:
            actions.change_field(
                field,
                named=form.named,
                default=form.cleaned_data["default"],
                **form.asked,
            )
            _notice(field, field_forms.noticed(form.cleaned_data), now=timezone.now())
        except Refused as refusal:
            _say_in(form, refusal)
        else:
            toasts.say(request, _("Saved."))
            return redirect(_list(field))
    context = {"form": form, "of": Record(field.of), "kind": kind, "field": field, "known": fields.made(field)}
    return page(request, "contacts/field.html", context, status=422 if form.errors else 200)


@allow("contacts.fields")
@require_POST
def suggestion(request: StaffRequest, key: str) -> HttpResponse:
    """Make a field that many need, in one click. What is kept only with a basis is asked for it first."""
    of = _record(request)
    found = next((one for one in dates.suggestions(of) if one.key == key), None)
    if found is None:
        raise Http404
    if found.meaning == Meaning.BIRTHDAY:
        return redirect(f"{reverse('contacts:new-field', args=['date'])}?of={of}&like={key}")
    now = timezone.now()
    field = actions.make_field(of, kind="date", label=str(found.label), meaning=found.meaning, key=key, now=now)
    _notice(field, found.noticed, now=now)
    toasts.say(request, _("The field “{label}” is there.").format(label=field.label))
    return redirect(_list(field))


@allow("contacts.fields")
def added(request: StaffRequest) -> HttpResponse:
    """Which days of the anniversary of being added are written into the history."""
    form = field_forms.Notices(request.POST or None, path=dates.ADDED)
    if request.method == "POST" and form.is_valid():
        actions.notice(dates.ADDED, field_forms.noticed(form.cleaned_data), now=timezone.now())
        toasts.say(request, _("Saved."))
        return redirect("contacts:fields")
    return page(request, "contacts/added.html", {"form": form}, status=422 if form.errors else 200)


@allow("contacts.fields")
@require_POST
def place(request: StaffRequest, pk: int) -> HttpResponse:
    """One up or one down."""
    field = get_object_or_404(Field, pk=pk)
    actions.move_field(field, up=request.POST.get("to") == "up")
    return redirect(_list(field))


@allow("contacts.fields")
def removal(request: StaffRequest, pk: int) -> HttpResponse:
    """What speaks of the field and who has a value in it; a POST archives it."""
    field = get_object_or_404(Field, pk=pk)
    if request.method == "POST":
        actions.archive_field(field, now=timezone.now())
        undo = reverse("contacts:field-restoration", args=[pk])
        toasts.say(
            request, _("The field “{label}” is archived. Its values are kept.").format(label=field.label), undo=undo
        )
        return redirect(_list(field))
    known = fields.made(field)
    context: dict[str, Any] = {"field": field, "uses": uses.of(known), "filled": queries.filled_in(known)}
    return page(request, "contacts/field_removal.html", context)


@allow("contacts.fields")
@require_POST
def restoration(request: StaffRequest, pk: int) -> HttpResponse:
    field = get_object_or_404(Field, pk=pk)
    actions.restore_field(field)
    toasts.say(request, _("The field “{label}” is in use again.").format(label=field.label))
    return redirect(_list(field))


def _record(request: StaffRequest) -> Record:
    return Record.COMPANY if request.GET.get("of") == Record.COMPANY else Record.CONTACT


def _list(field: Field) -> str:
    return f"{reverse('contacts:fields')}?of={field.of}"


def _notice(field: Field, days: Iterable[int], *, now: datetime) -> None:
    """The history is one of people: dates of companies are not written into it."""
    if field.of == Record.CONTACT and field.kind == "date":
        actions.notice(fields.made(field).path, days, now=now)


def _say_in(form: field_forms.FieldSettings, refusal: Refused) -> None:
    form.add_error(refusal.field if refusal.field in form.fields else None, str(refusal))
