"""A condition on the quality of what is known, so that whoever has a flaw can be listed, mended and left out."""

from dataclasses import dataclass

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from relacja.quality.flaws import FLAWS
from relacja.segments.binder import Binder, Passing
from relacja.segments.blanks import Choice
from relacja.segments.rules import Evidence, Leaf, Person, leaf


@leaf("flaw")
@dataclass(frozen=True, slots=True)
class Flawed(Leaf):
    flaw: str

    label = gettext_lazy("Quality of the data")
    icon = "list-checks"
    blanks = (Choice("flaw", gettext_lazy("flaw"), lambda: [(one.code, one.label) for one in FLAWS.values()]),)

    @property
    def ages(self) -> bool:
        return FLAWS[self.flaw].passed is not None

    def hears(self, names: frozenset[str]) -> bool:
        return self.ages

    def passed(self, bind: Passing) -> bool:
        if rows := FLAWS[self.flaw].passed:
            bind.events(rows(bind))
        return True

    def sql(self, bind: Binder) -> str:
        return f"({FLAWS[self.flaw].sql(bind)})"

    def words(self) -> str:
        return str(FLAWS[self.flaw].words)

    def check(self, person: Person) -> bool:
        return FLAWS[self.flaw].check(person)

    def evidence(self, person: Person) -> Evidence:
        field = FLAWS[self.flaw].field
        last = max(person.events, key=lambda event: event.at, default=None)
        if field:
            return Evidence(str(person.columns.get(field) or _("nothing")))
        return Evidence(last.sentence if last else _("nothing"), (last,) if last else ())
