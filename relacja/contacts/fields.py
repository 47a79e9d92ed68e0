"""Everything that can be known about a contact or a company: built-in fields and own ones, in one list.

Who lists, edits, imports, exports, merges or sends fields asks here and nowhere else:

    for known in fields.known(Record.CONTACT):     # one query, for the own fields
        known.path        "city", "company", or "attributes.shoe_size": the name in forms, files, rules and the history
        known.label       how people call it
        known.read(contact)          its value in plain JSON, the normal form of its kind; None or "" for nothing
        known.parse("1 234,50 zł")   the normal form of what somebody typed, or `Unfit` with a sentence
        known.take({...})            the same of what a program sent
        known.text(value)            what `parse` reads again: for CSV
        known.show(value, names)     for people; `names` from `fields.named([(known, value), ...])`, one query for all

A record is written through `actions.create(values=...)` and `actions.edit(values=...)` with what `fields.values` makes
of {path: normal form}; `company` goes by name beside them. Both note what changed in the history.
"""

import time
from collections.abc import Iterable, Mapping
from copy import deepcopy
from dataclasses import dataclass, replace
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from relacja.contacts import field_kinds, plain, rules, tags
from relacja.contacts.field_kinds import Kind, Names, Options
from relacja.contacts.models import Company, Contact, Field, Record
from relacja.contacts.plain import ATTRIBUTE

Words = Any  # str or a lazy translation
VIP = "VIP"  # in capitals, as no key is that is made from a name: some have a field “vip” of their own
MARKS = frozenset({tags.PATH, ATTRIBUTE + VIP})
_KINDS = {"email": "email", "phone": "phone", "country": "country", "language": "language"}
_KINDS |= {"company": "company", "owner": "owner", "stage": "stage"}
_KINDS_OF_FIRMS = {"name": "text", "vat_id": "vat_id", "website": "link", "phone": "phone", "country": "country"}
_KINDS_OF_FIRMS |= {"parent": "company", "owner": "owner"}
ORDER = (
    "first_name",
    "last_name",
    "email",
    "phone",
    "company",
    "job_title",
    "street",
    "postal_code",
    "city",
    "country",
)
FRESH = 2.0
PERSONAL = frozenset({"first_name", "last_name", "email", "phone", "job_title", "street", "postal_code", "city"})


_remembered: dict[Record, tuple[float, dict[str, "Known"]]] = {}


@dataclass(frozen=True, slots=True)
class Known:
    """One field, built-in or one's own (then `field` is its row)."""

    path: str
    of: Record
    kind: Kind
    options: Options
    is_personal: bool = False
    field: Field | None = None

    @property
    def label(self) -> Words:
        return self.options.label

    @property
    def key(self) -> str:
        return self.options.key

    @property
    def operators(self) -> frozenset[str]:
        """Those of the rule language that make sense."""
        return self.kind.compares(self.options)

    @property
    def is_required(self) -> bool:
        return self.path == "name" if self.field is None else self.field.is_required

    @property
    def is_yearly(self) -> bool:
        """Whether it is a day that returns every year."""
        return self.options.is_yearly

    @property
    def basis(self) -> str:
        """By what right its values are kept, if that is said."""
        return self.field.basis if self.field else ""

    @property
    def help(self) -> str:
        """What whoever fills it in should know."""
        if self.field is None:
            return ""
        basis = _("Kept on this basis: {basis}").format(basis=self.basis) if self.basis else ""
        return " ".join(filter(None, (self.field.help_text, basis)))

    def holding(self, value: Any) -> "Known":
        """The same field, which still takes a value whose choice was taken away."""
        held = value if isinstance(value, list) else [value]
        gone = [(one, one) for one in held if isinstance(one, str) and one not in dict(self.options.choices)]
        if not gone or not self.options.choices:
            return self
        return replace(self, options=replace(self.options, choices=(*self.options.choices, *gone)))

    def read(self, record: Contact | Company) -> Any:
        """The present value."""
        return plain.value(record, self.path)

    def parse(self, text: str) -> Any:
        """The normal form of what somebody typed. Raises `Unfit`."""
        return self.kind.parse(text, self.options)

    def take(self, value: Any) -> Any:
        """The normal form of what a program sent. Raises `Unfit`."""
        return self.kind.take(value, self.options)

    def text(self, value: Any) -> str:
        """The value so that `parse` reads it again."""
        return "" if plain.is_nothing(value) else self.kind.text(value, self.options)

    def show(self, value: Any, names: Names) -> str:
        """The value for people."""
        return "" if plain.is_nothing(value) else self.kind.show(value, self.options, names)

    def href(self, value: Any) -> str:
        """Where a click on the value leads, if anywhere."""
        return "" if plain.is_nothing(value) else self.kind.href(value, self.options)

    def refers(self, value: Any) -> tuple[str, int] | None:
        return None if plain.is_nothing(value) else self.kind.refers(value, self.options)

    def schema(self) -> dict[str, Any]:
        """The normal form as JSON Schema, with how people call it."""
        helped = {"description": self.field.help_text} if self.field and self.field.help_text else {}
        return {**self.kind.schema(self.options), "title": str(self.label), **helped}


def known(of: Record) -> list[Known]:
    """Every field in use: the built-in ones, then own ones in their order. One query."""
    return [*built_in(of), *own(of)]


def built_in(of: Record) -> list[Known]:
    """The fields every record has. No query."""
    if of == Record.COMPANY:
        labels = {one.name: one.verbose_name for one in Company._meta.fields}
        return [
            Known(name, of, field_kinds.of(_KINDS_OF_FIRMS.get(name, "line")), Options(labels[name], name))
            for name in plain.COMPANY
        ]
    labels = {one.name: one.verbose_name for one in Contact._meta.fields}
    names = [*ORDER, *(name for name in plain.CONTACT if name not in ORDER)]
    return [
        Known(name, of, field_kinds.of(_KINDS.get(name, "line")), Options(labels[name], name), name in PERSONAL)
        for name in names
    ]


def own(of: Record) -> list[Known]:
    """What is known besides: the marks, then the fields people made, in their order. One query."""
    return [*marks(of), *of_people(of)]


def marks(of: Record) -> list[Known]:
    """What the house itself keeps among the own fields: tags, and who is a VIP. Seldom a query."""
    words = tags.remembered()
    choices = tuple((tag.key, tag.name) for tag in words.tags)
    tagged = Options(gettext_lazy("Tags"), tags.KEY, choices, leads=tuple(words.leads.items()))
    return [_mark(of, "tags", tagged), _mark(of, "vip", Options(gettext_lazy("VIP"), VIP))]


def of_people(of: Record, *, archived: bool = False) -> list[Known]:
    """The fields people made, in their order; those in use, or those that were archived. One query."""
    rows = Field.objects.filter(of=of, archived_at__isnull=not archived).order_by("position", "pk")
    return [made(row) for row in rows]


def everything(of: Record) -> dict[str, Known]:
    """Every field by its path, archived ones too: for telling what once was. One query."""
    rows = Field.objects.filter(of=of).order_by("position", "pk")
    return {one.path: one for one in [*built_in(of), *marks(of), *map(made, rows)]}


def remembered(of: Record) -> dict[str, Known]:
    """The own fields in use by path, at most `FRESH` seconds old: for words that stand many times on a page."""
    kept = _remembered.get(of)
    if kept is None or time.monotonic() > kept[0]:
        kept = (time.monotonic() + FRESH, {one.path: one for one in own(of)})
        _remembered[of] = kept
    return kept[1]


def forget_remembered() -> None:
    """Somebody changed a field: this process sees it at once, the others within `FRESH`."""
    _remembered.clear()
    tags.forget_remembered()


def among(of: Record, paths: Iterable[str]) -> dict[str, Known]:
    """The own fields, when some are among these paths. One query then, none otherwise."""
    return everything(of) if any(path.startswith(ATTRIBUTE) for path in paths) else {}


def _mark(of: Record, kind: str, options: Options) -> Known:
    return Known(ATTRIBUTE + options.key, of, field_kinds.of(kind), options, field=Field(of=of, key=options.key))


def made(field: Field) -> Known:
    """A row as a field like any other."""
    options = Options(
        field.label,
        field.key,
        tuple((choice["key"], choice["label"]) for choice in field.choices),
        field.currency,
        field.target,
        field.meaning,
    )
    path = ATTRIBUTE + field.key
    return Known(path, Record(field.of), field_kinds.of(field.kind), options, field.is_personal, field)


def named(pairs: Iterable[tuple[Known, Any]]) -> Names:
    """What the references among these values point to, for `show`. One query for each sort of record."""
    return field_kinds.named(known.refers(value) for known, value in pairs)


def values(given: Mapping[str, Any]) -> rules.Values:
    """Normal forms by path, as the actions take them. Company, owner and stage are not among them."""
    attributes = {path.removeprefix(ATTRIBUTE): value for path, value in given.items() if path.startswith(ATTRIBUTE)}
    return rules.Values({path: given[path] or "" for path in rules.FIELDS if path in given}, attributes)


def defaults(of: Record) -> dict[str, Any]:
    """What own fields hold when nobody says anything, by key. Remembered: as fresh as `FRESH`."""
    made = [one.field for one in remembered(of).values() if one.field is not None]
    return {field.key: deepcopy(field.default) for field in made if field.default is not None}
