"""The history of changes, and how they are taken back.

An action notes what it changed in a set; sets go back as they came, record by record, and what somebody changed since
is left alone and said.

    with changes.one_set("contacts.edited", by=by, source=channel, now=now, into=into) as made:
        made.note("contact", contact.pk, before={"city": "Gdynia"}, after={"city": "Sopot"})

`into` is the set of a caller who does many such things at one go, or None. What takes several transactions, like an
import, opens its set with `begin` and adds to it with `note_many`. An app says in `history.py` how records of its kinds
are put back (`Kind`), and in which words its sets are told (`words`); in `unseen.py` who sees which (`narrow`).
"""

from relacja.staff.changes.kinds import (
    Kept,
    Kind,
    Note,
    Restored,
    Teller,
    Wanted,
    kind,
    kinds,
    narrow,
    register,
    seen_of,
    told,
    words,
)
from relacja.staff.changes.recording import Recorder, begin, forget, note_many, one_set, person, purge
from relacja.staff.changes.undoing import AT_ONCE, Undone, is_going_on, may_undo, undo, undo_one

__all__ = [
    "AT_ONCE",
    "Kept",
    "Kind",
    "Note",
    "Recorder",
    "Restored",
    "Teller",
    "Undone",
    "Wanted",
    "begin",
    "forget",
    "is_going_on",
    "kind",
    "kinds",
    "may_undo",
    "narrow",
    "note_many",
    "one_set",
    "person",
    "purge",
    "register",
    "seen_of",
    "told",
    "undo",
    "undo_one",
    "words",
]
