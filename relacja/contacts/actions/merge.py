"""Two records of one person become one, and two again.

Nothing is thrown away: the loser stays as it was, put away, and the merge keeps what it takes to go back. Events are
not touched at all; aliases say whose they are.
"""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db import transaction
from django.db.models import F
from django.utils.translation import gettext as _

from relacja.contacts import choosing, families, merging, plain, reach
from relacja.contacts.actions import standing
from relacja.contacts.actions.writing import describe, write
from relacja.contacts.matching.people import mailbox
from relacja.contacts.models import (
    Candidate,
    Contact,
    Decision,
    Finder,
    Identity,
    IdentityKind,
    Likeness,
    MatchKey,
    Merge,
)
from relacja.events import actions as events
from relacja.events.profiles import profile_of
from relacja.lib import live
from relacja.lib.errors import Conflict, Refused
from relacja.staff.changes import Recorder, one_set, person
from relacja.staff.models import Author, User

MERGE = "merge"


class AlreadyMerged(Conflict):
    """One of the two is part of another contact now, or is put away."""


class LaterMergeStands(Refused):
    """What came on top must be taken apart first, or nobody could say what was whose."""


@dataclass(frozen=True, slots=True)
class Parted:
    """What could not go back: fields of the winner that were edited since, and identities that are somebody else's."""

    edited: list[str]
    elsewhere: list[str]


@transaction.atomic
def merge(
    winner: Contact,
    loser: Contact,
    *,
    taken: Collection[str],
    now: datetime,
    by: Author | None = None,
    versions: tuple[int, int] | None = None,
    into: Recorder | None = None,
) -> Merge:
    """The two are one: `winner` stays, with the loser's values in the fields of `taken`, and has all that it had.

    `versions` are those the choice was made on. Whole or not at all; doing it twice is refused. Raises `AlreadyMerged`.
    """
    held, gone = _held(winner, loser, versions)
    kept: dict[str, Any] = {
        "notes": held.last_changes,
        "changed_at": held.changed_at.isoformat(),
        "created_at": held.created_at.isoformat(),
        "loser": {"changed_at": gone.changed_at.isoformat()},
    }
    kept |= _take_fields(held, gone, taken, by=by, now=now)
    _put_away(gone, now=now)
    kept["identities"] = _take_identities(held, gone)
    kept["aliases"] = events.hand_over(gone.pk, to=held.pk, now=now)
    kept |= standing.take(held, gone)
    kept["parts"] = {part.key: part.move(loser=gone.pk, winner=held.pk, now=now) for part in merging.parts()}
    MatchKey.objects.filter(contact=gone).delete()
    by_person = by if isinstance(by, User) else None
    made = Merge.objects.create(winner=held, loser=gone, merged_at=now, merged_by=by_person, kept=kept)
    _decide(held, gone, by=by_person, now=now)
    with one_set("contacts.merged", by=by, source="staff" if by else "system", now=now, into=into) as noted:
        noted.note(MERGE, made.pk, before=None, after={"winner": held.pk, "loser": gone.pk})
    _tell("Contacts Merged", held.pk, other=gone.pk, by=by, now=now)
    winner.refresh_from_db()
    loser.refresh_from_db()
    return made


@transaction.atomic
def part(made: Merge, *, now: datetime, by: Author | None = None, are_two: bool = False) -> Parted:
    """The two are two again, each as it was. What was edited since stays with the winner and is said.

    What happened since under what named the loser goes with it. `are_two` says so for ever: they are not suggested
    again. Raises `LaterMergeStands`.
    """
    _refuse_parting(made)
    by_person = by if isinstance(by, User) else None
    if not Merge.objects.standing().filter(pk=made.pk).update(parted_at=now, parted_by=by_person):
        raise AlreadyMerged(_("These two were taken apart already."))
    kept = made.kept
    held = Contact.objects.select_related("company").get(pk=made.winner_id)
    gone = Contact.objects.select_related("company").get(pk=made.loser_id)
    for key, moved in reversed(kept["parts"].items()):
        if (found := merging.part_of(key)) is not None:
            found.put_back(moved, loser=gone.pk, winner=held.pk, now=now)
    elsewhere = _give_identities_back(held, gone, kept["identities"])
    named = [profile_of(kind, value) for kind, value in gone.identities.values_list("kind", "value")]
    events.hand_back(gone.pk, held_by=held.pk, profile_ids=[*kept["aliases"], *named], now=now)
    edited = _give_fields_back(held, kept, now=now)
    _bring_back(gone, kept["loser"])
    standing.give_back(held, gone, kept, now=now)
    _decide_again(held, gone, by=by_person, now=now, are_two=are_two)
    for one, other in ((held.pk, gone.pk), (gone.pk, held.pk)):
        _tell("Merge Taken Apart", one, other=other, by=by, now=now)
    made.refresh_from_db()
    return Parted(edited, elsewhere)


def conflicts(one: Contact, other: Contact) -> list[str]:
    """The kinds of identities that name both, but name them otherwise. Such two are never merged without a look.

    Another number in the same shop, another mailbox, another phone: each of the two is somebody by themselves.
    """
    kinds: dict[str, tuple[set[str], set[str]]] = {}
    for identity in Identity.objects.filter(contact__in=[one, other]).exclude(kind=IdentityKind.VISITOR):
        kind, value = identity.kind, identity.value
        if kind == IdentityKind.EXTERNAL:
            kind = f"{kind}:{value.partition(':')[0]}"
        elif kind == IdentityKind.EMAIL:
            value = mailbox(value)
        kinds.setdefault(kind, (set(), set()))[identity.contact_id != one.pk].add(value)
    return sorted(kind for kind, (ours, theirs) in kinds.items() if ours and theirs and not ours & theirs)


def merge_sure(*, after: int, now: datetime, by: User | None, into: Recorder | None = None) -> tuple[int, Merge | None]:
    """Merge the next two whom `by` sees, by the id of the candidate, if we are sure and nothing tells them apart.

    Returns how far it is, 0 at the end, and what was merged, if anything.
    """
    sure = Candidate.objects.waiting().filter(level=Likeness.SURE, pk__gt=after).order_by("pk")
    if by is not None and (seen := reach.owners(by)) is not None:
        sure = sure.filter(reach.owned(seen, "first__"), reach.owned(seen, "second__"))
    candidate = sure.select_related("first", "second").first()
    if candidate is None:
        return 0, None
    if conflicts(candidate.first, candidate.second):
        return candidate.pk, None
    winner, loser = choosing.survivor(candidate.first, candidate.second)
    taken = choosing.taken(winner, loser)
    return candidate.pk, merge(winner, loser, taken=taken, by=by, now=now, into=into)


def _held(winner: Contact, loser: Contact, versions: tuple[int, int] | None) -> tuple[Contact, Contact]:
    """Both as they are now, and kept from others who write; what the choice was made on must still be so."""
    if winner.pk == loser.pk:
        raise Refused(_("Choose two different people."))
    for contact in sorted((winner, loser), key=lambda one: one.pk):  # in one order, so that nobody waits in a circle
        if not Contact.objects.active().filter(pk=contact.pk).update(version=F("version") + 1):
            raise AlreadyMerged(_("{person} is in the archive, or part of another contact now.").format(person=contact))
    both = Contact.objects.select_related("company").in_bulk([winner.pk, loser.pk])
    held, gone = both[winner.pk], both[loser.pk]
    if versions is not None and (held.version - 1, gone.version - 1) != versions:
        raise Conflict(_("Somebody has changed one of the two in the meantime. Look once more, then decide."))
    return held, gone


def _take_fields(
    held: Contact, gone: Contact, taken: Collection[str], *, by: Author | None, now: datetime
) -> dict[str, Any]:
    """Set what is taken from the loser, and say what there was before."""
    names = [name for name in choosing.fields_of(held, gone) if name in taken]
    before = plain.of(held, names)
    values = {name: found for name in names if (found := _taken(held, gone, name)) != before[name]}
    plain.put(held, values)
    held.created_at = min(held.created_at, gone.created_at)
    describe(held)
    columns = {plain.column(name) for name in values} | {"name_key", "search_text", "created_at"}
    write(held, columns, changed=values, by=by, now=now)
    return {"before": {name: before[name] for name in values}, "set": values, "version": held.version + 1}


def _taken(held: Contact, gone: Contact, name: str) -> Any:
    ours, theirs = plain.value(held, name), plain.value(gone, name)
    return choosing.joined(ours, theirs) or ours if name in choosing.JOINED else theirs


def _put_away(gone: Contact, *, now: datetime) -> None:
    put_away = Contact.objects.active().filter(pk=gone.pk)
    put_away.update(archived_at=now, changed_at=now, search_text="", version=F("version") + 1)


def _bring_back(gone: Contact, kept: dict[str, Any]) -> None:
    gone.archived_at = None
    describe(gone)
    Contact.objects.filter(pk=gone.pk).update(
        archived_at=None,
        changed_at=datetime.fromisoformat(kept["changed_at"]),
        search_text=gone.search_text,
        version=F("version") + 1,
    )


def _take_identities(held: Contact, gone: Contact) -> list[list[Any]]:
    """All that named the loser names the winner, and remembers for whom it was made."""
    named = list(gone.identities.values_list("kind", "value", "since", "made_for_id"))
    gone.identities.filter(made_for=None).update(made_for=gone)
    gone.identities.update(contact=held)
    return [[kind, value, since.isoformat(), made_for] for kind, value, since, made_for in named]


def _give_identities_back(held: Contact, gone: Contact, kept: list[list[Any]]) -> list[str]:
    """What was made for the loser names it again, and so does what was given up since. Returns what others have now."""
    of_loser = families.members(gone.pk)
    held.identities.filter(made_for__in=of_loser).update(contact=gone)
    gone.identities.filter(made_for=gone).update(made_for=None)
    elsewhere = []
    for kind, value, since, made_for in kept:
        identity, created = Identity.objects.get_or_create(
            kind=kind,
            value=value,
            defaults={"contact": gone, "made_for_id": made_for, "since": datetime.fromisoformat(since)},
        )
        if not created and identity.contact_id != gone.pk:
            elsewhere.append(value)
    return elsewhere


def _give_fields_back(held: Contact, kept: dict[str, Any], *, now: datetime) -> list[str]:
    """Put back what is still as the merge left it. Returns the fields that were edited since."""
    present = plain.of(held, kept["set"])
    back = {name: kept["before"][name] for name, value in kept["set"].items() if present[name] == value}
    for name in choosing.JOINED & kept["set"].keys() - back.keys():  # what was put on since stays, the loser's goes
        gained = set(kept["set"][name]) - set(kept["before"][name] or [])
        back[name] = [one for one in present[name] or [] if one not in gained] or None
    if back.get("owner") and not User.objects.filter(pk=back["owner"]).exists():
        back["owner"] = None
    plain.put(held, back)
    was_edited = any(note[0] > kept["version"] for note in held.last_changes.values())
    notes = {name: note for name, note in held.last_changes.items() if name not in back}
    notes |= {name: note for name, note in kept["notes"].items() if name in back}
    describe(held)
    columns = {plain.column(name) for name in back} | {"name_key", "search_text"}
    Contact.objects.filter(pk=held.pk).update(
        **{column: getattr(held, column) for column in columns},
        last_changes=notes,
        created_at=datetime.fromisoformat(kept["created_at"]),
        changed_at=now if was_edited else datetime.fromisoformat(kept["changed_at"]),
        version=F("version") + 1,
    )
    return sorted(kept["set"].keys() - back.keys())


def _refuse_parting(made: Merge) -> None:
    on_top = Merge.objects.standing().filter(winner=made.winner_id, pk__gt=made.pk).select_related("loser").last()
    if on_top is not None:
        sentence = _("{person} was merged into this contact later. Take that merge apart first.")
        raise LaterMergeStands(sentence.format(person=on_top.loser))
    if (winner := families.successor(made.winner_id)) is not None:
        raise LaterMergeStands(
            _("This contact is part of {person} now. Take that merge apart first.").format(person=winner)
        )


def _decide(held: Contact, gone: Contact, *, by: User | None, now: datetime) -> None:
    first, second = sorted((held.pk, gone.pk))
    Candidate.objects.get_or_create(
        first_id=first,
        second_id=second,
        defaults={"score": 100, "level": Likeness.SURE, "found_by": Finder.PERSON, "found_at": now},
    )
    Candidate.objects.filter(first=first, second=second).update(decision=Decision.MERGED, decided_at=now, decided_by=by)
    live.publish("duplicates")


def _decide_again(held: Contact, gone: Contact, *, by: User | None, now: datetime, are_two: bool) -> None:
    first, second = sorted((held.pk, gone.pk))
    pair = Candidate.objects.filter(first=first, second=second)
    if are_two:
        pair.update(decision=Decision.DISMISSED, decided_at=now, decided_by=by)
    else:
        pair.filter(found_by=Finder.PERSON).delete()
        pair.update(decision=Decision.OPEN, decided_at=None, decided_by=None)
    live.publish("duplicates")


def _tell(name: str, contact_id: int, *, other: int, by: Author | None, now: datetime) -> None:
    events.record(
        name,
        profile_id=contact_id,
        at=now,
        now=now,
        channel="staff" if by else "system",
        properties={"other": other, "author": str(by) if by else ""},
        by=person(by),
    )
    live.publish(f"contact:{contact_id}")
    live.publish("contacts")
