"""Coming in, oneself, and (for administrators) who else works here."""

import math
from contextlib import AbstractContextManager
from typing import Any

from django.conf import settings
from django.contrib.auth import login, logout, update_session_auth_hash
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, resolve_url
from django.utils import timezone, translation
from django.utils.http import url_has_allowed_host_and_scheme
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.cache import never_cache
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_GET, require_POST

from relacja.lib.errors import Refused
from relacja.staff import actions, forms, queries
from relacja.staff.access import Reach, Role, allow, public
from relacja.staff.catalogue import samples
from relacja.staff.changes import Recorder, one_set
from relacja.staff.http import StaffRequest
from relacja.staff.models import ApiKey, ChangeSet, User
from relacja.staff.sign_in import Outcome, attempt, mark_device
from relacja.staff.toasts import changed
from relacja.ui import toasts, written
from relacja.ui.http import Request
from relacja.ui.pages import page

YEAR = 31_536_000


@public
@never_cache
@sensitive_post_parameters("password")
def sign_in(request: Request) -> HttpResponse:
    form = forms.SignIn(request.POST or None, label_suffix="")
    target = _target(request)
    if request.method != "POST":
        return redirect(target) if request.user.is_authenticated else _sign_in_page(request, form)
    if not form.is_valid():
        return _sign_in_page(request, form, status=422)
    outcome = attempt(request, **form.cleaned_data, now=timezone.now())
    if outcome.user is None:
        return _not_in(request, form, outcome)
    login(request, outcome.user)
    if outcome.failed_before:
        translation.activate(outcome.user.language)
        toasts.warn(request, _tries_since(outcome.failed_before))
    response = redirect(target)
    mark_device(response, outcome.user)
    return response


def _not_in(request: Request, form: forms.SignIn, outcome: Outcome) -> HttpResponse:
    """The same answer for a wrong password, an unknown address and a closed account."""
    if not outcome.wait:
        form.add_error(None, _("This e-mail and password do not fit together. Check both and try again."))
        return _sign_in_page(request, form, status=422)
    seconds = math.ceil(outcome.wait.total_seconds())
    form.add_error(
        None,
        ngettext(
            "Too many tries. Wait %(number)s second and try again.",
            "Too many tries. Wait %(number)s seconds and try again.",
            seconds,
        )
        % {"number": written.number(seconds)},
    )
    response = _sign_in_page(request, form, status=429)
    response["Retry-After"] = str(seconds)
    return response


def _tries_since(failed: int) -> str:
    words = ngettext(
        "Since you were last here, somebody failed %(number)s time to sign in as you. Not you? Change your password.",
        "Since you were last here, somebody failed %(number)s times to sign in as you. Not you? Change your password.",
        failed,
    )
    return words % {"number": written.number(failed)}


def _sign_in_page(request: Request, form: forms.SignIn, *, status: int = 200) -> HttpResponse:
    return page(request, "staff/sign_in.html", {"form": form, "next": _target(request)}, status=status)


def _target(request: HttpRequest) -> str:
    """Where the person wanted to go, when it is a page of ours."""
    wanted = request.POST.get("next") or request.GET.get("next") or ""
    ours = url_has_allowed_host_and_scheme(
        wanted, allowed_hosts={request.get_host()}, require_https=request.is_secure()
    )
    return wanted if ours else resolve_url(settings.LOGIN_REDIRECT_URL)


@public
@require_POST
def sign_out(request: Request) -> HttpResponse:
    logout(request)
    return redirect("staff:sign-in")


@allow("staff.home")
@never_cache
@sensitive_post_parameters("present", "new", "again")
def password(request: StaffRequest) -> HttpResponse:
    form = forms.Password(request.POST or None, user=request.user, label_suffix="")
    if request.method == "POST" and form.is_valid():
        actions.set_password(request.user, form.cleaned_data["new"])
        update_session_auth_hash(request, request.user)
        toasts.say(request, _("Your password is changed. Other places where you were signed in are signed out."))
        return redirect("staff:home")
    return page(request, "staff/password.html", {"form": form}, status=422 if form.errors else 200)


@allow("staff.home")
def profile(request: StaffRequest) -> HttpResponse:
    present = {
        "name": request.user.name,
        "language": request.user.language,
        "theme": request.COOKIES.get("theme", ""),
    }
    form = forms.Profile(request.POST or None, initial=present, label_suffix="")
    if request.method != "POST" or not form.is_valid():
        return page(request, "staff/profile.html", {"form": form}, status=422 if form.errors else 200)
    request.user.introduce(name=form.cleaned_data["name"], language=form.cleaned_data["language"])
    with translation.override(request.user.language):
        toasts.say(request, _("Saved."))
    response = redirect("staff:profile")
    response.set_cookie("theme", form.cleaned_data["theme"], max_age=YEAR, samesite="Lax")
    return response


@allow("staff.people")
def people(request: StaffRequest) -> HttpResponse:
    """Everybody who works here; a POST invites one more and shows their one-time password this once."""
    form = forms.Invitation(request.POST or None, label_suffix="")
    if request.method == "POST" and form.is_valid():
        user, secret = actions.invite(**form.cleaned_data, now=timezone.now())
        return _shown_once(request, user, secret)
    return page(request, "staff/people.html", {**_shown(), "form": form}, status=422 if form.errors else 200)


@allow("staff.people")
@require_POST
def person(request: StaffRequest, pk: int) -> HttpResponse:
    """Give a person another role."""
    user = get_object_or_404(User, pk=pk)
    form = forms.RoleOf(request.POST)
    if not form.is_valid():
        raise Refused(_("There is no such role."))
    actions.change_role(user, form.cleaned_data["role"])
    user.refresh_from_db()
    sentence = _("%(person)s has a new role: %(role)s.") % {"person": user, "role": user.get_role_display()}
    return _people_again(request, sentence)


@allow("staff.people")
@require_POST
def reach_of_person(request: StaffRequest, pk: int) -> HttpResponse:
    """Let a person see other customers than their role does, or as it does."""
    user = get_object_or_404(User, pk=pk)
    form = forms.ReachOf(request.POST)
    if not form.is_valid():
        raise Refused(_("There is no such choice."))
    with _changing(request) as noted:
        actions.reach_of_person(user, form.cleaned_data["reach"], by=request.user, now=timezone.now(), into=noted)
    sentence = _("{person} sees from now on: {customers}.").format(person=user, customers=user.reaches.label)
    return _people_again(request, sentence, noted.change_set)


@allow("staff.people")
@require_POST
def reach_of_role(request: StaffRequest) -> HttpResponse:
    """Say which customers a role lets see."""
    form = forms.ReachOfRole(request.POST)
    if not form.is_valid():
        raise Refused(_("There is no such choice."))
    asked = form.cleaned_data
    with _changing(request) as noted:
        actions.reach_of_role(asked["role"], asked["reach"], by=request.user, now=timezone.now(), into=noted)
    words = _("The role {role} lets see from now on: {customers}.")
    said = words.format(role=Role(asked["role"]).label, customers=Reach(asked["reach"]).label)
    return _people_again(request, said, noted.change_set)


@allow("staff.people")
@require_POST
@never_cache
def one_time_password(request: StaffRequest, pk: int) -> HttpResponse:
    user = get_object_or_404(User, pk=pk, is_active=True)
    return _shown_once(request, user, actions.give_one_time_password(user, now=timezone.now()))


@allow("staff.people")
@require_POST
def person_access(request: StaffRequest, pk: int) -> HttpResponse:
    """Let a person go, or take them back."""
    user = get_object_or_404(User, pk=pk)
    if request.POST.get("open"):
        actions.take_back(user)
        return _people_again(request, _("%(person)s may sign in again.") % {"person": user})
    actions.let_go(user, by=request.user)
    return _people_again(request, _("%(person)s cannot sign in any more.") % {"person": user})


def _people_again(request: StaffRequest, sentence: str, made: ChangeSet | None = None) -> HttpResponse:
    if made:
        changed(request, sentence, made)
    else:
        toasts.say(request, sentence)
    if not request.htmx:
        return redirect("staff:people")
    return page(request, "staff/people.html", _shown(), fragment="people")


def _shown() -> dict[str, Any]:
    return {
        "people": queries.people(),
        "roles": Role.choices,
        "role_lines": queries.roles(),
        "reaches": Reach.choices,
    }


def _changing(request: StaffRequest) -> AbstractContextManager[Recorder]:
    return one_set("staff.reach", by=request.user, source="staff", now=timezone.now())


def _shown_once(request: StaffRequest, user: User, secret: str) -> HttpResponse:
    context = {"person": user, "secret": secret, "sign_in": f"{settings.BASE_URL}{resolve_url('staff:sign-in')}"}
    return page(request, "staff/one_time.html", context)


@allow("staff.keys")
@never_cache
def keys(request: StaffRequest) -> HttpResponse:
    """The keys of programs; a POST makes one and shows it this once."""
    form = forms.Key(request.POST or None, label_suffix="")
    if request.method == "POST" and form.is_valid():
        if ApiKey.objects.filter(name=form.cleaned_data["name"]).exists():
            raise Refused(_("There is already a key with this name. Choose another one."))
        key, secret = ApiKey.issue(**form.cleaned_data, now=timezone.now())
        return page(request, "staff/key.html", {"key": key, "secret": secret})
    context = {"keys": queries.keys(), "form": form}
    return page(request, "staff/keys.html", context, status=422 if form.errors else 200)


@allow("staff.keys")
@require_POST
def key_revocation(request: StaffRequest, pk: int) -> HttpResponse:
    key = get_object_or_404(ApiKey, pk=pk)
    key.revoke(at=timezone.now())
    toasts.say(request, _("The key “%(name)s” opens nothing any more.") % {"name": key.name})
    return redirect("staff:keys")


@allow("staff.catalogue")
@require_GET
def catalogue(request: StaffRequest) -> HttpResponse:
    return page(request, "staff/catalogue.html", samples(now=timezone.now()))
