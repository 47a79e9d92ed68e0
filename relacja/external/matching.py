"""Whom a row is about: the first of what names people in it that names somebody."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from django.utils.translation import gettext_lazy as _

from relacja.contacts.actions import identity
from relacja.contacts.models import Contact, Identity, IdentityKind
from relacja.lib.errors import Refused

CONTACT = "contact"
KINDS: tuple[tuple[str, Any], ...] = (
    (IdentityKind.EMAIL, _("E-mail")),
    (IdentityKind.PHONE, _("Phone")),
    (IdentityKind.EXTERNAL, _("Customer number elsewhere")),
    (CONTACT, _("Number of the contact here")),
)
AT_ONCE = 500
MOST = 3
_HIGHEST = 1 << 62

Pair = tuple[str, str]


@dataclass(frozen=True, slots=True)
class By:
    """A column that names people, and as what."""

    heading: str
    kind: str
    system: str = ""

    def pair(self, cell: str) -> Pair | None:
        """What the cell names somebody by; None when it is nothing of its kind."""
        cell = cell.strip()
        if not cell:
            return None
        if self.kind == CONTACT:
            number = cell.removesuffix(".0").removeprefix("#")
            return (CONTACT, number) if number.isascii() and number.isdecimal() and len(number) < 19 else None
        if self.kind == IdentityKind.EXTERNAL and self.system:
            cell = f"{self.system}:{cell}"
        try:
            return identity.normal(self.kind, cell)
        except Refused:
            return None


def found(pairs: Sequence[Pair]) -> dict[Pair, int]:
    """Whom each of these names. A query for 500 of a kind."""
    people: dict[Pair, int] = {}
    by_kind: dict[str, set[str]] = {}
    for kind, value in pairs:
        by_kind.setdefault(kind, set()).add(value)
    for kind, values in by_kind.items():
        wanted = sorted(values)
        for start in range(0, len(wanted), AT_ONCE):
            people |= (
                _numbered(wanted[start : start + AT_ONCE])
                if kind == CONTACT
                else _named(kind, wanted[start : start + AT_ONCE])
            )
    return people


def _named(kind: str, values: list[str]) -> dict[Pair, int]:
    rows = Identity.objects.filter(kind=kind, value__in=values).values_list("value", "contact_id")
    return {(kind, value): contact for value, contact in rows}


def _numbered(values: list[str]) -> dict[Pair, int]:
    """Contacts by their number; one that was merged into another names that one."""
    numbers = [int(value) for value in values if int(value) < _HIGHEST]
    there = dict(Contact.objects.filter(pk__in=numbers).values_list("pk", "pk"))
    return {(CONTACT, value): there[int(value)] for value in values if int(value) in there}
