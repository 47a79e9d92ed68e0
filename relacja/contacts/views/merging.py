"""Merging two people, side by side and field by field, and taking them apart."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_GET, require_POST

from relacja.contacts import choosing, consents, duplicates, families, fields, merging, plain, reach, searching, tasks
from relacja.contacts.actions import merge, standing
from relacja.contacts.choosing import Proposal
from relacja.contacts.models import Contact, Decision, Identity, Likeness, Merge, Record
from relacja.events import queries as events
from relacja.jobs.work import later
from relacja.lib import live
from relacja.lib.errors import Refused, Unavailable
from relacja.lib.text import cleaned
from relacja.staff import changes
from relacja.staff.access import allow
from relacja.staff.changes import one_set
from relacja.staff.http import StaffRequest
from relacja.staff.models import User
from relacja.staff.toasts import changed
from relacja.ui import toasts, written
from relacja.ui.pages import page

LOSERS = "loser"
PARTNERS = 12


@dataclass(frozen=True, slots=True)
class Line:
    """One field of both, in words, and what is proposed."""

    field: str
    label: Any
    winners: str
    losers: str
    proposal: Proposal
    takes_losers: bool


@dataclass(frozen=True, slots=True)
class Moving:
    """How many rows of one kind each of the two has; the loser's go along."""

    label: Any
    winners: int | None
    losers: int | None


@dataclass(frozen=True, slots=True)
class Standing:
    """How a consent stands with both, and how it will."""

    purpose: str
    channel: str
    winners: str
    losers: str
    result: str


@allow("contacts.merge")
@require_GET
def chosen(request: StaffRequest) -> HttpResponse:
    """The two who are ticked on the list."""
    ids = [int(text) for text in request.GET.getlist("ids") if text.isascii() and text.isdigit() and len(text) < 19]
    if len(set(ids)) != 2:
        raise Refused(_("Choose exactly two people to merge."))
    return redirect("contacts:merge", *sorted(set(ids)))


@allow("contacts.merge")
@require_GET
def partner(request: StaffRequest, pk: int) -> HttpResponse:
    """Look for the other record of somebody: those found by a text, before that those who may be the same."""
    contact = _load(request.user, pk)
    text = cleaned(request.GET.get("q", ""))[:200]
    found = searching.found(text).exclude(pk=pk) if text else duplicates.partners(contact)
    found = reach.among_people(found, reach.owners(request.user))
    people = list(found.select_related("company")[:PARTNERS])
    context = {"contact": contact, "text": text, "people": people}
    return page(request, "contacts/partner.html", context, fragment="people")


@allow("contacts.merge")
def dialogue(request: StaffRequest, pk: int, other: int) -> HttpResponse:
    """Both side by side; a POST merges them. `stays` says who stays."""
    one, two = _load(request.user, pk), _load(request.user, other)
    stays = request.POST.get("stays") or request.GET.get("stays", "")
    winner, loser = choosing.survivor(one, two)
    if stays == str(loser.pk):
        winner, loser = loser, winner
    if request.method != "POST":
        return page(request, "contacts/merge.html", _context(request, winner, loser))
    names = choosing.fields_of(winner, loser)
    taken = [name for name in names if request.POST.get(f"field-{name}") == LOSERS]
    with one_set("contacts.merged", by=request.user, source="staff", now=timezone.now()) as made:
        merge.merge(
            winner,
            loser,
            taken=taken,
            versions=_versions(request.POST),
            by=request.user,
            now=timezone.now(),
            into=made,
        )
    duplicates.count_again()
    changed(request, _("{loser} is part of {winner} now.").format(loser=loser, winner=winner), made.change_set)
    return redirect("contacts:contact", winner.pk)


@allow("contacts.merge")
def made(request: StaffRequest, pk: int) -> HttpResponse:
    """A merge: what would go back and what stays; a POST takes the two apart."""
    seen = reach.people(request.user).values("pk")
    made = Merge.objects.select_related("winner", "loser", "merged_by", "parted_by")
    found = get_object_or_404(made.filter(winner__in=seen, loser__in=seen), pk=pk)
    if request.method != "POST":
        return page(request, "contacts/merging.html", _parting(found))
    parted = merge.part(found, by=request.user, now=timezone.now(), are_two=bool(request.POST.get("are_two")))
    duplicates.count_again()
    toasts.say(request, _("{one} and {other} are two again.").format(one=found.winner, other=found.loser))
    known = fields.everything(Record.CONTACT)
    if kept := [str(known[name].label) for name in parted.edited if name in known]:
        said = _("Edited since, and so left with {person}: {fields}.")
        toasts.warn(request, said.format(person=found.winner, fields=", ".join(kept)))
    if parted.elsewhere:
        said = _("Somebody else has these now: {values}.")
        toasts.warn(request, said.format(values=", ".join(parted.elsewhere)))
    return redirect("contacts:contact", found.loser_id)


@allow("contacts.merge")
@require_POST
def sure(request: StaffRequest) -> HttpResponse:
    """Merge all of whom we are sure, in the background; whom an address or number tells apart waits for a person."""
    now = timezone.now()
    count = duplicates.page(duplicates.Filters(level=Likeness.SURE, seen=reach.owners(request.user))).found
    if not count:
        raise Refused(_("There is nobody of whom we are sure. Decide about the others one by one."))
    noted = changes.begin("contacts.merged", by=request.user, source="staff", now=now)
    later(tasks.merge_sure, user_id=request.user.pk, change_set_id=noted.pk)
    live.publish("duplicates")
    words = "%(number)s sure pair is looked at. Those with different addresses or numbers stay here for you."
    many = "%(number)s sure pairs are looked at. Those with different addresses or numbers stay here for you."
    toasts.say(request, ngettext(words, many, count) % {"number": written.number(count)})
    return redirect("contacts:duplicates")


def _load(user: User, pk: int) -> Contact:
    contact = get_object_or_404(reach.people(user).select_related("company", "owner"), pk=pk)
    if contact.archived_at is not None:
        raise merge.AlreadyMerged(
            _("{person} is in the archive, or part of another contact now.").format(person=contact)
        )
    return contact


def _versions(given: Mapping[str, str]) -> tuple[int, int] | None:
    """The versions on which the choice was made, as the form holds them."""
    texts = (given.get("winner_version", ""), given.get("loser_version", ""))
    if not all(text.isascii() and text.isdigit() and len(text) < 19 for text in texts):
        return None
    return int(texts[0]), int(texts[1])


def _context(request: StaffRequest, winner: Contact, loser: Contact) -> dict[str, Any]:
    lines = _lines(winner, loser)
    candidate = duplicates.of_pair(winner.pk, loser.pk)
    return {
        "winner": winner,
        "loser": loser,
        "differing": [line for line in lines if line.proposal.differs],
        "same": [line for line in lines if not line.proposal.differs and line.winners],
        "moving": _moving(winner, loser),
        "standing": _standing(winner, loser),
        "identities": Identity.objects.filter(contact=loser).exclude(kind="visitor").order_by("kind", "value"),
        "browsers": Identity.objects.filter(contact=loser, kind="visitor").count(),
        "conflicts": merge.conflicts(winner, loser),
        "candidate": candidate,
        "row": duplicates.row(candidate) if candidate else None,
        "is_open": candidate is not None and candidate.decision == Decision.OPEN,
    }


def _lines(winner: Contact, loser: Contact) -> list[Line]:
    """The fields of both in words. Three queries at most."""
    known = fields.everything(Record.CONTACT)
    proposals = [one for one in choosing.proposals(winner, loser) if one.field in known]
    pairs = [(known[one.field], value) for one in proposals for value in (one.winners, one.losers)]
    names = fields.named(pairs)
    return [
        Line(
            one.field,
            known[one.field].label,
            known[one.field].show(one.winners, names),
            known[one.field].show(one.losers, names),
            one,
            one.takes_losers,
        )
        for one in sorted(proposals, key=lambda one: list(known).index(one.field))
    ]


def _moving(winner: Contact, loser: Contact) -> list[Moving]:
    """What goes along. One question to the facts for each of the two, a query or two for each part."""
    ids = [winner.pk, loser.pk]
    try:
        happened = [sum(events.timeline_counts(events.profiles_of(pk)).values()) for pk in ids]
        found = [Moving(_("Events"), happened[0], happened[1])]
    except Unavailable:
        found = [Moving(_("Events"), None, None)]
    for part in merging.parts():
        counts = part.counts(ids)
        found.append(Moving(part.label, counts.get(winner.pk, 0), counts.get(loser.pk, 0)))
    return [one for one in found if one.winners is None or one.winners or one.losers]


def _standing(winner: Contact, loser: Contact) -> list[Standing]:
    """How consents will stand: the stricter of both."""
    ours, theirs = standing.of(winner), standing.of(loser)
    found = []
    for key in sorted(ours.keys() | theirs.keys()):
        own, other = ours.get(key), theirs.get(key)
        result = standing.stricter(own, other, email=winner.email)
        found.append(
            Standing(
                str(consents.label(key[0])),
                str(consents.CHANNELS.get(key[1], key[1])),
                own.get_act_display() if own else "",
                other.get_act_display() if other else "",
                result.get_act_display() if result else "",
            )
        )
    return found


def _parting(found: Merge) -> dict[str, Any]:
    known = fields.everything(Record.CONTACT)
    kept = found.kept
    now_set = plain.of(found.winner, kept["set"])
    pairs = [
        (known[name], value) for name in kept["set"] if name in known for value in (kept["before"][name], now_set[name])
    ]
    names = fields.named(pairs)
    lines = [
        {
            "label": known[name].label,
            "before": known[name].show(kept["before"][name], names),
            "now": known[name].show(now_set[name], names),
            "goes_back": now_set[name] == value,
        }
        for name, value in kept["set"].items()
        if name in known
    ]
    return {
        "made": found,
        "lines": lines,
        "identities": [value for kind, value, *_rest in kept["identities"] if kind != "visitor"],
        "on_top": Merge.objects.standing().filter(winner=found.winner, pk__gt=found.pk).select_related("loser").last(),
        "successor": families.successor(found.winner_id),
    }
