"""Lists under a name: kept, changed, shared, put above the list, deleted."""

from django.http import HttpResponse, QueryDict
from django.shortcuts import get_object_or_404, redirect
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_POST

from relacja.contacts import saved
from relacja.contacts.actions import viewing
from relacja.contacts.models import Record, SavedView
from relacja.contacts.views import lists
from relacja.staff.access import allow
from relacja.staff.http import StaffRequest
from relacja.ui import toasts
from relacja.ui.pages import page

VIEWS = {Record.CONTACT: "contacts:views", Record.COMPANY: "contacts:company-views"}


@allow("contacts.view")
def views(request: StaffRequest, of: str) -> HttpResponse:
    """All views of one kind of list, to put in order; a POST keeps the list it names as a new one."""
    record = Record(of)
    if request.method == "POST":
        made = viewing.keep_view(
            record,
            name=request.POST.get("name", ""),
            state=_state(request),
            is_shared="is_shared" in request.POST,
            by=request.user,
            now=timezone.now(),
        )
        toasts.say(request, _("The view “{name}” is kept.").format(name=made.name))
        return redirect(lists.address(made))
    found = saved.of(request.user, record)
    context = {
        "of": record,
        "back": f"{reverse(lists.PLACES[record])}?view={lists.ALL}",
        "pinned": [(view, lists.address(view), saved.may_change(view, request.user)) for view in found.pinned],
        "loose": [(view, lists.address(view), saved.may_change(view, request.user)) for view in found.loose],
        "usual": found.usual,
        "may_share": request.user.may("contacts.share"),
    }
    return page(request, "contacts/views.html", context, fragment="views")


@allow("contacts.view")
@require_GET
def view(request: StaffRequest, pk: int) -> HttpResponse:
    """A short address of a view: leads to the list with its whole state."""
    return redirect(lists.address(_load(request, pk)))


@allow("contacts.view")
@require_POST
def state(request: StaffRequest, pk: int) -> HttpResponse:
    """The view shows what the list shows now."""
    found = _load(request, pk)
    viewing.store_view(found, state=_state(request), by=request.user, now=timezone.now())
    toasts.say(request, _("The view “{name}” is saved.").format(name=found.name))
    return redirect(lists.address(found))


@allow("contacts.view")
@require_POST
def name(request: StaffRequest, pk: int) -> HttpResponse:
    """Call it something else."""
    found = _load(request, pk)
    viewing.rename_view(found, name=request.POST.get("name", ""), by=request.user, now=timezone.now())
    return _arranged(found)


@allow("contacts.view")
@require_POST
def sharing(request: StaffRequest, pk: int) -> HttpResponse:
    """Show it to everybody, or to its maker alone again."""
    found = _load(request, pk)
    viewing.share_view(found, is_shared=bool(request.POST.get("shared")), by=request.user, now=timezone.now())
    return _arranged(found)


@allow("contacts.view")
@require_POST
def place(request: StaffRequest, pk: int) -> HttpResponse:
    """Put it above one's list, move it there, or take it down."""
    found, to = _load(request, pk), request.POST.get("to", "")
    if to == "above":
        viewing.pin(found, by=request.user)
    elif to == "down":
        viewing.unpin(found, by=request.user)
    else:
        viewing.move_pin(found, by=request.user, up=to == "left")
    return _arranged(found)


@allow("contacts.view")
@require_POST
def usual(request: StaffRequest, pk: int) -> HttpResponse:
    """One's list opens with it from now on, or with everybody again."""
    found = _load(request, pk)
    viewing.make_usual(found, by=request.user, is_usual=bool(request.POST.get("usual")))
    return _arranged(found)


@allow("contacts.view")
@require_POST
def removal(request: StaffRequest, pk: int) -> HttpResponse:
    """Delete it; the toast brings it back."""
    found = _load(request, pk)
    viewing.remove_view(found, by=request.user, now=timezone.now())
    sentence = _("The view “{name}” is deleted.").format(name=found.name)
    toasts.say(request, sentence, undo=reverse("contacts:view-restoration", args=[pk]))
    return _arranged(found)


@allow("contacts.view")
@require_POST
def restoration(request: StaffRequest, pk: int) -> HttpResponse:
    """It is there again, as it was."""
    found = get_object_or_404(SavedView.objects.exclude(removed_at=None), pk=pk)
    viewing.return_view(found, by=request.user)
    toasts.say(request, _("The view “{name}” is back.").format(name=found.name))
    return _arranged(found)


def _load(request: StaffRequest, pk: int) -> SavedView:
    return get_object_or_404(saved.visible_to(request.user).select_related("made_by"), pk=pk)


def _state(request: StaffRequest) -> saved.State:
    return lists.state_of(QueryDict(request.POST.get("list", "").removeprefix("?")))


def _arranged(found: SavedView) -> HttpResponse:
    return redirect(VIEWS[Record(found.of)])
