"""How good the data is: every number is the answer to a rule, so that the people behind it can be opened."""

import json
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from urllib.parse import urlencode

from django.db.models import Count, Q
from django.urls import reverse
from django.utils.translation import gettext_lazy as _
from pyroaring import BitMap64

from relacja.clickhouse import facts
from relacja.contacts import duplicates, fields, firm_duplicates, listing, narrowing
from relacja.contacts.listing import firms
from relacja.contacts.models import Company, Contact, Record
from relacja.quality.flaws import FLAWS, SHARED_VAT_ID, Flaw
from relacja.segments import rules
from relacja.segments.binder import Whole
from relacja.staff.reach import Owners

MOST_SOURCES = 5
SHOWN = 20
ASKED = ("email", "phone", "first_name", "last_name", "city", "country", "company")
VALIDITY = ("misspelt_domain", "shared_mailbox", "shouted_name", "odd_name")


@dataclass(frozen=True, slots=True)
class Check:
    """Something that may be wrong with a person, as a rule."""

    label: Any
    rule: dict[str, Any]


@dataclass(frozen=True, slots=True)
class Cell:
    """How many people of so many, and where they are listed."""

    people: int
    of: int
    href: str

    @property
    def percent(self) -> float:
        return 100 * self.people / self.of if self.of else 0.0


@dataclass(frozen=True, slots=True)
class Row:
    """One check: everybody first, then source by source. `flaw` is its code if it can be put right for all at once."""

    label: Any
    all: Cell
    by_source: list[Cell]
    flaw: str = ""


@dataclass(frozen=True, slots=True)
class Part:
    title: Any
    about: Any
    rows: list[Row]


@dataclass(frozen=True, slots=True)
class Report:
    """`complete` is the share of the asked fields that are filled in, in percent."""

    people: int
    complete: float
    sources: list[str]
    parts: list[Part]


def report(now: datetime, seen: Owners = None) -> Report:
    """The state of the data of these owners. One question to the facts, at 1 M under a second, and five queries."""
    missing, wrong, old = _missing(), _flaws(VALIDITY), _flaws(["unreachable", "quiet"])
    checks = [*missing, *wrong, *old]
    found = _counted(checks, now, seen)
    total = found.pop("")
    sources = sorted(found, key=lambda source: -found[source][0])[:MOST_SOURCES]
    lines = [
        _row(check, index, total, [(source, found[source]) for source in sources]) for index, check in enumerate(checks)
    ]
    absent = sum(total[1:][: len(missing)])
    complete = 100 - 100 * absent / (total[0] * len(missing)) if total[0] else 100.0
    a, b = len(missing), len(missing) + len(wrong)
    return Report(
        total[0],
        complete,
        sources,
        [
            Part(_("Complete"), _("People whose field is empty"), lines[:a]),
            Part(_("Valid"), _("People with something that cannot be right, or not theirs alone"), lines[a:b]),
            Part(_("Fresh"), _("People nobody can reach, or of whom nothing was heard"), lines[b:]),
            Part(
                _("Once"),
                _("People who may be here twice"),
                [_twice(total[0], [(source, found[source][0]) for source in sources], seen)],
            ),
            Part(_("Companies"), _("Companies that may be here twice"), _firms(now, len(sources), seen)),
        ],
    )


def _missing() -> list[Check]:
    labels = {one.path: one.label for one in fields.built_in(Record.CONTACT)}
    built_in = [(path, labels[path]) for path in ASKED]
    own = [(f"{one.path}.{one.kind.at}".rstrip("."), one.label) for one in fields.of_people(Record.CONTACT)]
    return [Check(label, {"kind": "attribute", "field": path, "op": "empty"}) for path, label in [*built_in, *own]]


def _flaws(codes: Sequence[str]) -> list[Check]:
    return [Check(FLAWS[code].label, {"kind": "flaw", "flaw": code}) for code in codes]


def _counted(checks: Sequence[Check], now: datetime, seen: Owners) -> dict[str, list[int]]:
    """For each source, and for everybody under "", how many there are and how many meet each check."""
    bind = Whole(now, owners=seen)
    answers = ", ".join(
        f"countIf({rules.read(check.rule).sql(bind)}) AS c{index}" for index, check in enumerate(checks)
    )
    source = f"ifNull(toString({bind.path('attributes', 'source')}), '')"
    statement = bind.statement(f"{source} AS source, count() AS people, {answers}", "1", "GROUP BY source")
    found = {
        row["source"]: [row["people"], *(row[f"c{i}"] for i in range(len(checks)))]
        for row in facts.ask(statement, bind.parameters)
    }
    unsaid = found.pop("", None)
    rows = [*found.values(), *([unsaid] if unsaid else [])]
    found[""] = [sum(column) for column in zip(*rows, strict=True)] if rows else [0] * (len(checks) + 1)
    return found


def _row(check: Check, index: int, total: list[int], by_source: list[tuple[str, list[int]]]) -> Row:
    return Row(
        check.label,
        Cell(total[index + 1], total[0], _listed(check.rule)),
        [Cell(counts[index + 1], counts[0], _listed(check.rule, source)) for source, counts in by_source],
        _mendable(check),
    )


def _mendable(check: Check) -> str:
    code = check.rule.get("flaw", "")
    return code if code and FLAWS[code].mended else ""


@dataclass(frozen=True, slots=True)
class Mended:
    """Somebody, and what each wrong field of theirs holds and would hold."""

    contact: Contact
    fields: list[tuple[Any, str, str]]


def with_flaw(flaw: Flaw, *, now: datetime, seen: Owners = None) -> BitMap64:
    """The ids of all of these owners' people who have it. One question to the facts."""
    rule = narrowing.read(json.dumps({"kind": "flaw", "flaw": flaw.code}), at=now)
    return listing.everybody(listing.Filters(rule=rule, owners=seen))


def mended(flaw: Flaw, people: BitMap64) -> list[Mended]:
    """How the first of these people would be put right. One query."""
    if flaw.mended is None:
        return []
    labels = {one.path: one.label for one in fields.built_in(Record.CONTACT)}
    found = Contact.objects.filter(pk__in=list(people[:SHOWN])).order_by("pk")
    return [
        Mended(one, [(labels[name], getattr(one, name), text) for name, text in flaw.mended(one).items()])
        for one in found
    ]


def _twice(people: int, by_source: list[tuple[str, int]], seen: Owners) -> Row:
    waiting = duplicates.waiting(seen)
    doubled = Contact.objects.active().filter(Q(pk__in=waiting.values("first")) | Q(pk__in=waiting.values("second")))
    found = dict(doubled.values_list("source").annotate(found=Count("pk")))
    href = reverse("contacts:duplicates")
    return Row(
        _("Possible duplicates"),
        Cell(sum(found.values()), people, href),
        [Cell(found.get(source, 0), of, href) for source, of in by_source],
    )


def _firms(now: datetime, sources: int, seen: Owners) -> list[Row]:
    """Companies do not come from sources."""
    text = json.dumps({"kind": "flaw", "flaw": SHARED_VAT_ID}, separators=(",", ":"))
    found = firms.count(firms.Filters(rule=narrowing.read(text, at=now, of=Record.COMPANY), seen=seen))
    href = f"{reverse('contacts:companies')}?{urlencode({'rule': text})}"
    everything = firms.count(firms.Filters(seen=seen))
    waiting = firm_duplicates.waiting(seen)
    doubled = Company.objects.filter(Q(pk__in=waiting.values("first")) | Q(pk__in=waiting.values("second"))).count()
    nothing = [Cell(0, 0, "")] * sources
    return [
        Row(_("Possible duplicates"), Cell(doubled, everything, reverse("contacts:firm-duplicates")), nothing),
        Row(_("VAT id of several companies"), Cell(found, everything, href), nothing),
    ]


def _listed(rule: dict[str, Any], source: str = "") -> str:
    """Where these people are listed, to be mended together."""
    parts = [rule]
    if source:
        parts.append({"kind": "attribute", "field": "attributes.source", "op": "is", "value": source})
    text = json.dumps({"all": parts}, ensure_ascii=False, separators=(",", ":"))
    return f"{reverse('contacts:contacts')}?{urlencode({'rule': text})}"
