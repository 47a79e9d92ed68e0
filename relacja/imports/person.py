"""Somebody an import is about: as they are, or as they are going to be."""

from dataclasses import dataclass, field
from typing import Any

from relacja.contacts import plain
from relacja.contacts.plain import ATTRIBUTE
from relacja.contacts.rules import IdentityPair
from relacja.lib import emails


@dataclass(slots=True)
class Person:
    """A contact as it is, or as it is going to be. `id` is None before it is stored."""

    id: int | None
    columns: dict[str, Any]
    company: str
    identities: set[IdentityPair]
    consent: str = ""
    is_new: bool = False
    held: dict[str, Any] = field(default_factory=dict)
    fields: dict[str, Any] = field(default_factory=dict)
    changes: dict[str, tuple[str, str]] = field(default_factory=dict)
    gained: dict[IdentityPair, None] = field(default_factory=dict)
    lost: dict[IdentityPair, None] = field(default_factory=dict)

    def value(self, name: str) -> Any:
        """What stands in a field now: a column, the name of the company, or an own field by its path."""
        if name == "owner":
            return self.columns["owner_id"]
        if name == "company":
            return self.company
        if name.startswith(ATTRIBUTE):
            return self.columns["attributes"].get(name.removeprefix(ATTRIBUTE))
        return self.columns[name]

    def change(self, name: str, value: Any) -> None:
        """The field becomes `value`; what it was at first is remembered."""
        before = self.value(name)
        if name == "company":
            self.company = self.fields[name] = value
        elif name == "owner":
            self.columns["owner_id"] = self.fields["owner_id"] = value
        elif name.startswith(ATTRIBUTE):
            key = name.removeprefix(ATTRIBUTE)
            others = {kept: held for kept, held in self.columns["attributes"].items() if kept != key}
            whole = others if plain.is_nothing(value) else {**others, key: value}
            self.columns["attributes"] = self.fields["attributes"] = whole
        else:
            self.columns[name] = self.fields[name] = value
        first = self.changes[name][0] if name in self.changes else _written(before)
        self.changes[name] = (first, _written(value))


def renamed(person: Person, kind: str, before: str, after: str) -> None:
    """An address or number that is given up names nobody; the new one names this person."""
    old = (kind, emails.key(before) if kind == "email" else before) if before else None
    new = (kind, emails.key(after) if kind == "email" else after) if after else None
    if old == new:
        return
    if old is not None and old in person.identities:
        person.identities.discard(old)
        if old in person.gained:
            del person.gained[old]
        else:
            person.lost[old] = None
    if new is None or new in person.identities:
        return
    person.identities.add(new)
    if new in person.lost:
        del person.lost[new]
    else:
        person.gained[new] = None


def _written(value: Any) -> str:
    return "" if plain.is_nothing(value) else str(value)
