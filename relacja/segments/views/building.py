"""Writing a rule: of a segment, or of a list."""

import json
import secrets
from collections.abc import Sequence
from datetime import datetime
from typing import Any

from django.conf import settings
from django.http import HttpResponse, QueryDict
from django.shortcuts import get_object_or_404, redirect
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST

from relacja.contacts import reach
from relacja.contacts.models import Record
from relacja.contacts.narrowing import answers, read
from relacja.contacts.views.lists import PLACES
from relacja.lib.errors import Refused, Unavailable
from relacja.segments import (
    actions,
    destinations,
    drafts,
    edits,
    inside,
    offers,
    previews,
    queries,
    ready_made,
    rules,
    sketches,
    uses,
)
from relacja.segments.drafts import Draft
from relacja.segments.models import Segment
from relacja.segments.views.checking import checked, new_of, number
from relacja.staff import access
from relacja.staff.http import StaffRequest
from relacja.ui import toasts
from relacja.ui.pages import page

MOST_REASONS = 3
EDITORS = {Record.CONTACT: "narrowing", Record.COMPANY: "company-narrowing"}


@access.allow("segments.edit")
@require_http_methods(["GET", "POST"])
def new(request: StaffRequest) -> HttpResponse:
    """A segment that begins with nothing, with the rule in the address, or with that of another one."""
    if request.method == "POST":
        return _kept(request, None)
    if like := number(request.GET, "like"):
        return _editor(request, _draft_of(get_object_or_404(Segment.objects.named(), pk=like)), None)
    return _editor(request, _asked(request, Record.CONTACT), None)


@access.allow("segments.edit")
@require_http_methods(["GET", "POST"])
def rule(request: StaffRequest, pk: int) -> HttpResponse:
    found = get_object_or_404(Segment.objects.live().named(), pk=pk)
    if request.method == "GET":
        return _editor(request, _draft_of(found), found)
    return _kept(request, found)


@access.allow("segments.view")
@require_http_methods(["GET", "POST"])
def narrowing(request: StaffRequest, of: Record) -> HttpResponse:
    """Write the rule of a list; it leads back to the list, or for people on to a segment."""
    if request.method == "GET":
        return _editor(request, _asked(request, of), None)
    further = destinations.of(request.POST.get("for", ""))
    is_kept = "keep" in request.POST and of == Record.CONTACT
    is_looked_at = further is None and not is_kept
    rule = drafts.read(Draft.of_form(request.POST, of), is_looked_at=is_looked_at).to_json()
    if is_kept:
        return redirect(answers().keeper(rule))
    query = QueryDict(request.POST.get("list", ""), mutable=True)
    href = further.href(query) if further else reverse(PLACES[of])
    query["rule"] = json.dumps(rule, ensure_ascii=False, separators=(",", ":"))
    return redirect(f"{href}?{query.urlencode()}")


@access.allow("segments.view")
@require_POST
def draft(request: StaffRequest) -> HttpResponse:
    """The rule as it is written so far, changed by one button, and what it means. Nothing is stored."""
    written, past = edits.step(request.POST, request.POST.getlist("past"))
    number = request.POST.get("segment", "")
    known = (
        Segment.objects.live().named().filter(pk=int(number) if number.isdecimal() and len(number) < 19 else 0).first()
    )
    return _editor(request, written, known, past)


@access.allow("segments.view")
@require_POST
def reasons(request: StaffRequest, pk: int) -> HttpResponse:
    """Why one of the people shown is meant by the rule as it is written so far: the conditions that they meet."""
    person = get_object_or_404(reach.people(request.user).filter(archived_at=None), pk=pk)
    written = Draft.of_form(request.POST).finished()
    rule = drafts.read(written, is_looked_at=True)
    explained = queries.explain(rule, person.pk, timezone.now(), viewer=request.user.pk)
    met = [one for one in explained.clauses if one.evidence and one.holds]
    context = {"person": person, "explained": explained, "reasons": met[:MOST_REASONS]}
    return page(request, "segments/reasons.html", context)


def _kept(request: StaffRequest, found: Segment | None) -> HttpResponse:
    """The segment as it was written, a new one where there is none; what is refused stays in the form."""
    draft = Draft.of_form(request.POST)
    given: dict[str, Any] = {name: request.POST.get(name, "") for name in ("name", "description")}
    given |= {"by": request.user, "now": timezone.now()}
    try:
        written = drafts.read(draft).to_json()
        if found is None:
            made = actions.create(rule=written, **given)
            toasts.say(request, _("The segment “{name}” is being counted.").format(name=made.name))
            return redirect("segments:segment", made.pk)
        actions.change(found, rule=written, **given)
    except Refused as refusal:
        return _editor(request, draft, found, request.POST.getlist("past"), refusal)
    toasts.say(request, _("The segment “{name}” is saved.").format(name=found.name))
    return redirect("segments:segment", found.pk)


def _asked(request: StaffRequest, of: Record) -> Draft:
    """The rule in the address, to go on with; an empty one when there is none."""
    text = request.GET.get("rule", "")
    if not text:
        return Draft.of_form({}, of)
    asked = read(text, at=timezone.now(), viewer=request.user.pk, of=of)
    return Draft.of_rule(rules.read(asked.tree, of, is_looked_at=True), of)


def _editor(
    request: StaffRequest,
    written: Draft,
    found: Segment | None,
    past: Sequence[str] = (),
    refusal: Refused | None = None,
) -> HttpResponse:
    asked = request.POST.get("do", "")
    who = f"#{asked.removeprefix('who:')}" if asked.startswith("who:") else request.POST.get("who", "").strip()
    here = request.resolver_match
    back = request.POST.get("list", request.GET.get("list", ""))
    of_list = "list" in request.POST or (here is not None and here.url_name in EDITORS.values())
    further_key = request.POST.get("for", request.GET.get("for", ""))
    further = destinations.of(further_key) if of_list else None
    viewer = request.user.pk if of_list and further is None else None
    now = timezone.now()
    sitting = request.POST.get("sitting", "")[:32] or secrets.token_hex(8)
    shown = previews.preview(
        written,
        now=now,
        after=number(request.POST, "after"),
        viewer=viewer,
        owners=reach.owners(request.user),
        patiently="patiently" in request.POST,
        sitting=f"preview {request.user.pk} {sitting}",
    )
    of_people = bool(who and shown.sentence) and written.of == Record.CONTACT
    rule = drafts.read(written.finished(), is_looked_at=viewer is not None) if of_people else None
    context = {
        "of_list": of_list,
        "further": further,
        "further_key": further_key,
        "of_companies": written.of == Record.COMPANY,
        "place": reverse(PLACES[written.of]),
        "action": reverse(f"segments:{EDITORS[written.of]}"),
        "back": QueryDict(back).urlencode(),
        "may_keep": request.user.may("segments.edit") and further is None,
        "draft": written,
        "segment": found,
        "name": request.POST.get("name", found.name if found else request.GET.get("name", "")),
        "description": request.POST.get(
            "description", found.description if found else request.GET.get("description", "")
        ),
        "preview": shown,
        "sitting": sitting,
        "sketch": _sketch(request, written, shown, now, viewer),
        "offers": offers.offers(written.of),
        "offers_of_people": offers.offers() if written.of == Record.COMPANY else [],
        "choosing": edits.chosen_place(asked),
        "modes": drafts.modes(),
        "refusal": refusal,
        "was": edits.written(written),
        "past": past,
        "who": who,
        "uses": uses.of(found) if found else [],
        "patterns": _patterns() if written.is_empty and not (found or of_list) else [],
        "course": inside.course(found, now=now) if found and reach.owners(request.user) is None else [],
        "checked": checked(request.user, rule, who, viewer) if rule else None,
    }
    return page(request, "segments/editor.html", context, fragment="builder", status=422 if refusal else 200)


def _sketch(
    request: StaffRequest, written: Draft, shown: previews.Preview, now: datetime, viewer: int | None
) -> sketches.Sketch | None:
    """Where those live who are meant, when the rule names a place and counting them was quick."""
    if not shown.size or shown.about or written.of == Record.COMPANY:
        return None
    rule = drafts.read(written.finished(), is_looked_at=viewer is not None)
    try:
        return sketches.sketch(rule, now, viewer=viewer, owners=reach.owners(request.user))
    except Unavailable:
        return None


def _patterns() -> list[tuple[str, str, str]]:
    """What one may begin with: the name, who they are, and where the builder opens with it."""
    found = ready_made.segments(cart_minutes=settings.ABANDONED_CART_MINUTES)
    return [(one.name, one.description, new_of(rules.read(one.rule), description=one.description)) for one in found]


def _draft_of(found: Segment) -> Draft:
    return Draft.of_rule(rules.read(found.rule))
