"""The right column of a contact's page: what matters now. Apps contribute panels in their `panels.py`."""

from collections.abc import Callable
from concurrent.futures import Future
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from relacja.clickhouse import meanwhile
from relacja.contacts import dates, duplicates, reach, stages
from relacja.contacts.models import Consent, Contact, Document, Merge, Position
from relacja.lib.errors import Unavailable
from relacja.staff.models import User

Words = Any  # str or a lazy translation
Said = dict[str, Any] | None
Context = Callable[[Contact, User, datetime], Said | Future[Said]]


@dataclass(frozen=True, slots=True)
class Panel:
    """One section of the right column.

    `context(contact, user, now)` gives the template what it shows as `panel`, or None when there is nothing to say:
    then the section is left out. Its `aside` and `aside_href`, if given, stand beside the title. It runs on every look
    at the contact and again whenever something happens: a few milliseconds at most. What takes longer is asked
    `meanwhile`: the answer is waited for when everything else of the page is there. What may take longer than all of
    the page `is_late`: the page asks for it once it is there itself. What is `Unavailable` says so in its place.
    """

    key: str
    title: Words
    template: str
    context: Context
    order: int = 50
    permission: str = "contacts.view"
    is_late: bool = False


@dataclass(frozen=True, slots=True)
class Shown:
    """A panel with something to say, with the reason why it cannot, or with the address that says it later."""

    key: str
    title: Words
    template: str
    context: dict[str, Any]
    failure: str = ""
    later: str = ""


_panels: list[Panel] = []


def add(panel: Panel) -> None:
    """Put a panel on the contact's page. Called by an app's `panels.py` at start-up."""
    _panels.append(panel)


def shown_for(contact: Contact, user: User, *, now: datetime, later: bool = False) -> list[Shown]:
    """What the right column says about a contact to this person, in order. All are asked before one is waited for.

    `later` leaves those that are late to a question of their own.
    """
    panels = sorted((panel for panel in _panels if user.may(panel.permission)), key=lambda panel: panel.order)
    asked = [(panel, None if later and panel.is_late else _asked(panel, contact, user, now)) for panel in panels]
    shown = (_later(panel, contact) if later and panel.is_late else _shown(panel, answer) for panel, answer in asked)
    return [panel for panel in shown if panel is not None]


def one_for(key: str, contact: Contact, user: User, *, now: datetime) -> Shown | None:
    """One panel, if it has something to say. Raises `LookupError` when there is none of that name for this person."""
    panel = next((panel for panel in _panels if panel.key == key and user.may(panel.permission)), None)
    if panel is None:
        raise LookupError(key)
    return _shown(panel, _asked(panel, contact, user, now))


def _later(panel: Panel, contact: Contact) -> Shown:
    href = reverse("contacts:panel", args=[contact.pk, panel.key])
    return Shown(panel.key, panel.title, panel.template, {}, later=href)


def _asked(panel: Panel, contact: Contact, user: User, now: datetime) -> Said | Future[Said] | Unavailable:
    try:
        return panel.context(contact, user, now)
    except Unavailable as failure:
        return failure


def _shown(panel: Panel, answer: Said | Future[Said] | Unavailable) -> Shown | None:
    try:
        context = answer.result() if isinstance(answer, Future) else answer
    except Unavailable as failure:
        context = failure
    if isinstance(context, Unavailable):
        return Shown(panel.key, panel.title, panel.template, {}, str(context))
    return None if context is None else Shown(panel.key, panel.title, panel.template, context)


def _consents(contact: Contact, user: User, now: datetime) -> dict[str, Any]:
    """How things stand for every purpose that ever came up. One query."""
    states = Consent.objects.filter(contact=contact).select_related("entry__text").order_by("purpose", "channel")
    href = reverse("contacts:consents", args=[contact.pk])
    return {"states": list(states), "aside": _("history"), "aside_href": href}


def _doubles(contact: Contact, user: User, now: datetime) -> dict[str, Any] | None:
    """Whom they may be, and who was merged into them. Two queries, and two more for each that has something to say."""
    candidates = [
        (candidate, candidate.second if candidate.first_id == contact.pk else candidate.first)
        for candidate in duplicates.of_contact(contact.pk, reach.owners(user))
    ]
    merges = Merge.objects.standing().filter(winner=contact)
    if (seen := reach.owners(user)) is not None:
        merges = merges.filter(reach.owned(seen, "loser__"))
    merged = list(merges.prefetch_related("loser").order_by("-pk"))
    if not candidates and not merged:
        return None
    return {"candidates": candidates, "merged": merged, "may_merge": user.may("contacts.merge")}


add(Panel("duplicates", _("The same person?"), "contacts/panels/duplicates.html", _doubles, order=5))


def _positions(contact: Contact, user: User, now: datetime) -> dict[str, Any] | None:
    """What else they do, for other companies. One query."""
    found = list(Position.objects.filter(contact=contact).select_related("company").order_by("company__name_key"))
    return {"positions": found} if found else None


add(Panel("positions", _("Also at"), "contacts/panels/positions.html", _positions, order=55))
add(Panel("consents", _("Consents"), "contacts/panels/consents.html", _consents, order=60))


def _dates(contact: Contact, user: User, now: datetime) -> dict[str, Any]:
    """What comes, and what is past. Seldom a query."""
    return {"coming": dates.of_record(contact, now=now)}


add(Panel("dates", _("Important dates"), "contacts/panels/dates.html", _dates, order=52))


def _documents(contact: Contact, user: User, now: datetime) -> dict[str, Any] | None:
    """Their files, newest first. One query; nothing to say to who may not attach any while there are none."""
    found = list(Document.objects.there().filter(contact=contact).order_by("-pk"))
    may_attach = user.may("contacts.edit") and contact.archived_at is None
    attach_url = reverse("contacts:contact-documents", args=[contact.pk])
    return {"documents": found, "may_attach": may_attach, "attach_url": attach_url} if found or may_attach else None


add(Panel("documents", _("Documents"), "contacts/panels/documents.html", _documents, order=58))


def _stages(contact: Contact, user: User, now: datetime) -> Future[Said]:
    """Where they stood and for how long, once they moved. One question to the facts."""
    return meanwhile.ask(_stayed, contact, now)


def _stayed(contact: Contact, now: datetime) -> Said:
    stays = stages.of(contact, now=now)
    return {"stays": stays} if len(stays) > 1 else None


add(Panel("stages", _("Stages"), "contacts/panels/stages.html", _stages, order=57))
