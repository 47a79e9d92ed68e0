"""Journeys: the list, one journey, one person's way through it, and the editor."""

from functools import partial
from typing import Any
from urllib.parse import urlencode

from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_GET, require_POST

from relacja.contacts import reach
from relacja.journeys import actions, drafting, queries, rules, steps, trees, watching
from relacja.journeys.explaining import ahead, explain
from relacja.journeys.models import Journey, JourneyVersion
from relacja.lib.errors import Refused
from relacja.segments import audience, pickers
from relacja.segments import rules as segment_rules
from relacja.staff.access import allow
from relacja.staff.http import StaffRequest
from relacja.ui import toasts
from relacja.ui.pages import page

PAGE = 50
AGAINS = [
    ("never", gettext_lazy("once")),
    ("days", gettext_lazy("again after some days")),
    ("always", gettext_lazy("every time")),
]


@allow("journeys.view")
@require_GET
def journeys(request: StaffRequest) -> HttpResponse:
    context = {"journeys": queries.overviews(reach.owners(request.user)), "hold": watching.held()}
    return _page(request, "journeys/journeys.html", context, fragment="journeys")


@allow("journeys.edit")
@require_POST
def new(request: StaffRequest) -> HttpResponse:
    journey = actions.create(name=request.POST.get("name", ""), now=timezone.now(), by=request.user)
    return redirect("journeys:draft", journey.key)


@allow("journeys.publish")
@require_POST
def clock(request: StaffRequest) -> HttpResponse:
    """Somebody has looked at the clock after it jumped: people move again."""
    actions.go_on(now=timezone.now(), by=request.user)
    toasts.say(request, _("Journeys go on."))
    return redirect("journeys:journeys")


@allow("journeys.view")
@require_GET
def journey(request: StaffRequest, key: str) -> HttpResponse:
    journey = get_object_or_404(Journey, key=key)
    versions = list(journey.versions.select_related("published_by").order_by("-number"))
    asked = request.GET.get("version", "")
    version = next((one for one in versions if str(one.number) == asked), versions[0] if versions else None)
    definition = rules.read(version.definition) if version else None
    seen = reach.owners(request.user)
    context = {
        "journey": journey,
        "overview": queries.overview(journey, seen),
        "versions": versions,
        "version": version,
        "definition": definition,
        "again": rules.words_again(definition) if definition else "",
        "exits": [one.words() for one in definition.exit_on] if definition else [],
        "lacks": trees.lacks(version.definition) if version else [],
        "stops": queries.stops(version, definition, seen) if version and definition else [],
        "refusals": queries.refusals(version, seen) if version else [],
        "is_changed": bool(versions) and versions[0].definition != journey.draft,
        "hold": watching.held(),
    }
    return _page(request, "journeys/journey.html", context, fragment="journey")


@allow("journeys.view")
@require_GET
def step(request: StaffRequest, key: str, number: int, step_id: str) -> HttpResponse:
    """The people behind a number."""
    version = get_object_or_404(JourneyVersion.objects.select_related("journey"), journey__key=key, number=number)
    node = rules.read(version.definition).nodes.get(step_id)
    if node is None:
        raise Http404
    what = request.GET.get("what", "")[:24]
    before = request.GET.get("before", "")
    place, seen = int(before) if before.isdecimal() else 0, reach.owners(request.user)
    found = queries.people_at(version, step_id, what, before=place, limit=PAGE + 1, seen=seen)
    context = {
        "journey": version.journey,
        "version": version,
        "words": node.step.words(),
        "what": what,
        "result": node.step.result_words(what),
        "people": found[:PAGE],
        "next": f"?what={what}&before={found[PAGE - 1].pk}" if len(found) > PAGE else "",
    }
    return _page(request, "journeys/step.html", context, fragment="people")


@allow("journeys.view")
@require_GET
def people(request: StaffRequest, key: str) -> HttpResponse:
    """Whom to explain."""
    text = request.GET.get("q", "")[:200]
    found = queries.people_named(text, seen=reach.owners(request.user))
    context = {"journey": get_object_or_404(Journey, key=key), "q": text, "people": found}
    return _page(request, "journeys/people.html", context, fragment="found")


@allow("journeys.view")
@require_GET
def person(request: StaffRequest, key: str, contact_id: int) -> HttpResponse:
    """Why this happened to one person, or why it did not."""
    journey = get_object_or_404(Journey, key=key)
    contact = get_object_or_404(reach.people(request.user), pk=contact_id)
    story = explain(journey, contact.pk, now=timezone.now())
    context = {
        "journey": journey,
        "contact": contact,
        "story": story,
        "ahead": ahead(journey, contact.pk, now=timezone.now()) if "ahead" in request.GET else None,
    }
    return _page(request, "journeys/person.html", context, fragment="story")


@allow("journeys.publish")
@require_POST
def pause(request: StaffRequest, key: str) -> HttpResponse:
    journey = get_object_or_404(Journey, key=key)
    if request.POST.get("resume"):
        journey.resume()
        toasts.say(request, _("“{journey}” goes on.").format(journey=journey))
    else:
        journey.pause(at=timezone.now())
        toasts.say(request, _("“{journey}” is paused: nobody enters and nobody moves.").format(journey=journey))
    return redirect("journeys:journey", journey.key)


@allow("journeys.publish")
@require_POST
def archive(request: StaffRequest, key: str) -> HttpResponse:
    journey = get_object_or_404(Journey, key=key)
    if request.POST.get("restore"):
        actions.restore(journey, now=timezone.now())
        return redirect("journeys:journey", journey.key)
    actions.archive(journey, now=timezone.now())
    toasts.say(request, _("“{journey}” is archived and nobody is inside any more.").format(journey=journey))
    return redirect("journeys:journeys")


@allow("journeys.publish")
@require_POST
def versions(request: StaffRequest, key: str) -> HttpResponse:
    """Put the draft in force."""
    journey = get_object_or_404(Journey, key=key)
    version = actions.publish(journey, now=timezone.now(), by=request.user)
    toasts.say(request, _("Version {number} is in force.").format(number=version.number))
    return redirect("journeys:journey", journey.key)


@allow("journeys.edit")
@require_GET
def draft(request: StaffRequest, key: str) -> HttpResponse:
    return _editor(request, get_object_or_404(Journey, key=key), opened=request.GET.get("step", ""))


@allow("journeys.edit")
@require_POST
def draft_settings(request: StaffRequest, key: str) -> HttpResponse:
    """What begins the journey, what ends it, how often, and what it is called."""
    journey = get_object_or_404(Journey, key=key)
    typed = request.POST.dict()
    change = partial(drafting.with_settings, typed=typed)
    actions.redraft(journey, change, now=timezone.now(), name=typed.get("name"))
    return _edited(request, journey)


@allow("journeys.edit")
@require_POST
def draft_steps(request: StaffRequest, key: str) -> HttpResponse:
    """One more step."""
    journey = get_object_or_404(Journey, key=key)
    posted = request.POST
    added: list[str] = []

    def change(held: dict[str, Any]) -> dict[str, Any]:
        changed, step_id = drafting.added(
            held, kind=posted.get("kind", ""), into=posted.get("into", ""), branch=posted.get("branch", "")
        )
        added.append(step_id)
        return changed

    actions.redraft(journey, change, now=timezone.now())
    return _edited(request, journey, opened=added[-1])


@allow("journeys.edit")
@require_POST
def draft_step(request: StaffRequest, key: str, step_id: str) -> HttpResponse:
    """What a step says."""
    journey = get_object_or_404(Journey, key=key)
    typed = request.POST.dict()
    actions.redraft(journey, lambda held: drafting.changed(held, step_id, typed), now=timezone.now())
    return _edited(request, journey)


@allow("journeys.edit")
def draft_audience(request: StaffRequest, key: str) -> HttpResponse:
    """Whom the beginning, an end or a condition of the journey means."""
    journey = get_object_or_404(Journey, key=key)
    place = request.POST.get("at", request.GET.get("at", drafting.TRIGGER))
    kept = drafting.audience_at(journey.draft, place)
    is_sent = request.method == "POST" and "audience-do" not in request.POST
    refusal: Refused | None = None
    if is_sent:
        try:
            tree = _chosen(request)
        except Refused as error:
            refusal = error
        else:
            actions.redraft(journey, lambda held: drafting.with_audience(held, place, tree), now=timezone.now())
            return redirect(f"{reverse('journeys:draft', args=[journey.key])}#{place}")
    now, owners = timezone.now(), reach.owners(request.user)
    origin = pickers.Origin("journey", urlencode({"of": journey.key, "at": place}))
    if request.method == "POST":
        picker = pickers.posted(request.POST, now=now, owners=owners)
    else:
        chosen = audience.of_query(request.GET, _readable(kept))
        picker = pickers.picker(chosen, origin, now=now, owners=owners)
    context = {"journey": journey, "at": place, "picker": picker, "refusal": refusal, **_said_of(place)}
    return _page(request, "journeys/audience.html", context, fragment="chooser", status=422 if refusal else 200)


def _chosen(request: StaffRequest) -> Any:
    """The rule that the posted audience is. Everybody is refused: that would mean nothing."""
    found = audience.of_form(request.POST)
    if found.is_everybody:
        raise Refused(_("Say whom you mean: people in a segment, who meet conditions, or whom you name."))
    return found.as_rule().to_json()


def _said_of(place: str) -> dict[str, str]:
    """What the page on which an audience is chosen is called, and what becomes of those who are meant."""
    if place == drafting.TRIGGER:
        hint = _(
            "Whoever comes into this audience enters: within seconds of what they do, within a minute when only time"
            " makes it true. Who is in it already does not."
        )
        return {"title": _("Who enters"), "hint": hint}
    if place.startswith(drafting.EXIT):
        hint = _(
            "Within seconds of what they do, within a minute when only time makes it true, people leave the journey,"
            " wherever they are in it."
        )
        return {"title": _("Who leaves"), "hint": hint}
    hint = _("Asked anew for everybody at the moment when they come to the condition.")
    return {"title": _("Who goes the way “Yes”"), "hint": hint}


def _readable(tree: Any) -> segment_rules.Rule:
    """The rule as it was kept; nobody chosen when it cannot be read any more."""
    try:
        return segment_rules.read(tree) if tree else audience.ALL
    except Refused:
        return audience.ALL


@allow("journeys.edit")
@require_POST
def draft_place(request: StaffRequest, key: str, step_id: str) -> HttpResponse:
    """A step one place up or down."""
    journey = get_object_or_404(Journey, key=key)
    by = -1 if request.POST.get("to") == "up" else 1
    actions.redraft(journey, lambda held: drafting.moved(held, step_id, by), now=timezone.now())
    return _edited(request, journey)


@allow("journeys.edit")
@require_POST
def draft_removal(request: StaffRequest, key: str, step_id: str) -> HttpResponse:
    journey = get_object_or_404(Journey, key=key)
    actions.redraft(journey, lambda held: drafting.removed(held, step_id), now=timezone.now())
    return _edited(request, journey)


def _edited(request: StaffRequest, journey: Journey, *, opened: str = "") -> HttpResponse:
    if request.htmx:
        return _editor(request, journey, opened=opened)
    where = reverse("journeys:draft", args=[journey.key])
    return redirect(f"{where}?step={opened}#{opened}" if opened else where)


def _editor(request: StaffRequest, journey: Journey, *, opened: str = "") -> HttpResponse:
    held = journey.draft
    newest = journey.versions.order_by("-number").first()
    exits = held.get("exit_on") or []
    context = {
        "journey": journey,
        "lines": drafting.lines(held),
        "opened": opened,
        "kinds": [(kind, cls.label) for kind, cls in steps.kinds().items()],
        "trigger": drafting.event_form("trigger", held.get("trigger")),
        "trigger_words": drafting.trigger_words(held),
        "exits": [drafting.event_form(f"exit-{index}", one) for index, one in enumerate([*exits, None])],
        "exit_words": drafting.exit_words(held),
        "events": drafting.event_choices(),
        "problem": drafting.problem_of(held),
        "newest": newest,
        "is_changed": newest is None or newest.definition != held,
        "agains": AGAINS,
    }
    return _page(request, "journeys/draft.html", context, fragment="editor")


def _page(
    request: StaffRequest, template: str, context: dict[str, Any], *, fragment: str, status: int = 200
) -> HttpResponse:
    may = {"may_edit": request.user.may("journeys.edit"), "may_publish": request.user.may("journeys.publish")}
    return page(request, template, {**context, **may}, fragment=fragment, status=status)
