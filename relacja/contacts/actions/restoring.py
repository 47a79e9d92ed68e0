"""Putting contacts back as they were, many at a time."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any

from relacja.contacts import plain
from relacja.contacts.actions import altering
from relacja.contacts.actions.altering import Held, Near
from relacja.contacts.bulk import Overtaken
from relacja.contacts.models import Contact
from relacja.staff.changes import Kept, Note, Restored, Wanted
from relacja.staff.models import User


def restore_contacts(wanted: Sequence[Wanted], *, by: User | None, now: datetime) -> Restored:
    """Put contacts back, in the caller's transaction: in some ten statements, whatever their number.

    If somebody writes one of them at the very same moment, it is theirs.
    """
    try:
        return _restored(wanted, by=by, now=now)
    except Overtaken:
        if len(wanted) == 1:
            return Restored([], [Kept(wanted[0].record_id, "", None, None)])
    parts = [restore_contacts([one], by=by, now=now) for one in wanted]
    return Restored([note for part in parts for note in part.made], [kept for part in parts for kept in part.kept])


def _restored(wanted: Sequence[Wanted], *, by: User | None, now: datetime) -> Restored:
    found = Contact.objects.select_related("company").in_bulk({one.record_id for one in wanted})
    held = {pk: Held(contact) for pk, contact in found.items()}
    near = altering.near([given for one in wanted for given in (one.expected, one.to) if given])
    merged = altering.parts_of_others(found)
    kept: list[Kept] = []
    for one in wanted:
        if one.record_id not in held:
            kept.append(Kept(one.record_id, "", None, None))
        elif one.record_id in merged:  # it is part of somebody else: the merge is taken apart first
            kept.append(Kept(one.record_id, plain.PUT_AWAY, plain.value(found[one.record_id], plain.PUT_AWAY), None))
        else:
            kept += _put_back(held[one.record_id], one, near, now=now)
    written = [one for one in held.values() if one.was]
    altering.write(written, near, by=by, now=now)
    return Restored([note for one in written for note in one.made], kept)


def _put_back(held: Held, wanted: Wanted, near: Near, *, now: datetime) -> list[Kept]:
    """Set what is still as the change left it; what is not is returned."""
    contact = held.contact
    if wanted.to is None:
        if contact.trashed_at is not None:
            return [Kept(contact.pk, plain.TRASHED, plain.value(contact, plain.TRASHED), None)]
        was_added = plain.PUT_AWAY not in (wanted.expected or {})  # and not taken out of the trash
        kept = _changed_since(contact, wanted.expected or {}) if was_added else []
        if not kept:
            away = plain.value(contact, plain.PUT_AWAY) or now.isoformat()
            held.put({plain.PUT_AWAY: away, plain.TRASHED: now.isoformat()})
            held.made.append(Note(contact.pk, before=wanted.expected, after=None))
        return kept
    if wanted.expected is None:
        if contact.trashed_at is None:
            return [Kept(contact.pk, plain.TRASHED, None, None)]
        held.put({plain.PUT_AWAY: wanted.to.get(plain.PUT_AWAY), plain.TRASHED: None})
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
        held.put(put)
        held.made.append(Note(contact.pk, before=before, after=put))
    return kept


def _changed_since(contact: Contact, added: Mapping[str, Any]) -> list[Kept]:
    """What is known of a contact now that was not when it was added, or otherwise."""
    present = plain.filled(contact)
    names = [name for name in {**added, **present} if not plain.are_same(present.get(name), added.get(name))]
    return [Kept(contact.pk, name, present.get(name), added.get(name)) for name in names]


def _is_possible(contact: Contact, name: str, value: Any, near: Near) -> bool:
    """Whether a field may have this value again: its company is still there, its address names nobody else by now."""
    if name == "company":
        return value is None or value in near.firms
    return name not in altering.NAMING or near.is_free(contact, name, value)
