"""What is done with many people at once: chosen one by one, or everybody whom a list leaves."""

import json
from typing import Any
from urllib.parse import urlencode

from django.core.files.storage import default_storage
from django.db.models import Q, QuerySet
from django.http import FileResponse, Http404, HttpResponse, HttpResponseBase, QueryDict
from django.shortcuts import get_object_or_404, redirect
from django.urls import reverse
from django.utils import timezone
from django.utils.html import format_html
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_GET, require_POST
from pyroaring import BitMap64

from relacja.contacts import columns, deeds, forms, listing, narrowing, reach, tasks
from relacja.contacts.actions import several
from relacja.contacts.actions import tags as tagging_of
from relacja.contacts.listing import firms
from relacja.contacts.models import Batch, Record, Refusal
from relacja.contacts.views import lists
from relacja.contacts.views.firms import filters_of as firms_of
from relacja.contacts.views.people import filters_of
from relacja.jobs.work import later
from relacja.lib.errors import Refused
from relacja.staff.access import allow
from relacja.staff.changes import may_undo, one_set
from relacja.staff.http import StaffRequest
from relacja.staff.toasts import changed
from relacja.ui import toasts, written
from relacja.ui.pages import page

REFUSED_SHOWN = 100


@allow("contacts.edit")
@require_POST
def owner(request: StaffRequest, of: str = Record.CONTACT) -> HttpResponse:
    """Take over the chosen contacts."""
    return _begin(request, "change", {"path": "owner", "value": request.user.pk}, of=of)


@allow("contacts.archive")
@require_POST
def archive(request: StaffRequest, of: str = Record.CONTACT) -> HttpResponse:
    """Put the chosen contacts away; the toast takes them back."""
    return _begin(request, "archive", of=of)


@allow("contacts.archive")
@require_POST
def restoration(request: StaffRequest, of: str = Record.CONTACT) -> HttpResponse:
    """Take the chosen contacts back."""
    return _begin(request, "restore", of=of)


@allow("contacts.archive")
@require_POST
def trash(request: StaffRequest, of: str = Record.CONTACT) -> HttpResponse:
    """Put the chosen contacts in the trash; the toast takes them out."""
    return _begin(request, "discard", of=of)


@allow("contacts.archive")
@require_POST
def retrieval(request: StaffRequest, of: str = Record.CONTACT) -> HttpResponse:
    """Take the chosen contacts out of the trash."""
    return _begin(request, "retrieve", of=of)


@allow("contacts.view")
@require_POST
def those(request: StaffRequest) -> HttpResponse:
    """The list of the ticked people and nobody else, to keep as a view or as a segment."""
    if request.POST.get("all"):
        return redirect(f"{reverse('contacts:contacts')}{_list(request)}")
    tree = narrowing.answers().among(_people(request, Record.CONTACT))
    rule = narrowing.read(json.dumps(tree), at=timezone.now())
    return redirect(f"{reverse('contacts:contacts')}?{urlencode({'rule': rule.text})}")


@allow("contacts.edit")
@require_POST
def change(request: StaffRequest, of: str = Record.CONTACT) -> HttpResponse:
    """Give a field of the chosen contacts one value: first which field, then which value."""
    known = {one.path: one for one in deeds.changeable(Record(of))}
    chosen = known.get(request.POST.get("path", ""))
    is_typed = "value" in request.POST and request.POST.get("do") == "change"
    form = forms.OneValue(request.POST if is_typed else None, known=chosen) if chosen else None
    if form and is_typed and form.is_valid():
        return _begin(request, "change", {"path": form.known.path, "value": form.value}, of=of)
    count = len(_people(request, of))
    context = {"known": known.values(), "chosen": chosen, "form": form, "count": count, **_carried(request, of)}
    status = 422 if form and form.errors else 200
    return page(request, "contacts/change.html", context, fragment="change", status=status)


@allow("contacts.edit")
@require_POST
def tagging(request: StaffRequest, of: str = Record.CONTACT) -> HttpResponse:
    """Put tags on the chosen contacts, or take some off: first which, then it is done."""
    doing = {"tag": "tag", "untag": "untag"}.get(request.POST.get("do", ""))
    form = forms.Tagging(request.POST if doing else None)
    may_make = request.user.may("contacts.tags")
    context = {"form": form, "count": len(_people(request, of)), "may_make": may_make, **_carried(request, of)}
    if doing is None or not form.is_valid():
        return page(request, "contacts/tagging.html", context, status=422 if form.errors else 200)
    may_make, names, now = may_make and doing == "tag", form.cleaned_data["names"], timezone.now()
    try:
        with one_set("tags.made", by=request.user, source="staff", now=now) as made:
            named = tagging_of.tags_named(names, may_make=may_make, now=now, by=request.user, into=made)
    except Refused as refusal:
        form.add_error("names", str(refusal))
        return page(request, "contacts/tagging.html", context, status=422)
    return _begin(request, doing, {"tags": sorted({tag.pk for tag in [*form.cleaned_data["tags"], *named]})}, of=of)


@allow("contacts.export")
@require_POST
def export(request: StaffRequest, of: str = Record.CONTACT) -> HttpResponse:
    """Take the chosen contacts out as a file: first how it shall be written."""
    is_sent = request.POST.get("do") == "export"
    form = forms.Export(request.POST if is_sent else None, label_suffix="")
    if not is_sent or not form.is_valid():
        context = {"form": form, "count": len(_people(request, of)), "who": _who(request, of), **_carried(request, of)}
        return page(request, "contacts/export.html", context, status=422 if is_sent else 200)
    query = QueryDict(_list(request).removeprefix("?"))
    usual = columns.USUAL if of == Record.CONTACT else columns.USUAL_OF_FIRMS
    asked = columns.paths(query.getlist("columns"))
    shown = [one.path for one in columns.chosen(asked, columns.offered(Record(of)), usual)]
    return _begin(request, deeds.EXPORT, {**form.cleaned_data, "columns": shown}, of=of)


@allow("contacts.view")
@require_GET
def batch(request: StaffRequest, pk: int) -> HttpResponse:
    """How far it is; what came of it when it is done."""
    found = _mine(request, pk)
    context = {
        "batch": found,
        "title": deeds.of(found.of, found.doing).title,
        "refusals": _refusals(request, found),
        "may_undo": found.changes is not None
        and not hasattr(found.changes, "undoing")
        and found.doing != deeds.EXPORT
        and may_undo(found.changes, request.user),
    }
    return page(request, "contacts/batch.html", context, fragment="batch")


@allow("contacts.view")
@require_POST
def end(request: StaffRequest, pk: int) -> HttpResponse:
    """Stop it; what is done stays, and can be taken back."""
    _mine(request, pk).stop(at=timezone.now())
    return redirect("contacts:batch", pk)


@allow("contacts.export")
@require_GET
def file(request: StaffRequest, pk: int) -> HttpResponseBase:
    """The file of an export, for whoever made it."""
    found = _mine(request, pk)
    if not found.path or not default_storage.exists(found.path):
        raise Http404
    what = _("contacts") if found.of == Record.CONTACT else _("companies")
    name = f"{what}-{timezone.localtime(found.at):%Y-%m-%d}.{found.path.rpartition('.')[2]}"
    return FileResponse(default_storage.open(found.path), as_attachment=True, filename=name)


def _begin(
    request: StaffRequest, doing: str, options: dict[str, Any] | None = None, *, of: str = Record.CONTACT
) -> HttpResponse:
    back = f"{reverse(lists.PLACES[Record(of)])}{_list(request)}"
    return begin(request, doing, _people(request, of), options or {}, of=Record(of), back=back)


def begin(
    request: StaffRequest,
    doing: str,
    people: BitMap64,
    options: dict[str, Any],
    *,
    back: str,
    of: Record = Record.CONTACT,
) -> HttpResponse:
    """Few records are done at once, and a toast takes it back; many take their time on a page of their own."""
    now = timezone.now()
    people = reach.seen_ids(people, of, reach.owners(request.user))
    made = several.begin(doing, people, by=request.user, now=now, options=options, of=of)
    if doing == deeds.EXPORT:
        Batch.objects.filter(pk=made.pk).update(changes=several.written_down(made, now=now))
    if doing == deeds.EXPORT or made.total > several.AT_ONCE:
        later(tasks.do_batch, batch_id=made.pk)
        return redirect("contacts:batch", made.pk)
    while several.step(made, now=now):
        pass
    done = deeds.of(made.of, made.doing)
    changed(request, done.said(made.total - made.refused, made.options, by=made.by_id), made.changes)
    if made.refused:
        href = reverse("contacts:batch", args=[made.pk])
        toasts.warn(request, format_html('{} <a class="link" href="{}">{}</a>', _stayed(made), href, _("Why?")))
    return redirect(back)


def _stayed(made: Batch) -> str:
    n = made.refused
    if made.of == Record.COMPANY:
        words = ngettext("%(number)s company stays as it was.", "%(number)s companies stay as they were.", n)
    else:
        words = ngettext("%(number)s person stays as they were.", "%(number)s people stay as they were.", n)
    return words % {"number": written.number(n)}


def _people(request: StaffRequest, of: str) -> BitMap64:
    """Whom it is about, of those one sees: the ticked ones, or everybody whom the list they were ticked on leaves."""
    if request.POST.get("all") and of == Record.COMPANY:
        query = QueryDict(_list(request).removeprefix("?"))
        return firms.everybody(firms_of(query, request.user))
    if request.POST.get("all"):
        return listing.everybody(filters_of(QueryDict(_list(request).removeprefix("?")), request.user))
    given = request.POST.getlist("ids")
    ticked = BitMap64(int(text) for text in given if text.isascii() and text.isdigit() and len(text) < 19)
    ids = reach.seen_ids(ticked, of, reach.owners(request.user))
    if not ids:
        raise Refused(_("Choose some people first.") if of == Record.CONTACT else _("Choose some companies first."))
    return ids


def _who(request: StaffRequest, of: str) -> str:
    """The rule of the list in words, where everybody is meant whom it leaves."""
    text = QueryDict(_list(request).removeprefix("?")).get("rule", "") if request.POST.get("all") else ""
    return narrowing.read(text, at=timezone.now(), viewer=request.user.pk, of=Record(of)).sentence if text else ""


def _list(request: StaffRequest) -> str:
    query = request.POST.get("list", "")
    return query if query.startswith("?") else ""


def _carried(request: StaffRequest, of: str) -> dict[str, Any]:
    """The choice, for the next step to carry along."""
    names = ("all", "list", "ids")
    return {
        "carried": [(name, value) for name in names for value in request.POST.getlist(name) if value],
        "back": f"{reverse(lists.PLACES[Record(of)])}{_list(request)}",
        "of": of,
    }


def _refusals(request: StaffRequest, batch: Batch) -> QuerySet[Refusal]:
    """Who stays as they were, of those one still sees."""
    people, firms = reach.people(request.user).values("pk"), reach.firms(request.user).values("pk")
    there = batch.refusals.select_related("contact", "company").order_by("pk")
    if reach.owners(request.user) is not None:
        there = there.filter(Q(contact__in=people) | Q(company__in=firms))
    return there[:REFUSED_SHOWN]


def _mine(request: StaffRequest, pk: int) -> Batch:
    return get_object_or_404(Batch.objects.select_related("changes", "by"), pk=pk, by=request.user)
