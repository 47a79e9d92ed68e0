"""What is offered to whoever adds a condition, each with what it fills in."""

from dataclasses import dataclass, replace
from typing import Any
from urllib.parse import urlencode

from django.utils.translation import gettext_lazy as _

from relacja.contacts.models import Record
from relacja.segments import rules


@dataclass(frozen=True, slots=True)
class Offer:
    """One of them; `value` is what its button says to `edits`, `also` other words by which it is found."""

    label: Any
    icon: str
    value: str
    also: Any


def offers(of: Record = Record.CONTACT) -> list[tuple[Any, list[Offer]]]:
    """Every offer about such records under its heading. Kinds that begin in one way only stand together, last.

    A start that has a heading of its own stands there, whatever its kind.
    """
    alone: list[Offer] = []
    several: list[tuple[Any, list[Offer]]] = []
    headed: dict[str, list[Offer]] = {}
    for kind, leaf in rules.kinds(of).items():
        starts = leaf.starts()
        found = [
            (start, Offer(start.label, leaf.icon, f"{kind}?{urlencode(start.typed)}", leaf.also)) for start in starts
        ]
        plain = [offer for start, offer in found if not start.heading]
        if len(starts) == 1 and plain:
            alone.append(replace(plain[0], label=leaf.label))
        elif plain:
            several.append((leaf.label, plain))
        for start, offer in found:
            if start.heading:
                headed.setdefault(str(start.heading), []).append(offer)
    return [*several, *headed.items(), (_("Marks and states"), alone)]
