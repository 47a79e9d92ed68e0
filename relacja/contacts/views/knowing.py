"""Facts as a page shows them: what each says, and who changed it last."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.utils.text import capfirst

from relacja.contacts import plain
from relacja.contacts.field_kinds import Names
from relacja.contacts.fields import Known as Field
from relacja.contacts.models import Company, Contact
from relacja.staff.models import User
from relacja.ui import written


@dataclass(frozen=True, slots=True)
class Known:
    """One fact as it is shown: its lines, and who changed it last, when."""

    key: str
    label: Any
    lines: list[str]
    changed: str
    href: str = ""
    basis: str = ""


@dataclass(frozen=True, slots=True)
class Changers:
    """Who changed what of a record last, with their names."""

    notes: Mapping[str, Any]
    people: Mapping[int, User]

    def of(self, paths: Iterable[str]) -> str:
        """When one of these fields was changed last, and by whom; empty when never."""
        changed = [self.notes[path] for path in paths if path in self.notes]
        if not changed:
            return ""
        _version, by, at = max(changed, key=lambda note: note[0])
        when = written.day(datetime.fromisoformat(at))
        return f"{when}, {self.people[by]}" if by in self.people else when


def changers(record: Contact | Company) -> Changers:
    """One query."""
    notes = record.last_changes
    return Changers(notes, User.objects.in_bulk({by for _version, by, _at in notes.values() if by}))


def of_field(record: Contact | Company, key: str, field: Field, names: Names, who: Changers) -> Known:
    """A field as a fact; `names` are of what fields point to."""
    value = field.read(record)
    lines = [field.show(value, names)] if not plain.is_nothing(value) else []
    basis = field.basis if lines else ""
    return Known(key, capfirst(str(field.label)), lines, who.of([field.path]), field.href(value), basis)
