"""Going through a list, from one record to the next, in the order of the list and no further than it reaches."""

from dataclasses import dataclass
from urllib.parse import urlencode

from django.http import HttpResponse
from django.shortcuts import redirect
from django.urls import reverse

from relacja.contacts import listing
from relacja.contacts.models import Contact
from relacja.contacts.views.lists import WALK, walked
from relacja.contacts.views.people import filters_of
from relacja.lib.errors import Refused, Unavailable
from relacja.staff.http import StaffRequest


@dataclass(frozen=True, slots=True)
class Walk:
    """Where the list is, and who comes before and after."""

    back: str
    previous: str
    next: str


def through(request: StaffRequest, contact: Contact) -> Walk | None:
    """The way through the list from which somebody came, if they came from one. As many queries on any page of it.

    A list that cannot be asked now, or not any more, is only led back to.
    """
    query = walked(request)
    if query is None:
        return None
    back = f"{reverse('contacts:contacts')}?{query.urlencode()}"
    try:
        filters = filters_of(query, request.user)
        before, after = listing.beside(filters, query.get("sort", listing.NEWEST), contact)
    except (Refused, Unavailable):
        return Walk(back, "", "")
    previous, following = (
        f"{reverse('contacts:contact', args=[pk])}?{carried(request)}" if pk else "" for pk in (before, after)
    )
    return Walk(back, previous, following)


def carried(request: StaffRequest) -> str:
    """What addresses carry along to stay on the list; empty for who came from none."""
    query = walked(request)
    return urlencode({WALK: query.urlencode()}) if query else ""


def onwards(request: StaffRequest, contact: Contact) -> str:
    """Where somebody goes who is done with a contact: to the next one on their list, or back to it."""
    way = through(request, contact)
    return way.next or way.back if way else reverse("contacts:contacts")


def stay(request: StaffRequest, pk: int) -> HttpResponse:
    """Back to the page of a contact, on the list from which somebody came."""
    way = carried(request)
    return redirect(f"{reverse('contacts:contact', args=[pk])}{f'?{way}' if way else ''}")
