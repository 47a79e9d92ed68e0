"""Putting contacts and companies back as they were, many at a time."""

import uuid
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from relacja.contacts import fields, plain, rules
from relacja.contacts.actions.company import put as put_company
from relacja.contacts.actions.company import refuse_cycle
from relacja.contacts.actions.record import in_words, told
from relacja.contacts.actions.writing import ChangedMeanwhile, describe, write
from relacja.contacts.fields import Known
from relacja.contacts.models import Company, Contact, Identity, Merge, Record
from relacja.events import actions as events
from relacja.events.event import Event
from relacja.lib import live
from relacja.lib.errors import Refused
from relacja.lib.text import folded
from relacja.staff.changes import Kept, Note, Restored, Wanted, person
from relacja.staff.models import User

NAMING = ("email", "phone")
PEOPLE = "people"
IdentityPair = rules.IdentityPair


@dataclass(frozen=True, slots=True)
class _Near:
    """What records speak of: companies and people who work here by id, whom addresses and
    numbers name, and who was merged."""

    firms: dict[int, Company]
    people: dict[int, User]
    named: dict[IdentityPair, int]
    known: dict[str, Known]
    merged: set[int]


@dataclass(slots=True)
class _Held:
    """A contact on its way back: what it was when we came, what was put, and what is noted about it."""

    contact: Contact
    was: dict[str, Any] = field(default_factory=dict)
    made: list[Note] = field(default_factory=list)


def restore_contacts(wanted: Sequence[Wanted], *, by: User | None, now: datetime) -> Restored:
    """Put contacts back, in the caller's transaction. Seven queries, and one for each contact that is written."""
    found = Contact.objects.select_related("company").in_bulk({one.record_id for one in wanted})
    held = {pk: _Held(contact) for pk, contact in found.items()}
    near = _near(wanted)
    kept: list[Kept] = []
    for one in wanted:
        if one.record_id in held:
            kept += _put_back(held[one.record_id], one, near, now=now)
        else:
            kept.append(Kept(one.record_id, "", None, None))
    written = [one for one in held.values() if one.was and _written(one, near, kept, by=by, now=now)]
    _rename([one for one in written if set(NAMING) & set(one.was)], now=now)
    events.append([event for one in written for event in _events(one, near, by=by, now=now)])
    for back in written:
        live.publish(f"contact:{back.contact.pk}")
    return Restored([note for one in written for note in one.made], kept)


def restore_companies(wanted: Sequence[Wanted], *, by: User | None, now: datetime) -> Restored:
    """Put companies back, in the caller's transaction. One that was added goes when nobody works there."""
    found = Company.objects.in_bulk({one.record_id for one in wanted})
    done = Restored([], [])
    for one in wanted:
        company = found.get(one.record_id)
        if company is None:
            done.kept.append(Kept(one.record_id, "", None, None))
        elif one.to is None:
            _put_company_away(company, one, done, now=now)
        elif one.expected is None:
            _take_company_back(company, one, done)
        else:
            _put_company_back(company, one, done)
    return done


def _put_back(held: _Held, wanted: Wanted, near: _Near, *, now: datetime) -> list[Kept]:
    """Set what is still as the change left it; what is not is returned."""
    contact = held.contact
    if contact.pk in near.merged:  # it is part of somebody else: the merge is taken apart first
        return [Kept(contact.pk, plain.PUT_AWAY, plain.value(contact, plain.PUT_AWAY), None)]
    if wanted.to is None:
        if contact.trashed_at is not None:
            return [Kept(contact.pk, plain.TRASHED, plain.value(contact, plain.TRASHED), None)]
        was_added = plain.PUT_AWAY not in (wanted.expected or {})  # and not taken out of the trash
        kept = _changed_since(contact, wanted.expected or {}) if was_added else []
        if not kept:
            away = plain.value(contact, plain.PUT_AWAY) or now.isoformat()
            _put(held, {plain.PUT_AWAY: away, plain.TRASHED: now.isoformat()})
            held.made.append(Note(contact.pk, before=wanted.expected, after=None))
        return kept
    if wanted.expected is None:
        if contact.trashed_at is None:
            return [Kept(contact.pk, plain.TRASHED, None, None)]
        _put(held, {plain.PUT_AWAY: wanted.to.get(plain.PUT_AWAY), plain.TRASHED: None})
        held.made.append(Note(contact.pk, before=None, after=wanted.to))
        return []
    kept, put = [], {}
    for name, expected in wanted.expected.items():
        present = plain.value(contact, name)
        if not plain.are_same(present, expected) or not _is_possible(contact, name, wanted.to[name], near):
            kept.append(Kept(contact.pk, name, present, expected))
        else:
            put[name] = wanted.to[name]
    if put:
        before = plain.of(contact, put)
        _put(held, put)
        held.made.append(Note(contact.pk, before=before, after=put))
    return kept


def _changed_since(contact: Contact, added: Mapping[str, Any]) -> list[Kept]:
    """What is known of a contact now that was not when it was added, or otherwise."""
    present = plain.filled(contact)
    names = [name for name in {**added, **present} if not plain.are_same(present.get(name), added.get(name))]
    return [Kept(contact.pk, name, present.get(name), added.get(name)) for name in names]


def _put(held: _Held, values: Mapping[str, Any]) -> None:
    for name in values:
        held.was.setdefault(name, plain.value(held.contact, name))
    plain.put(held.contact, values)


def _is_possible(contact: Contact, name: str, value: Any, near: _Near) -> bool:
    """Whether a field may have this value again: its company is still there, its address names nobody else by now."""
    if name == "company":
        return value is None or value in near.firms
    if name not in NAMING:
        return True
    old, new = _identity(name, plain.value(contact, name)), _identity(name, value)
    if new and near.named.get(new, contact.pk) != contact.pk:
        return False
    if old and near.named.get(old) == contact.pk:
        del near.named[old]
    if new:
        near.named[new] = contact.pk
    return True


def _written(held: _Held, near: _Near, kept: list[Kept], *, by: User | None, now: datetime) -> bool:
    """Store a contact. If somebody writes it at the very same moment, it is theirs."""
    contact = held.contact
    if "company" in held.was:
        contact.company = near.firms.get(contact.company_id or 0)
    describe(contact)
    columns = {plain.column(name) for name in held.was} | {"name_key", "search_text"}
    try:
        write(contact, columns, changed=held.was, by=by, now=now)
    except ChangedMeanwhile:
        kept.append(Kept(contact.pk, "", None, None))
        return False
    return True


def _near(wanted: Iterable[Wanted]) -> _Near:
    """Five queries at most."""
    spoken = [given for one in wanted for given in (one.expected, one.to) if given]
    firms = {given["company"] for given in spoken if given.get("company")}
    people = {given["owner"] for given in spoken if given.get("owner")}
    pairs = [pair for given in spoken for name in NAMING if (pair := _identity(name, given.get(name)))]
    return _Near(
        Company.objects.in_bulk(firms) if firms else {},
        User.objects.in_bulk(people) if people else {},
        {pair: contact_id for name in NAMING for pair, contact_id in _named(name, pairs)},
        fields.among(Record.CONTACT, {name for given in spoken for name in given}),
        set(
            Merge.objects.standing().filter(loser__in=[one.record_id for one in wanted]).values_list("loser", flat=True)
        ),
    )


def _named(name: str, pairs: list[IdentityPair]) -> list[tuple[IdentityPair, int]]:
    values = {value for kind, value in pairs if kind == name}
    if not values:
        return []
    found = Identity.objects.filter(kind=name, value__in=values).values_list("kind", "value", "contact_id")
    return [((kind, value), contact_id) for kind, value, contact_id in found]


def _identity(name: str, value: Any) -> IdentityPair | None:
    """What an address or number names somebody by; an empty one names nobody."""
    return next(iter(rules.Values({name: value}).identities), None) if value else None


def _rename(held: Sequence[_Held], *, now: datetime) -> None:
    """What was given up names nobody any more; what came back names the contact again."""
    new = []
    for one in held:
        for name in NAMING:
            if name in one.was:
                if old := _identity(name, one.was[name]):
                    Identity.objects.filter(kind=old[0], value=old[1], contact=one.contact).delete()
                if pair := _identity(name, plain.value(one.contact, name)):
                    new.append(Identity(kind=pair[0], value=pair[1], contact=one.contact, since=now))
    known = {(i.kind, i.value) for i in Identity.objects.filter(contact__in=[one.contact for one in held])}
    Identity.objects.bulk_create([one for one in new if (one.kind, one.value) not in known])


def _events(held: _Held, near: _Near, *, by: User | None, now: datetime) -> list[Event]:
    """What the timeline says about a contact that was put back: the same as when people do it by hand."""
    contact, was = held.contact, dict(held.was)
    said: list[tuple[str, dict[str, Any]]] = []
    archived_now = plain.value(contact, plain.PUT_AWAY)
    archived = was.pop(plain.PUT_AWAY, archived_now) != archived_now
    if plain.TRASHED in was:
        del was[plain.TRASHED]
        said.append(("Contact Discarded" if contact.trashed_at else "Contact Restored", {}))
    elif archived:
        said.append(("Contact Archived" if contact.archived_at else "Contact Restored", {}))
    if "stage" in was:
        author = str(by) if by else ""
        said.append(("Stage Changed", {"stage": contact.stage, "before": was.pop("stage"), "author": author}))
    if "owner" in was:
        del was["owner"]
        owner = near.people.get(contact.owner_id or 0)
        said.append(("Owner Changed", {"owner": str(owner) if owner else ""}))
    if was:
        now_is = plain.of(contact, was)
        firms = [near.firms.get(given.get("company") or 0) for given in (was, now_is)]
        pairs = in_words(was, now_is, firms=firms, known=near.known)
        said.append(("Contact Updated", told(pairs, by=by, known=near.known)))
    return [
        Event.of(
            id=uuid.uuid4(),
            name=name,
            at=now,
            received_at=now,
            profile_id=contact.pk,
            channel="staff" if by else "system",
            properties=properties,
            by=person(by),
        )
        for name, properties in said
    ]


def _put_company_away(company: Company, wanted: Wanted, done: Restored, *, now: datetime) -> None:
    people = Contact.objects.active().filter(company=company).count()
    if people:
        done.kept.append(Kept(company.pk, PEOPLE, people, 0))
    elif Company.objects.filter(pk=company.pk, archived_at=None).update(archived_at=now):
        done.made.append(Note(company.pk, before=wanted.expected, after=None))


def _take_company_back(company: Company, wanted: Wanted, done: Restored) -> None:
    if _is_taken(company, company.name_key):
        done.kept.append(Kept(company.pk, "name", company.name, None))
    elif Company.objects.filter(pk=company.pk).exclude(archived_at=None).update(archived_at=None):
        done.made.append(Note(company.pk, before=None, after=wanted.to))


def _put_company_back(company: Company, wanted: Wanted, done: Restored) -> None:
    put: dict[str, Any] = {}
    for name, expected in (wanted.expected or {}).items():
        present, to = plain.value(company, name), (wanted.to or {})[name]
        if not plain.are_same(present, expected) or not _is_possible_again(company, name, to):
            done.kept.append(Kept(company.pk, name, present, expected))
        else:
            put[name] = to
    if put:
        before = plain.of(company, put)
        put_company(company, put)
        done.made.append(Note(company.pk, before=before, after=put))


def _is_possible_again(company: Company, name: str, value: Any) -> bool:
    """Whether a company may be called so again, or belong there."""
    if name == "name":
        return not _is_taken(company, folded(value)[:200])
    if name != "parent" or value is None:
        return True
    try:
        refuse_cycle(company, value)
    except Refused:
        return False
    return Company.objects.filter(pk=value).exists()


def _is_taken(company: Company, name_key: str) -> bool:
    return Company.objects.filter(name_key=name_key, archived_at=None).exclude(pk=company.pk).exists()
