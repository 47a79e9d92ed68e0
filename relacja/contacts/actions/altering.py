"""Changing many contacts in a few statements: what `edit`, `assign`, `set_stage` and `archive` do to one at a time."""

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from django.db import transaction

from relacja.contacts import bulk, fields, plain, rules
from relacja.contacts.actions.record import CONTACT, Words, all_in_words
from relacja.contacts.fields import Known
from relacja.contacts.models import Company, Contact, Identity, Merge, Record
from relacja.lib import live
from relacja.staff.changes import Note, Recorder
from relacja.staff.models import User

NAMING = ("email", "phone")
PUT_AWAY = frozenset({plain.PUT_AWAY, plain.TRASHED})
IdentityPair = rules.IdentityPair
Reasons = Mapping[int, Mapping[str, Any]]
_DESCRIBING = ("first_name", "last_name", "email", "phone", "archived_at", "name_key", "search_text")
_READ = (*_DESCRIBING, "version", "last_changes")


@dataclass(slots=True)
class Held:
    """A contact on its way: what it was when we came, what was put, and what is noted about it."""

    contact: Contact
    was: dict[str, Any] = field(default_factory=dict)
    made: list[Note] = field(default_factory=list)

    def put(self, values: Mapping[str, Any]) -> None:
        """Set these fields, given as the history has them; nothing is stored yet."""
        for name in values:
            self.was.setdefault(name, plain.value(self.contact, name))
        plain.put(self.contact, values)


@dataclass(frozen=True, slots=True)
class Near:
    """What records speak of: companies by id, whom addresses and numbers name, own fields."""

    firms: Mapping[int, Company]
    named: dict[IdentityPair, int]
    known: Mapping[str, Known]

    def is_free(self, contact: Contact, name: str, value: Any) -> bool:
        """Whether an address or number may name this contact: what it had before is free for others from now on."""
        old, new = identity(name, plain.value(contact, name)), identity(name, value)
        if new and self.named.get(new, contact.pk) != contact.pk:
            return False
        if old and self.named.get(old) == contact.pk:
            del self.named[old]
        if new:
            self.named[new] = contact.pk
        return True


def change(
    people: Sequence[Contact],
    wanted: Callable[[Contact], Mapping[str, Any]],
    *,
    by: User | None,
    now: datetime,
    into: Recorder,
    reasons: Reasons | None = None,
) -> list[int]:
    """Give each of these people what is `wanted` for them, as the history has it; noted in `into`.

    `reasons` are what the event of another owner says besides, by the ids of the contacts.

    Returns whom it leaves as they were: an address that they would take names somebody else, or somebody changes one of
    them at this moment. Whoever does it to one at a time finds out which.
    """
    pairs = [(one, plain.changed(one, wanted(one))) for one in people]
    found = near([values for _one, (before, after) in pairs for values in (before, after)])
    held, left = [], []
    for one, (before, after) in pairs:
        if not all(found.is_free(one, name, after[name]) for name in NAMING if name in after):
            left.append(one.pk)
        elif after:
            held.append(_put(one, after, Note(one.pk, before, after)))
    is_stored = _is_stored(held, found, by=by, now=now, into=into, reasons=reasons)
    return left if is_stored else [one.pk for one in people]


def archive(people: Sequence[Contact], *, by: User, now: datetime, into: Recorder) -> list[int]:
    """Put all of them away who are not. Returns whom it leaves, like `change`, and so do those below."""
    put = {plain.PUT_AWAY: now.isoformat()}
    held = [_put(one, put, Note(one.pk, {plain.PUT_AWAY: None}, put)) for one in people if one.archived_at is None]
    return _moved(held, by=by, now=now, into=into)


def restore(people: Sequence[Contact], *, by: User, now: datetime, into: Recorder) -> list[int]:
    """Take all of them back who are in the archive. Those who are part of somebody else are left."""
    away = [one for one in people if one.archived_at is not None and one.trashed_at is None]
    merged = parts_of_others(one.pk for one in away)
    put = {plain.PUT_AWAY: None}
    held = [_put(one, put, Note(one.pk, plain.of(one, put), put)) for one in away if one.pk not in merged]
    return [*merged, *_moved(held, by=by, now=now, into=into)]


def discard(people: Sequence[Contact], *, by: User, now: datetime, into: Recorder) -> list[int]:
    """Put all of them in the trash who are not in it."""
    held = []
    for one in people:
        if one.trashed_at is None:
            before = plain.of(one, [plain.PUT_AWAY])
            away = before[plain.PUT_AWAY] or now.isoformat()
            put = {plain.PUT_AWAY: away, plain.TRASHED: now.isoformat()}
            held.append(_put(one, put, Note(one.pk, before, None)))
    return _moved(held, by=by, now=now, into=into)


def retrieve(people: Sequence[Contact], *, by: User, now: datetime, into: Recorder) -> list[int]:
    """Take all of them out of the trash; who was archived before is so again."""
    held = []
    for one in people:
        if one.trashed_at is not None:
            away = plain.value(one, plain.PUT_AWAY) if one.archived_at != one.trashed_at else None
            after = {plain.PUT_AWAY: away}
            held.append(_put(one, {**after, plain.TRASHED: None}, Note(one.pk, None, after)))
    return _moved(held, by=by, now=now, into=into)


def parts_of_others(contact_ids: Iterable[int]) -> set[int]:
    """Those of these contacts who were merged into somebody else. One query."""
    found = Merge.objects.standing().filter(loser__in=list(contact_ids))
    return set(found.values_list("loser", flat=True))


def near(spoken: Sequence[Mapping[str, Any]]) -> Near:
    """What these values speak of. Four queries at most."""
    firms = {given["company"] for given in spoken if given.get("company")}
    pairs = [pair for given in spoken for name in NAMING if (pair := identity(name, given.get(name)))]
    return Near(
        Company.objects.in_bulk(firms) if firms else {},
        {pair: contact_id for name in NAMING for pair, contact_id in _named(name, pairs)},
        fields.among(Record.CONTACT, {name for given in spoken for name in given}),
    )


@transaction.atomic
def write(held: Sequence[Held], found: Near, *, by: User | None, now: datetime, reasons: Reasons | None = None) -> None:
    """Store what was put, with the events that tell it. Raises `Overtaken`, and then nothing is stored."""
    writer = bulk.Writer(now=now, by=by, source="staff", channel="staff" if by else "system")
    for one in held:
        if "company" in one.was:
            one.contact.company = found.firms.get(one.contact.company_id or 0)
    known = _named_by([one.contact.pk for one in held if set(NAMING) & set(one.was)])
    words = all_in_words([_changed(one) for one in held], firms=found.firms.values(), known=found.known)
    told = reasons or {}
    writer.write(
        [], [_alteration(*pair, known, told.get(pair[0].contact.pk, {})) for pair in zip(held, words, strict=True)]
    )
    writer.finish()
    for one in held:
        live.publish(f"contact:{one.contact.pk}")


def identity(name: str, value: Any) -> IdentityPair | None:
    """What an address or number names somebody by; an empty one names nobody."""
    return next(iter(rules.Values({name: value}).identities), None) if value else None


def _put(contact: Contact, values: Mapping[str, Any], note: Note) -> Held:
    held = Held(contact, made=[note])
    held.put(values)
    return held


def _moved(held: list[Held], *, by: User, now: datetime, into: Recorder) -> list[int]:
    is_stored = _is_stored(held, near([]), by=by, now=now, into=into)
    return [] if is_stored else [one.contact.pk for one in held]


def _is_stored(
    held: list[Held],
    found: Near,
    *,
    by: User | None,
    now: datetime,
    into: Recorder,
    reasons: Reasons | None = None,
) -> bool:
    try:
        write(held, found, by=by, now=now, reasons=reasons)
    except bulk.Overtaken:
        return False
    for note in (note for one in held for note in one.made):
        into.note(CONTACT, note.record_id, before=note.before, after=note.after)
    return True


def _changed(one: Held) -> tuple[dict[str, Any], dict[str, Any]]:
    """The fields that are something else now, before and after; to be put away changes none."""
    before = {name: value for name, value in one.was.items() if name not in PUT_AWAY}
    return before, plain.of(one.contact, before)


def _alteration(
    one: Held, words: Words, known: set[tuple[int, IdentityPair]], reason: Mapping[str, Any]
) -> bulk.Alteration:
    contact = one.contact
    naming = [name for name in NAMING if name in one.was]
    moved = [(identity(name, one.was[name]), identity(name, plain.value(contact, name))) for name in naming]
    return bulk.Alteration(
        contact_id=contact.pk,
        held={name: getattr(contact, name) for name in _READ},
        fields={column: getattr(contact, column) for column in map(plain.stored, one.was)},
        company=contact.company.name if contact.company else "",
        changes=words,
        lost=[old for old, new in moved if old and old != new and (contact.pk, old) in known],
        gained=[new for old, new in moved if new and old != new and (contact.pk, new) not in known],
        said=_said(one),
        reason=reason,
    )


def _said(one: Held) -> list[str]:
    """What the timeline says when somebody was put away or came back."""
    contact, archived_now = one.contact, plain.value(one.contact, plain.PUT_AWAY)
    if plain.TRASHED in one.was:
        return ["Contact Discarded" if contact.trashed_at else "Contact Restored"]
    if one.was.get(plain.PUT_AWAY, archived_now) != archived_now:
        return ["Contact Archived" if contact.archived_at else "Contact Restored"]
    return []


def _named_by(contact_ids: Iterable[int]) -> set[tuple[int, IdentityPair]]:
    """What names these contacts. One query, or none for nobody."""
    wanted = list(contact_ids)
    if not wanted:
        return set()
    found = Identity.objects.filter(contact_id__in=wanted).values_list("contact_id", "kind", "value")
    return {(contact_id, (kind, value)) for contact_id, kind, value in found}


def _named(name: str, pairs: list[IdentityPair]) -> list[tuple[IdentityPair, int]]:
    values = {value for kind, value in pairs if kind == name}
    if not values:
        return []
    found = Identity.objects.filter(kind=name, value__in=values).values_list("kind", "value", "contact_id")
    return [((kind, value), contact_id) for kind, value, contact_id in found]
