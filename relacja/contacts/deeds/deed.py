"""A deed: what it is called, how it is done to one record, what is said when it is done with many."""

from abc import ABC, abstractmethod
from collections.abc import Callable, Collection, Mapping
from typing import Any, ClassVar

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from relacja.contacts import fields, plain, tags
from relacja.contacts.actions import tags as tagging
from relacja.contacts.fields import Known
from relacja.contacts.models import Record, Tag
from relacja.lib.errors import Refused
from relacja.ui import written

EXPORT = "export"
# What names one record cannot be the same for many; tags are put on and taken off beside those that are there.
NOT_FOR_MANY = {
    Record.CONTACT: frozenset({"email", "phone", "first_name", "last_name", tags.PATH}),
    Record.COMPANY: frozenset({"name", "vat_id", tags.PATH}),
}

Words = Any  # str or a lazy translation
Options = Mapping[str, Any]
Act = Callable[..., Any]  # (record, *, by, now, into); `Refused` says why one stays as it is
ActOnMany = Callable[..., Collection[int]]  # (records, *, by, now, into); the ids of those whom it leaves to `Act`


class Deed(ABC):
    """What is done with many records of one kind. `changes` is what its set is called in the history.

    `options` are what was chosen when it was asked for; they are kept with the batch.
    """

    code: ClassVar[str]
    of: ClassVar[Record] = Record.CONTACT
    title: ClassVar[Words]
    changes: ClassVar[str]

    @abstractmethod
    def act(self, options: Options) -> Act:
        """How it is done to one record. Asked once for a block: what all of them need is looked up here."""

    def act_on_many(self, options: Options) -> ActOnMany | None:
        """How it is done to a block of records in a few statements, if there is such a way. It comes to the same."""
        return None

    @abstractmethod
    def said(self, n: int, options: Options, *, by: int) -> str:
        """What is said when it is done with `n` records, to whoever did it."""


_deeds: dict[tuple[str, str], Deed] = {}


def deed(made: type[Deed]) -> type[Deed]:
    """Register a deed under its code, for its kind of record."""
    _deeds[made.of, made.code] = made()
    return made


def of(record: str, code: str) -> Deed:
    """The deed of that code. KeyError if nobody knows it."""
    return _deeds[record, code]


def counted(words: str, n: int) -> str:
    """A sentence with its number as people write it."""
    return words % {"number": written.number(n)}


def changeable(record: Record) -> list[Known]:
    """The fields that can be set for many records at once. One query."""
    return [known for known in fields.known(record) if known.path not in NOT_FOR_MANY[record]]


class Change(Deed):
    """Gives the field at `path` the `value`, in the normal form of its kind."""

    code, title = "change", gettext_lazy("Change a field")
    archived: ClassVar[Words]

    @abstractmethod
    def put(self, one: Any, known: Known, value: Any, **more: Any) -> None: ...

    def known(self, options: Options) -> Known | None:
        """The field that is meant, if it is there still. One query."""
        return {one.path: one for one in changeable(self.of)}.get(options.get("path", ""))

    def act(self, options: Options) -> Act:
        known, value = self.known(options), options.get("value")

        def change(one: Any, **more: Any) -> None:
            if known is None:
                raise Refused(_("There is no such field."))
            if one.archived_at is not None:
                raise Refused(str(self.archived))
            if known.is_required and plain.is_nothing(value):
                raise Refused(_("“{field}” cannot be empty.").format(field=known.label))
            self.put(one, known, value, **more)

        return change


class Tagging(Deed):
    """Puts `tags`, by id, on or takes them off; the others stay."""

    is_on: ClassVar[bool] = True

    def chosen(self, options: Options) -> tuple[list[Tag], list[Tag]]:
        """Which tags are put on, and which are taken off. One query."""
        found = list(Tag.objects.live().filter(pk__in=options.get("tags", [])))
        return (found, []) if self.is_on else ([], found)

    def act(self, options: Options) -> Act:
        on, off = self.chosen(options)

        def tag(one: Any, **more: Any) -> None:
            tagging.retag(one, on=on, off=off, **more)

        return tag


class Export(Deed):
    """Writes a file; `exports` does it all at once."""

    code, title = EXPORT, gettext_lazy("Export")

    def act(self, options: Options) -> Act:
        raise ValueError("an export is written as a whole")

    def said(self, n: int, options: Options, *, by: int) -> str:
        return ""
