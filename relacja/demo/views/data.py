"""Demonstration data, for administrators: how much there is, load it, remove it."""

from django.db import transaction
from django.http import HttpResponse
from django.shortcuts import redirect
from django.views.decorators.http import require_GET, require_POST

from relacja.demo import queries, tasks
from relacja.demo.queries import Change
from relacja.jobs.work import Task, later
from relacja.staff import access
from relacja.staff.http import StaffRequest
from relacja.ui.pages import page


@access.allow("demo.manage")
@require_GET
def data(request: StaffRequest) -> HttpResponse:
    return _shown(request)


@access.allow("demo.manage")
@require_POST
def loading(request: StaffRequest) -> HttpResponse:
    return _started(request, tasks.load)


@access.allow("demo.manage")
@require_POST
def removal(request: StaffRequest) -> HttpResponse:
    return _started(request, tasks.remove)


def _started(request: StaffRequest, work: Task) -> HttpResponse:
    """One change at a time: a second click while one waits changes nothing."""
    with transaction.atomic():
        if queries.loaded().change == Change.NONE:
            later(work)
    return _shown(request) if request.htmx else redirect("demo:data")


def _shown(request: StaffRequest) -> HttpResponse:
    return page(request, "demo/data.html", {"loaded": queries.loaded()}, fragment="loaded")
