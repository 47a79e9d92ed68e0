"""Which of two values a merge proposes, and why. Pure."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.utils.translation import gettext_lazy as _

from relacja.contacts import plain, tags
from relacja.contacts.matching import names
from relacja.contacts.models import Contact, Stage
from relacja.lib.text import folded

FURTHEST = (Stage.CUSTOMER, Stage.WON_BACK, Stage.DORMANT, Stage.PROSPECT, Stage.LEAD, Stage.LOST)
WHY: dict[str, Any] = {
    "same": _("the same in both"),
    "only": _("the other has none"),
    "fuller": _("the fuller one"),
    "newer": _("changed last"),
    "further": _("the further one"),
    "kept": _("of the contact that stays"),
    "both": _("of both together"),
}
JOINED = frozenset({tags.PATH})
FULLER = ("first_name", "last_name", "street", "city", "job_title")


@dataclass(frozen=True, slots=True)
class Proposal:
    """One field of both contacts: the value of each, whether the loser's is proposed, and why."""

    field: str
    winners: Any
    losers: Any
    takes_losers: bool
    why: str

    @property
    def differs(self) -> bool:
        return bool(self.winners != self.losers)

    @property
    def reason(self) -> Any:
        return WHY[self.why]


def fields_of(*contacts: Contact) -> list[str]:
    """Every field that one of them may have a value in."""
    own = sorted({key for contact in contacts for key in contact.attributes})
    return [*plain.CONTACT, *(plain.ATTRIBUTE + key for key in own)]


def survivor(one: Contact, other: Contact) -> tuple[Contact, Contact]:
    """Who stays and who goes: the one of whom more is known stays; of two alike the older."""

    def weight(contact: Contact) -> tuple[int, int, int]:
        return (-FURTHEST.index(Stage(contact.stage)), len(plain.filled(contact)), -contact.pk)

    return (one, other) if weight(one) >= weight(other) else (other, one)


def proposals(winner: Contact, loser: Contact) -> list[Proposal]:
    """For each field, which value is taken unless somebody chooses otherwise."""
    return [_proposal(field, winner, loser) for field in fields_of(winner, loser)]


def taken(winner: Contact, loser: Contact) -> list[str]:
    """The fields in which the loser's value is proposed."""
    return [one.field for one in proposals(winner, loser) if one.takes_losers]


def _proposal(field: str, winner: Contact, loser: Contact) -> Proposal:
    ours, theirs = plain.value(winner, field), plain.value(loser, field)
    if ours == theirs:
        return Proposal(field, ours, theirs, False, "same")
    if field in JOINED:
        return Proposal(field, ours, joined(ours, theirs), not set(theirs or []) <= set(ours or []), "both")
    if ours in (None, "", [], {}) or theirs in (None, "", [], {}):
        return Proposal(field, ours, theirs, ours in (None, "", [], {}), "only")
    if field == "stage":
        return Proposal(field, ours, theirs, FURTHEST.index(theirs) < FURTHEST.index(ours), "further")
    if field in FULLER and (fuller := _fuller(str(ours), str(theirs))):
        return Proposal(field, ours, theirs, fuller > 0, "fuller")
    if field in {"owner", "country", "language"}:
        return Proposal(field, ours, theirs, False, "kept")
    return Proposal(field, ours, theirs, _told_at(loser, field) > _told_at(winner, field), "newer")


def joined(ours: Sequence[str] | None, theirs: Sequence[str] | None) -> list[str]:
    """What both hold, each once."""
    return list(dict.fromkeys([*(ours or []), *(theirs or [])]))


def _fuller(ours: str, theirs: str) -> int:
    """1 when theirs says all that ours says and more, -1 the other way round, 0 when they say different things."""
    one, other = folded(ours), folded(theirs)
    if one == other:
        return 1 if len(theirs.encode()) > len(ours.encode()) else -1  # Żółć is fuller than Zolc
    if names.is_diminutive(one, other) or (one and one in other):
        return 1
    return -1 if names.is_diminutive(other, one) or (other and other in one) else 0


def _told_at(contact: Contact, field: str) -> datetime:
    """When somebody said so: the last change of the field, or when the contact came."""
    notes: Mapping[str, Any] = contact.last_changes
    note = notes.get(field)
    return datetime.fromisoformat(note[2]) if note else contact.created_at
