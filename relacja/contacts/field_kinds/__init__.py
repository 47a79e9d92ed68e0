"""The kinds of values a field can hold: how each is read, checked, written and shown.

Every value has one normal form in plain JSON: that is what is stored, compared and kept in the history. None is no
value. A new kind is a new class under `@kind`; people may make fields of those in `OFFERED`.
"""

from relacja.contacts.field_kinds import built_in as built_in
from relacja.contacts.field_kinds import choices as choices
from relacja.contacts.field_kinds import marks as marks
from relacja.contacts.field_kinds import texts as texts
from relacja.contacts.field_kinds.kind import Kind, Names, Options, of
from relacja.contacts.field_kinds.numbers import CURRENCIES
from relacja.contacts.field_kinds.references import named

OFFERED = ("text", "number", "money", "date", "choice", "choices", "yes_no", "link", "reference")

__all__ = ["CURRENCIES", "Kind", "Names", "Options", "named", "of", "offered"]


def offered() -> list[Kind]:
    """The kinds of which people may make fields, in the order in which they choose."""
    return [of(code) for code in OFFERED]
