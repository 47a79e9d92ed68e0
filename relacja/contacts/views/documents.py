"""Documents of contacts and companies: attached, found, loaded, removed."""

from typing import Any

from django.http import FileResponse, Http404, HttpResponse, HttpResponseBase
from django.shortcuts import get_object_or_404, redirect
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_GET, require_POST

from relacja.contacts import queries, reach, shelf
from relacja.contacts.actions import document as attaching
from relacja.contacts.models import Company, Contact
from relacja.contacts.views.one import changing, load, load_firm
from relacja.lib.text import cleaned
from relacja.staff.access import allow
from relacja.staff.http import StaffRequest
from relacja.staff.toasts import changed
from relacja.ui.pages import page


@allow("contacts.view")
@require_GET
def documents(request: StaffRequest) -> HttpResponse:
    """The documents of whom one sees, newest first, or those whose name contains what is looked for."""
    text = cleaned(request.GET.get("q", ""))[:200]
    before = request.GET.get("before", "")
    number = int(before) if before.isascii() and before.isdigit() and len(before) < 19 else None
    found = list(queries.documents(text, before=number, seen=reach.owners(request.user))[: queries.PAGE + 1])
    shown = found[: queries.PAGE]
    context = {
        "documents": shown,
        "text": text,
        "before": shown[-1].pk if len(found) > queries.PAGE else None,
        "now": timezone.now(),
    }
    return page(request, "contacts/documents.html", context, fragment="list")


@allow("contacts.edit")
@require_POST
def of_contact(request: StaffRequest, pk: int) -> HttpResponse:
    """Attach files to a contact."""
    return _attach(request, load(request.user, pk), "contacts:contact")


@allow("contacts.edit")
@require_POST
def of_company(request: StaffRequest, pk: int) -> HttpResponse:
    """Attach files to a company."""
    return _attach(request, load_firm(request.user, pk), "contacts:company")


@allow("contacts.view")
@require_GET
def document(request: StaffRequest, pk: int) -> HttpResponseBase:
    """The file, to be saved: no browser shows it as a page of ours, whatever is in it."""
    found = get_object_or_404(reach.documents(request.user).there(), pk=pk)
    try:
        file = shelf.open_at(found.digest)
    except FileNotFoundError as error:
        raise Http404 from error
    answer = FileResponse(file, as_attachment=True, filename=found.name, content_type=found.media_type)
    answer["X-Content-Type-Options"] = "nosniff"
    answer["Content-Security-Policy"] = "default-src 'none'; sandbox"
    answer["Cache-Control"] = "private, no-store"
    return answer


@allow("contacts.edit")
@require_POST
def removal(request: StaffRequest, pk: int) -> HttpResponse:
    """Put a document in the trash; the toast takes it back."""
    found = get_object_or_404(reach.documents(request.user).there().select_related("contact", "company"), pk=pk)
    with changing(request, "documents.removed") as made:
        attaching.remove_document(found, by=request.user, now=timezone.now(), into=made)
    changed(request, _("“{name}” is in the trash.").format(name=found.name), made.change_set)
    return _back(found.record)


def _attach(request: StaffRequest, record: Contact | Company, place: str) -> HttpResponse:
    files: list[Any] = request.FILES.getlist("files")
    with changing(request, "documents.added") as made:
        rows = attaching.attach(record, files, by=request.user, now=timezone.now(), into=made)
    words = ngettext("%(n)d document is attached.", "%(n)d documents are attached.", len(rows))
    changed(request, words % {"n": len(rows)}, made.change_set)
    return redirect(place, record.pk)


def _back(record: Contact | Company) -> HttpResponse:
    return redirect("contacts:contact" if isinstance(record, Contact) else "contacts:company", record.pk)
