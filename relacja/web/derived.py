"""What visits say about people: where they first came from, and last, and how often they are here."""

from typing import Any

from django.utils.translation import gettext_lazy, ngettext

from relacja.behaviour.attributes import Chosen, Derived, Found, Whole, add
from relacja.segments.binder import Binder
from relacja.segments.rules import Person
from relacja.ui import written
from relacja.web import visits
from relacja.web.visits import KNOWN, MEDIA

A_MONTH = 30


class Source(Derived):
    """Where somebody came from; the medium where it has no name."""

    names = frozenset(visits.PAGES)
    icon = "compass"
    kind = Chosen(MEDIA)

    def __init__(self, which: str, key: str, label: Any, how: Any) -> None:
        self.which, self.key, self.label, self.how = which, key, label, how

    def told_sql(self, bind: Binder) -> tuple[str, str]:
        source, medium = (KNOWN[part].sql(bind) for part in ("source", "medium"))
        rows, told = visits.arrival_sql(bind, self.which, f"if({source} != '', {source}, {medium})")
        number = f"uniqExactIf(id, {rows})"
        return rows, f"({told}, {number}, {number})"

    def found(self, person: Person) -> Found | None:
        page = visits.arrival_of(person.events, self.which)
        if page is None:
            return None
        number = len({one.id for one in self.events(person) if KNOWN["medium"].of(one)})
        return Found(KNOWN["source"].of(page) or KNOWN["medium"].of(page), number, number, (page,))

    def why(self, found: Found) -> str:
        said = ngettext("of {number} known arrival", "of {number} known arrivals", found.of)
        return said.format(number=written.number(found.of))


class Visits(Derived):
    """How often somebody was here lately."""

    key = "visits"
    label = gettext_lazy("Visits in 30 days")
    how = gettext_lazy("Visits end with half an hour of silence; who comes from somewhere anew begins a new one.")
    icon = "footprints"
    kind = Whole()
    names = frozenset(visits.PAGES)
    days = A_MONTH

    def told_sql(self, bind: Binder) -> tuple[str, str]:
        rows = self.named_sql(bind)
        pages = f"uniqExactIf(id, {rows})"
        return rows, f"(length({visits.visits_sql(bind, rows)}), {pages}, {pages})"

    def found(self, person: Person) -> Found | None:
        pages = self.events(person)
        found = visits.visits_of(pages)
        return Found(len(found), len(pages), len(pages), tuple(visit[0] for visit in found[::-1])) if found else None

    def why(self, found: Found) -> str:
        return ngettext("{number} page", "{number} pages", found.of).format(number=written.number(found.of))


add(
    Source(
        "first",
        "first_source",
        gettext_lazy("First source"),
        gettext_lazy("Where they came from the first time that is known."),
    ),
    Source(
        "last",
        "last_source",
        gettext_lazy("Last source"),
        gettext_lazy("Where they came from last; direct visits count only where there are no others."),
    ),
    Visits(),
)
