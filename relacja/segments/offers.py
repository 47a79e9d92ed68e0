"""What is offered to whoever adds a condition, each with what it fills in."""

from dataclasses import dataclass
from typing import Any
from urllib.parse import urlencode

from django.utils.translation import gettext_lazy as _

from relacja.contacts.models import Record
from relacja.segments import rules


@dataclass(frozen=True, slots=True)
class Offer:
    """One of them; `value` is what its button says to `edits`."""

    label: Any
    icon: str
    value: str


def offers(of: Record = Record.CONTACT) -> list[tuple[Any, list[Offer]]]:
    """Every offer about such records under its heading. Kinds that begin in one way only stand together, first."""
    alone: list[Offer] = []
    several: list[tuple[Any, list[Offer]]] = []
    for kind, leaf in rules.kinds(of).items():
        found = [Offer(start.label, leaf.icon, f"{kind}?{urlencode(start.typed)}") for start in leaf.starts()]
        if len(found) == 1:
            alone.append(Offer(leaf.label, leaf.icon, found[0].value))
        else:
            several.append((leaf.label, found))
    return [(_("Marks and states"), alone), *several]
