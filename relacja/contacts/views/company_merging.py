"""Merging two companies, side by side and field by field."""

from dataclasses import dataclass
from typing import Any

from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.utils import timezone
from django.utils.text import capfirst
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET

from relacja.contacts import fields, plain, reach
from relacja.contacts.actions.company_merge import merge_companies
from relacja.contacts.models import Company, Contact, Document, Record
from relacja.contacts.views.one import changing
from relacja.lib.errors import Refused
from relacja.staff.access import allow
from relacja.staff.http import StaffRequest
from relacja.staff.reach import Owners
from relacja.staff.toasts import changed
from relacja.ui.pages import page

LOSERS = "loser"


@dataclass(frozen=True, slots=True)
class Line:
    """One field of both, in words; the loser's is proposed where the winner says nothing."""

    field: str
    label: str
    winners: str
    losers: str
    takes_losers: bool


@allow("contacts.merge")
@require_GET
def chosen(request: StaffRequest) -> HttpResponse:
    """The two that are ticked on the list."""
    ids = {int(text) for text in request.GET.getlist("ids") if text.isascii() and text.isdigit() and len(text) < 19}
    if len(ids) != 2:
        raise Refused(_("Choose exactly two companies to merge."))
    return redirect("contacts:company-merge", *sorted(ids))


@allow("contacts.merge")
def dialogue(request: StaffRequest, pk: int, other: int) -> HttpResponse:
    """Both side by side; a POST merges them: the first stays."""
    winner, loser = (
        get_object_or_404(reach.firms(request.user).filter(archived_at=None), pk=one) for one in (pk, other)
    )
    lines = _lines(winner, loser)
    if request.method != "POST":
        sides = [(one, *_counts(one, reach.owners(request.user))) for one in (winner, loser)]
        context = {"winner": winner, "loser": loser, "lines": lines, "sides": sides}
        return page(request, "contacts/company_merge.html", context)
    taken = [one.field for one in lines if request.POST.get(f"field-{one.field}") == LOSERS]
    with changing(request, "companies.merged") as made:
        versions = _version(request, "winner"), _version(request, "loser")
        merge_companies(winner, loser, taken=taken, versions=versions, by=request.user, now=timezone.now(), into=made)
    changed(request, _("{loser} is part of {winner} now.").format(loser=loser, winner=winner), made.change_set)
    return redirect("contacts:company", winner.pk)


def _lines(winner: Company, loser: Company) -> list[Line]:
    """The fields in which they differ. Three queries at most."""
    known = [one for one in fields.everything(Record.COMPANY).values() if one.path != "parent"]
    names = fields.named((one, one.read(firm)) for one in known for firm in (winner, loser))
    found = []
    for one in known:
        ours, theirs = one.read(winner), one.read(loser)
        if not plain.are_same(ours, theirs):
            shown = one.show(ours, names), one.show(theirs, names)
            found.append(Line(one.path, capfirst(str(one.label)), *shown, takes_losers=plain.is_nothing(ours)))
    return found


def _counts(firm: Company, seen: Owners) -> tuple[Any, ...]:
    """What goes along of what is seen: people, documents, companies beneath."""
    people = reach.among_people(Contact.objects.active(), seen).filter(company=firm).count()
    parts = reach.among_firms(firm.parts.filter(archived_at=None), seen).count()
    return people, Document.objects.there().filter(company=firm).count(), parts


def _version(request: StaffRequest, whose: str) -> int:
    text = request.POST.get(f"{whose}_version", "")
    return int(text) if text.isascii() and text.isdigit() and len(text) < 19 else 0
