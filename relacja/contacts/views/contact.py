"""One contact: who they are, what happened, what matters now."""

from concurrent.futures import Future
from datetime import datetime, timedelta
from typing import Any

from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_POST

from relacja.clickhouse import meanwhile
from relacja.contacts import actions, families, fields, forms, panels, reach, story, whereabouts
from relacja.contacts.actions.record import CONTACT
from relacja.contacts.models import Contact, Record, Stage
from relacja.contacts.views import editing, knowing, marks, walking
from relacja.contacts.views.knowing import Known
from relacja.contacts.views.one import changing, load, who
from relacja.events.queries import profiles_of, unread_since
from relacja.lib import phones
from relacja.lib.errors import Unavailable
from relacja.staff.access import allow
from relacja.staff.http import StaffRequest
from relacja.staff.queries import changes_of
from relacja.staff.toasts import changed
from relacja.ui import toasts, written
from relacja.ui.pages import page

Asked = tuple[Future[story.Story], Future[list[story.Chip]]]
TEMPLATE = "contacts/contact.html"
WORTH_SAYING = timedelta(seconds=5)


@allow("contacts.view")
@require_GET
def contact(request: StaffRequest, pk: int) -> HttpResponse:
    """The page; to htmx its living part, older moments, or a preview for the drawer."""
    contact = get_object_or_404(reach.people(request.user).select_related("company", "owner"), pk=pk)
    if (winner := families.current(contact)) is not contact:
        return redirect("contacts:contact", winner.pk)
    if request.htmx and request.htmx.target == "older":
        return _older(request, contact)
    if request.htmx and request.htmx.target == "drawer":
        return page(request, TEMPLATE, {**who(request, contact), **_told(_ask(request, contact))}, fragment="peek")
    return _page(request, contact, fragment="live")


@allow("contacts.edit")
def fact(request: StaffRequest, pk: int, key: str) -> HttpResponse:
    """Edit one fact in its place. What somebody else changed meanwhile is shown beside what was typed."""
    contact = load(request.user, pk)
    known = forms.fact(key, fields.own(Record.CONTACT))
    if known is None:
        raise Http404
    own = [known.own] if known.own else []
    present = editing.present(contact, known.fields)
    form = forms.Details(request.POST or None, names=known.fields, initial=present, own=own, contact=contact)
    if request.method != "POST":
        return _page(request, contact, fragment="facts", open_fact=known, form=form)
    if form.is_valid() and editing.saved(request, contact, known, form):
        return _page(request, contact, fragment="facts") if request.htmx else walking.stay(request, contact)
    return _page(request, contact, fragment="facts", open_fact=known, form=form, status=422)


@allow("contacts.view")
@require_GET
def facts(request: StaffRequest, pk: int) -> HttpResponse:
    """The facts alone, for who gave up editing."""
    return _page(request, load(request.user, pk), fragment="facts")


@allow("contacts.edit")
@require_POST
def notes(request: StaffRequest, pk: int) -> HttpResponse:
    """Write a note on the timeline."""
    contact = load(request.user, pk)
    form = forms.Note(request.POST, label_suffix="")
    if not form.is_valid():
        return _page(request, contact, fragment="composer", note=form, status=422)
    actions.add_note(contact, text=form.cleaned_data["text"], by=request.user, now=timezone.now())
    toasts.say(request, _("The note is written down."))
    return _page(request, contact, fragment="composer") if request.htmx else walking.stay(request, contact)


@allow("contacts.edit")
@require_POST
def owner(request: StaffRequest, pk: int) -> HttpResponse:
    """Take the contact over."""
    contact = load(request.user, pk)
    with changing(request, "contacts.assigned") as made:
        actions.assign(contact, request.user, by=request.user, now=timezone.now(), into=made)
    changed(request, _("You take care of {person} now.").format(person=contact), made.change_set)
    return walking.stay(request, contact)


@allow("contacts.view")
@require_GET
def changes(request: StaffRequest, pk: int) -> HttpResponse:
    """Who changed what in the last 30 days; each change can be taken back."""
    contact = load(request.user, pk)
    told = changes_of(CONTACT, pk, after=request.GET.get("after", ""))
    return page(request, "contacts/changes.html", {**who(request, contact), "page": told})


@allow("contacts.view")
@require_GET
def panel(request: StaffRequest, pk: int, key: str) -> HttpResponse:
    """One panel of the right column, for pages that did not wait for it; nothing where it has nothing to say."""
    contact = load(request.user, pk)
    try:
        shown = panels.one_for(key, contact, request.user, now=timezone.now())
    except LookupError as error:
        raise Http404 from error
    context = {**who(request, contact), "panel": shown}
    return page(request, "contacts/parts/panel.html", context) if shown else HttpResponse()


def _page(
    request: StaffRequest,
    contact: Contact,
    *,
    fragment: str,
    open_fact: forms.Fact | None = None,
    form: forms.Details | None = None,
    note: forms.Note | None = None,
    status: int = 200,
) -> HttpResponse:
    """The whole page, or as much of it as its fragment needs."""
    whole = not request.htmx or request.htmx.boosted or request.htmx.history_restore_request
    asked = _ask(request, contact) if whole or fragment == "live" else None
    context = who(request, contact)
    context["here"] = reverse("contacts:contact", args=[contact.pk])
    context |= {"open_fact": open_fact, "form": form, "note": note or forms.Note(label_suffix="")}
    context["carried"] = walking.carried(request)
    if whole:
        context["walk"] = walking.through(request, contact)
    if not whole and fragment == "live":
        context["beside"] = "morph"
    if whole or fragment in {"facts", "live"}:
        context |= {"facts": _facts(contact), "marks": marks.shown(request, contact)}
        context["place"] = whereabouts.of(contact)
    if asked:
        context["panels"] = panels.shown_for(contact, request.user, now=context["now"], later=whole)
        context |= _told(asked)
    return page(request, TEMPLATE, context, fragment=fragment, status=status)


def _ask(request: StaffRequest, contact: Contact) -> Asked:
    """Begin to ask the facts what happened; the records can be asked before the answer is needed."""
    profiles, asked = profiles_of(contact.pk), request.GET
    told = meanwhile.ask(story.of_contact, profiles, group=asked.get("group", ""), until=asked.get("until", ""))
    return told, meanwhile.ask(story.chips, profiles)


def _told(asked: Asked) -> dict[str, Any]:
    """What happened, or the sentence why it cannot be told now."""
    told, chips = asked
    try:
        shown = chips.result()
        context = {"story": told.result(), "chips": shown, "everything": sum(chip.count for chip in shown)}
    except Unavailable as failure:
        return {"failure": str(failure)}
    return {**context, "behind_since": _behind_since(timezone.now())}


def _behind_since(now: datetime) -> datetime | None:
    """Since when the history lacks what happened, if that is long enough to be worth saying."""
    oldest = unread_since("facts")
    return oldest if oldest and oldest < now - WORTH_SAYING else None


def _older(request: StaffRequest, contact: Contact) -> HttpResponse:
    asked = request.GET
    told = story.of_contact(
        profiles_of(contact.pk),
        group=asked.get("group", ""),
        before=asked.get("before", ""),
        after_day=asked.get("day", ""),
    )
    return page(request, TEMPLATE, {"contact": contact, "story": told, "now": timezone.now()}, fragment="older")


def _facts(contact: Contact) -> list[Known]:
    """The facts with who changed them. One query for the names, one for own fields, one for what those point to."""
    who = knowing.changers(contact)
    shown = [
        Known(fact.key, fact.label, _lines(contact, fact), who.of(fact.paths), _href(contact, fact))
        for fact in forms.FACTS
        if fact.key != "name"
    ]
    own = fields.of_people(Record.CONTACT)
    names = fields.named((one, one.read(contact)) for one in own)
    made = ((fact.key, fact.own) for fact in forms.own_facts(own) if fact.own)
    return [*shown, *(knowing.of_field(contact, key, one, names, who) for key, one in made)]


def _lines(contact: Contact, fact: forms.Fact) -> list[str]:
    if fact.key == "address":
        found = [contact.street, f"{contact.postal_code} {contact.city}".strip(), _country(contact.country)]
    elif fact.key == "phone":
        found = [phones.shown(contact.phone) if contact.phone else ""]
    elif fact.key == "language":
        found = [str(dict(forms.LANGUAGES).get(contact.language, contact.language))]
    elif fact.key == "stage":
        found = [str(Stage(contact.stage).label)]
    else:
        found = [str(getattr(contact, name) or "") for name in fact.fields]
    return [line for line in found if line]


def _country(code: str) -> str:
    """The country by name, unless it is home."""
    return "" if code in {"", "PL"} else str(written.locale().territories.get(code, code))


def _href(contact: Contact, fact: forms.Fact) -> str:
    if fact.key == "email" and contact.email:
        return f"mailto:{contact.email}"
    if fact.key == "phone" and contact.phone:
        return f"tel:{contact.phone}"
    return reverse("contacts:company", args=[contact.company_id]) if fact.key == "work" and contact.company_id else ""
