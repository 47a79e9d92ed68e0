"""One cell of a list, changed in its place."""

from urllib.parse import urlsplit

from django.http import Http404, HttpResponse, QueryDict
from django.shortcuts import redirect
from django.utils import timezone
from django.utils.html import escape
from django.utils.safestring import mark_safe
from django.utils.translation import gettext as _

from relacja.contacts import columns, forms
from relacja.contacts.forms import Fact
from relacja.contacts.models import Contact, Record
from relacja.contacts.views import editing
from relacja.contacts.views.one import load, load_firm
from relacja.lib.errors import Refused
from relacja.staff.access import allow
from relacja.staff.http import StaffRequest
from relacja.ui.pages import page

BEFORE_COLUMNS = 2  # the box, and who it is


@allow("contacts.edit")
def cell(request: StaffRequest, pk: int, path: str) -> HttpResponse:
    """The form of a cell; a POST saves it and draws the cell anew. A refusal is said in the form."""
    contact = load(request.user, pk)
    column = columns.offered().get(path)
    if column is None or column.known is None:
        raise Http404
    if not request.htmx:
        return redirect("contacts:contact", pk)
    if contact.archived_at:
        raise Refused(_("This contact is archived. Take them back first."))
    own = [column.known] if column.known.field else []
    fact = Fact(path, column.label, () if own else (path,), column.known if own else None)
    present = editing.present(contact, fact.fields)
    form = forms.Details(
        request.POST or None, names=fact.fields, initial=present, own=own, contact=contact, auto_id="cell-%s"
    )
    if request.method == "POST" and form.is_valid() and editing.saved(request, contact, fact, form):
        contact.refresh_from_db()
        drawn = columns.cell(contact, column, now=timezone.now())
        told = {"drawn": mark_safe(drawn), "beside": _beside(request, contact)}  # noqa: S308
        return page(request, "contacts/cell.html", told, fragment="drawn")
    context = {"contact": contact, "column": column, "form": form}
    return page(request, "contacts/cell.html", context, fragment="form", status=422 if form.errors else 200)


def _beside(request: StaffRequest, contact: Contact) -> list[tuple[str, str]]:
    """What else of the row may say something else now, by where it stands: the name, and cells nobody edits."""
    row, query = f"#contact-{contact.pk}", QueryDict(urlsplit(request.htmx.current_url or "").query)
    shown = columns.chosen(columns.paths(query.getlist("columns")), columns.offered())
    found: list[tuple[str, str]] = [(f"{row} .who > .truncate", escape(str(contact)))]
    for place, one in enumerate(shown, start=BEFORE_COLUMNS + 1):
        if not one.is_editable:
            drawn = mark_safe(columns.cell(contact, one, now=timezone.now()))  # noqa: S308
            found.append((f"{row} > td:nth-child({place})", drawn))
    return found


@allow("contacts.edit")
def company_cell(request: StaffRequest, pk: int, path: str) -> HttpResponse:
    """The same of the list of companies."""
    firm = load_firm(request.user, pk)
    column = columns.offered(Record.COMPANY).get(path)
    if column is None or column.known is None:
        raise Http404
    if not request.htmx:
        return redirect("contacts:company", pk)
    if firm.archived_at:
        raise Refused(_("This company is archived. Take it back first."))
    form = forms.Firm(request.POST or None, known=[column.known], company=firm, auto_id="cell-%s")
    if request.method == "POST" and form.is_valid() and editing.saved_firm(request, firm, column.label, form):
        drawn = columns.cell(firm, column, now=timezone.now())
        return page(request, "contacts/cell.html", {"drawn": mark_safe(drawn)}, fragment="drawn")  # noqa: S308
    context = {"column": column, "form": form}
    return page(request, "contacts/cell.html", context, fragment="form", status=422 if form.errors else 200)
