"""The check: everything an import would do, and nothing done."""

from collections import Counter
from datetime import datetime
from typing import Any

from django.utils.translation import gettext as _

from relacja.imports import queries, tagging
from relacja.imports.firms import Firm
from relacja.imports.models import Import, State
from relacja.imports.outcomes import CREATED, KINDS, REFUSED, UPDATED
from relacja.imports.person import Person
from relacja.imports.plans import Plan
from relacja.imports.reading import Fault
from relacja.imports.world import Foretold
from relacja.jobs import runner
from relacja.lib import live
from relacja.lib.errors import Refused

SHOWN = 8
MOST_REASONS, MOST_KEPT = 30, 1_000
BY_VALUE = frozenset({"owner", "country", "language", "stage"})


def start_check(one: Import) -> bool:
    """The import is being checked from now on; False when it is already. The work itself is `check`."""
    found = Import.objects.filter(pk=one.pk, state__in=[State.DRAFT, State.CHECKED]).exclude(columns=[])
    if found.update(state=State.CHECKING, forecast=None, position=0, total=0, error=""):
        return True
    if one.state == State.CHECKING:
        return False
    raise Refused(_("This import has begun. There is nothing left to check."))


def check(one: Import, *, now: datetime) -> None:
    """Foretell what the import would do: numbers, reasons and examples. Reads the records, writes only the forecast.

    A check whose import was taken out of its hands meanwhile stops without a word.
    """
    may_make = one.author is not None and one.author.may("contacts.tags")
    planner = queries.planner_of(one, make_tag=tagging.pretended if may_make else None)
    world = Foretold(queries.records_of(one))
    told = _Telling()
    try:
        with queries.rows_of(one) as rows:
            for block in queries.blocks(rows):
                plan = planner.plan(block, world)
                told.tell(plan)
                world.remember(plan)
                if not _still(one, told.total):
                    return
                runner.progress(50)
    finally:
        world.close()
    forecast = told.forecast(consents=planner.takes_consent)
    Import.objects.filter(pk=one.pk, state=State.CHECKING).update(
        state=State.CHECKED, forecast=forecast, total=told.total, position=0
    )
    live.publish(f"import:{one.pk}")


def _still(one: Import, position: int) -> bool:
    going_on = Import.objects.filter(pk=one.pk, state=State.CHECKING).update(position=position)
    live.publish(f"import:{one.pk}")
    return bool(going_on)


class _Telling:
    """Gathers what the blocks of a check come to."""

    def __init__(self) -> None:
        self.counts: Counter[str] = Counter()
        self.reasons: Counter[tuple[str, str, str]] = Counter()
        self.fields: Counter[str] = Counter()
        self.warnings: Counter[Fault] = Counter()
        self.examples: dict[tuple[str, str, str], dict[str, Any]] = {}
        self.created: list[dict[str, Any]] = []
        self.updated: list[dict[str, Any]] = []
        self.consents: Counter[str] = Counter()
        self.companies: Counter[str] = Counter()
        self.total = 0

    def tell(self, plan: Plan) -> None:
        self.total += len(plan.outcomes)
        self.counts.update(plan.counts())
        self.consents.update(str(agreed.act) for agreed in plan.agreed)
        self.consents["withheld"] += plan.withheld
        self.companies["created"] += len(plan.new_firms)
        self.companies["updated"] += len(plan.changed_firms)
        for outcome, person, firm in zip(plan.outcomes, plan.people, plan.firms, strict=True):
            self.companies[outcome.known_by] += bool(firm)
            if outcome.kind == REFUSED:
                for fault in outcome.faults:
                    key = self._key(fault)
                    self.reasons[key] += 1
                    self.examples.setdefault(key, {"row": outcome.row, "value": fault.value})
            elif outcome.faults:
                self.warnings.update(outcome.faults if len(self.warnings) < MOST_KEPT else ())
            if outcome.kind == REFUSED:
                continue
            if outcome.kind == UPDATED:
                self.fields.update(outcome.after.keys())
                if len(self.updated) < SHOWN:
                    said = {"row": outcome.row, "known_by": outcome.known_by, **_who(person, firm)}
                    self.updated.append({**said, "before": outcome.before, "after": outcome.after})
            elif outcome.kind == CREATED and len(self.created) < SHOWN:
                said = {"row": outcome.row, "known_by": outcome.known_by}
                self.created.append({**said, **(_person(person) if person is not None else _firm(firm))})

    def _key(self, fault: Fault) -> tuple[str, str, str]:
        """By what a reason is counted: where the values are few, each of them for itself."""
        key = (fault.code, fault.heading, fault.value if fault.code in BY_VALUE else "")
        is_told = key in self.reasons or len(self.reasons) < MOST_KEPT
        return key if is_told else (fault.code, fault.heading, "")

    def forecast(self, *, consents: bool) -> dict[str, Any]:
        return {
            **{kind: self.counts[kind] for kind in KINDS},
            "reasons": [
                {"code": key[0], "heading": key[1], "times": times, **self.examples[key]}
                for key, times in self.reasons.most_common(MOST_REASONS)
            ],
            "warnings": [
                {**fault._asdict(), "times": times} for fault, times in self.warnings.most_common(MOST_REASONS)
            ],
            "fields": dict(self.fields.most_common()),
            "new": self.created,
            "changed": self.updated,
            "companies": dict(self.companies) if any(self.companies.values()) else {},
            "consents": dict(self.consents) if consents else {},
        }


def _who(person: Person | None, firm: Firm | None) -> dict[str, Any]:
    if person is not None:
        return {"contact": person.id or 0, "name": _called(person.columns)}
    return {"company": (firm.id or 0) if firm else 0, "name": firm.columns["name"] if firm else ""}


def _person(person: Person) -> dict[str, Any]:
    shown = {name: person.columns[name] for name in ("first_name", "last_name", "email", "phone", "city")}
    return {**shown, "company": person.company, "owner": person.columns["owner_id"]}


def _firm(firm: Firm | None) -> dict[str, Any]:
    names = ("name", "vat_id", "city", "website", "phone", "parent", "owner")
    return {name: firm.columns[name] for name in names} if firm else {}


def _called(columns: dict[str, Any]) -> str:
    return f"{columns['first_name']} {columns['last_name']}".strip() or columns["email"] or columns["phone"]
