"""What was changed, and taking it back."""

from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.urls import reverse
from django.utils import timezone
from django.utils.html import format_html
from django.utils.http import url_has_allowed_host_and_scheme
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_GET, require_POST
from django_htmx.http import HttpResponseClientRefresh

from relacja.jobs.work import later
from relacja.staff import changes, queries, reach, tasks
from relacja.staff.access import allow
from relacja.staff.http import StaffRequest
from relacja.staff.models import Change, ChangeSet
from relacja.staff.toasts import changed
from relacja.ui import toasts, written
from relacja.ui.pages import page


@allow("staff.home")
@require_GET
def history(request: StaffRequest) -> HttpResponse:
    """What I changed lately; or everybody, for whoever may see that."""
    may_all = request.user.may("staff.changes")
    everybody = may_all and not request.GET.get("mine")
    shown = queries.change_sets(by=None if everybody else request.user, after=request.GET.get("after", ""))
    context = {"page": shown, "everybody": everybody, "tabs": _tabs(everybody) if may_all else []}
    return page(request, "staff/changes.html", context)


@allow("staff.home")
@require_GET
def change_set(request: StaffRequest, pk: int) -> HttpResponse:
    """One set: which records it touched, and what stayed when it was taken back."""
    found = get_object_or_404(ChangeSet.objects.select_related("by", "api_key", "undoing__by", "undoes"), pk=pk)
    if found.by_id != request.user.pk and not request.user.may("staff.changes"):
        raise PermissionDenied
    undoing, owners = getattr(found, "undoing", None), reach.owners(request.user)
    context = {
        "set": found,
        "undoing": undoing,
        "is_going_on": undoing is not None and changes.is_going_on(undoing),
        "page": queries.changes_in(found, after=request.GET.get("after", ""), owners=owners),
        "kept": queries.kept_in(undoing or found, owners=owners),
        "may_undo": undoing is None and changes.may_undo(found, request.user),
    }
    return page(request, "staff/change_set.html", context, fragment="state")


@allow("staff.home")
@require_POST
def reversal(request: StaffRequest, pk: int) -> HttpResponse:
    """Take a set back, or one record of it. What takes long goes on by itself."""
    found = get_object_or_404(ChangeSet, pk=pk)
    if not changes.may_undo(found, request.user):
        raise PermissionDenied
    one = request.POST.get("change", "")
    if one.isascii() and one.isdigit() and len(one) < 19 and found.count > 1:
        change = get_object_or_404(Change, pk=int(one), change_set=found)
        _say(request, changes.undo_one(change, by=request.user, now=timezone.now()))
    elif ChangeSet.objects.filter(undoes=found).exists():
        toasts.warn(request, _("This was taken back already."))
    elif found.count > changes.AT_ONCE:
        later(tasks.undo, change_set_id=found.pk, by_id=request.user.pk)
        toasts.say(request, _("It is being taken back. This takes a while; you may go on with other things."))
    else:
        _say(request, changes.undo(found, by=request.user, now=timezone.now()))
    return _back(request)


def _say(request: StaffRequest, done: changes.Undone) -> None:
    """How far it went. The toast takes the taking back back."""
    if done.back:
        changed(request, _("Taken back."), done.change_set)
    if done.kept:
        words = ngettext(
            "%(number)s value stays as it is: it was changed since.",
            "%(number)s values stay as they are: they were changed since.",
            done.kept,
        )
        href = reverse("staff:change-set", args=[done.change_set.pk])
        toasts.warn(
            request,
            format_html(
                '{} <a class="link" href="{}">{}</a>', words % {"number": written.number(done.kept)}, href, _("Look")
            ),
        )


def _tabs(everybody: bool) -> list[tuple[str, str, bool, None]]:
    path = reverse("staff:changes")
    return [(_("Everybody"), path, everybody, None), (_("Mine"), f"{path}?mine=1", not everybody, None)]


def _back(request: StaffRequest) -> HttpResponse:
    """The page they were on, with what is true now."""
    if request.htmx:
        return HttpResponseClientRefresh()
    before = request.headers.get("Referer", "")
    return redirect(before if _is_ours(request, before) else "staff:changes")


def _is_ours(request: HttpRequest, url: str) -> bool:
    return url_has_allowed_host_and_scheme(url, {request.get_host()}, require_https=request.is_secure())
