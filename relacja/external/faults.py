"""Why rows brought nothing, or not everything, in words."""

from collections.abc import Collection, Iterable
from dataclasses import dataclass
from typing import Any

from django.db.models import Count
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from relacja.contacts import reach
from relacja.contacts.models import Contact
from relacja.external import sources
from relacja.external.models import Fault, Refresh, Source
from relacja.imports import words
from relacja.imports.reading import Fault as Reason
from relacja.lib.errors import Refused

LABELS: dict[str, Any] = {
    "strangers": gettext_lazy("Nobody we know"),
    "unnamed": gettext_lazy("Names nobody"),
    "twice": gettext_lazy("Somebody a second time"),
    "value": gettext_lazy("A value that cannot be read"),
    "quotes": gettext_lazy("Quotation marks"),
    "encoding": gettext_lazy("Another encoding"),
    "nul": gettext_lazy("Signs that are no text"),
    "long_line": gettext_lazy("Too long"),
    "short": gettext_lazy("Too few cells"),
    "long": gettext_lazy("Too many cells"),
}
EXAMPLES = 3


@dataclass(frozen=True, slots=True)
class Told:
    """A row with the reason."""

    row: int
    heading: str
    value: str
    said: str
    person: Contact | None


def told(source: Source, faults: Iterable[Fault]) -> list[Told]:
    """Each with its sentence, but for those about somebody whom the reader does not see. Two queries."""
    found = list(faults)
    people = seen({one.contact for one in found if one.contact})
    columns = {column.heading: sources.known(source.key, column) for column in source.columns.all()}
    return [
        Told(one.row, one.heading, one.value, _sentence(one, columns), people.get(one.contact or 0))
        for one in found
        if one.contact is None or one.contact in people
    ]


def seen(contact_ids: Collection[int]) -> dict[int, Contact]:
    """Those of these contacts whom the reader sees. One query."""
    return reach.among_people(Contact.objects.all(), reach.reader()).in_bulk(contact_ids)


def examples(source: Source, refresh: Refresh) -> list[tuple[Any, list[Told]]]:
    """The first of each sort, by what it is called. A query for each."""
    return [
        (LABELS.get(code, code), told(source, refresh.faults.filter(code=code).order_by("pk")[:EXAMPLES]))
        for code in codes_of(refresh)
    ]


def codes_of(refresh: Refresh) -> list[str]:
    """Which sorts there are. One query."""
    found = refresh.faults.order_by().values("code").annotate(n=Count("pk")).values_list("code", flat=True)
    return [code for code in LABELS if code in set(found)]


def _sentence(fault: Fault, columns: dict[str, Any]) -> str:
    if fault.code == "strangers":
        return _("“{value}” is nobody we know.").format(value=fault.value)
    if fault.code == "unnamed":
        if not fault.value:
            return _("The columns that name people are empty.")
        return _("“{value}” names nobody: it is no e-mail, phone or number of the kind that was chosen.").format(
            value=fault.value
        )
    if fault.code == "twice":
        return _("“{value}” was in an earlier row, which counts.").format(value=fault.value)
    if fault.code == "value":
        return _unreadable(fault, columns)
    return words.reason(Reason(fault.code, fault.heading, fault.value))


def _unreadable(fault: Fault, columns: dict[str, Any]) -> str:
    """What its kind says to the value, in the reader's language."""
    known = columns.get(fault.heading)
    if known is not None:
        try:
            known.parse(fault.value)
        except Refused as refusal:
            return str(refusal)
    return _("“{value}” could not be read.").format(value=fault.value)
