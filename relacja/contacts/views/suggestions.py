"""Contacts and companies to choose from while one types."""

from collections.abc import Callable, Iterator

from django.http import Http404, HttpResponse
from django.utils.html import format_html_join
from django.views.decorators.http import require_GET

from relacja.contacts import reach, searching
from relacja.contacts.models import Company
from relacja.lib.text import cleaned, folded
from relacja.staff.access import allow
from relacja.staff.http import StaffRequest
from relacja.staff.reach import Owners

MOST = 8
Offered = Iterator[tuple[str, str]]


@allow("contacts.view")
@require_GET
def suggestions(request: StaffRequest, of: str) -> HttpResponse:
    """Choices for an input: what it takes, and beside it by what one tells them apart. Few words are answered."""
    if of not in _OFFERS:
        raise Http404
    text = cleaned(request.GET.get("q", ""))[:200].lstrip("#")
    offered = _OFFERS[of](text, reach.owners(request.user)) if text else iter(())
    return HttpResponse(format_html_join("", '<option value="{}">{}</option>', offered))


def _contacts(text: str, seen: Owners) -> Offered:
    for contact in reach.among_people(searching.found(text), seen).select_related("company")[:MOST]:
        detail = contact.email or (contact.company.name if contact.company else contact.city)
        yield f"#{contact.pk} {contact}", detail


def _companies(text: str, seen: Owners) -> Offered:
    for company in _called(text, seen):
        yield f"#{company.pk} {company}", company.city


def _names(text: str, seen: Owners) -> Offered:
    for company in _called(text, seen):
        yield company.name, company.city


def _called(text: str, seen: Owners) -> list[Company]:
    found = Company.objects.filter(archived_at=None, name_key__contains=folded(text)[:200])
    return list(reach.among_firms(found, seen).order_by("name_key", "pk")[:MOST])


_OFFERS: dict[str, Callable[[str, Owners], Offered]] = {
    "contact": _contacts,
    "company": _companies,
    "company-name": _names,
}
