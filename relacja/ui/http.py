"""Requests as views see them."""

from django.http import HttpRequest
from django_htmx.middleware import HtmxDetails

from relacja.ui.people import Person


class Request(HttpRequest):
    """Any request, with htmx's details."""

    htmx: HtmxDetails


class PersonsRequest(Request):
    """A request by somebody the shell knows."""

    user: Person  # type: ignore[assignment]
