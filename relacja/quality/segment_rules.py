"""Conditions on the quality of what is known, so that whoever has a flaw can be listed, mended and left out."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db.models import Count, Q
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from relacja.contacts.models import Company, Record
from relacja.quality.flaws import FLAWS, SHARED_VAT_ID
from relacja.segments.binder import Binder, Passing
from relacja.segments.blanks import Choice
from relacja.segments.firms import Asking, FirmLeaf
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


FIRM_FLAWS: dict[str, Any] = {SHARED_VAT_ID: gettext_lazy("VAT id of several companies")}


@leaf("flaw", of=Record.COMPANY)
@dataclass(frozen=True, slots=True)
class FlawedFirm(FirmLeaf):
    flaw: str

    label = gettext_lazy("Quality of the data")
    icon = "list-checks"
    blanks = (Choice("flaw", gettext_lazy("flaw"), lambda: list(FIRM_FLAWS.items())),)

    def words(self) -> str:
        return _("has the VAT id of another company as well")

    def q(self, asking: Asking) -> Q:
        """From before two companies could not come to share one. One pass over those that have any."""
        named = Company.objects.active().exclude(vat_id="").order_by().values("vat_id")
        shared = named.annotate(companies=Count("pk")).filter(companies__gt=1)
        return Q(archived_at=None, vat_id__in=shared.values("vat_id"))

    def holds(self, company: Company, now: datetime) -> bool:
        others = Company.objects.active().exclude(pk=company.pk).filter(vat_id=company.vat_id)
        return bool(company.vat_id) and company.archived_at is None and others.exists()
