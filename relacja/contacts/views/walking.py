"""Going through a list, from one record to the next, in the order of the list and no further than it reaches."""

from dataclasses import dataclass
from urllib.parse import urlencode

from django.http import HttpResponse, QueryDict
from django.shortcuts import redirect
from django.urls import reverse

from relacja.contacts import listing
from relacja.contacts.listing import firms
from relacja.contacts.models import Company, Contact, Record
from relacja.contacts.views.firms import filters_of as firms_of
from relacja.contacts.views.firms import order_of
from relacja.contacts.views.lists import PLACES, WALK, walked
from relacja.contacts.views.people import filters_of
from relacja.lib.errors import Refused, Unavailable
from relacja.staff.http import StaffRequest
from relacja.staff.models import User

PAGES = {Record.CONTACT: "contacts:contact", Record.COMPANY: "contacts:company"}


@dataclass(frozen=True, slots=True)
class Walk:
    """Where the list is, and who comes before and after."""

    back: str
    previous: str
    next: str


def through(request: StaffRequest, record: Contact | Company) -> Walk | None:
    """The way through the list from which somebody came, if they came from one. As many queries on any page of it.

    A list that cannot be asked now, or not any more, is only led back to.
    """
    query = walked(request)
    if query is None:
        return None
    of = _of(record)
    back = f"{reverse(PLACES[of])}?{query.urlencode()}"
    try:
        before, after = _beside(query, request.user, record)
    except (Refused, Unavailable):
        return Walk(back, "", "")
    previous, following = (
        f"{reverse(PAGES[of], args=[pk])}?{carried(request)}" if pk else "" for pk in (before, after)
    )
    return Walk(back, previous, following)


def carried(request: StaffRequest) -> str:
    """What addresses carry along to stay on the list; empty for who came from none."""
    query = walked(request)
    return urlencode({WALK: query.urlencode()}) if query else ""


def onwards(request: StaffRequest, record: Contact | Company) -> str:
    """Where somebody goes who is done with a record: to the next one on their list, or back to it."""
    way = through(request, record)
    return way.next or way.back if way else reverse(PLACES[_of(record)])


def stay(request: StaffRequest, record: Contact | Company) -> HttpResponse:
    """Back to the page of a record, on the list from which somebody came."""
    way = carried(request)
    return redirect(f"{reverse(PAGES[_of(record)], args=[record.pk])}{f'?{way}' if way else ''}")


def _of(record: Contact | Company) -> Record:
    return Record.CONTACT if isinstance(record, Contact) else Record.COMPANY


def _beside(query: QueryDict, user: User, record: Contact | Company) -> tuple[int | None, int | None]:
    if isinstance(record, Contact):
        return listing.beside(filters_of(query, user), query.get("sort", listing.NEWEST), record)
    return firms.beside(firms_of(query, user), order_of(query), record)
