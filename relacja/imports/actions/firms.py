"""Storing the companies that a block of rows brings, and putting back what it changed of them."""

from collections.abc import Collection, Iterable, Sequence
from datetime import datetime
from typing import Any

from django.db.models import Q

from relacja.contacts import bulk, plain
from relacja.contacts.actions import company as companies
from relacja.contacts.actions.record import COMPANY
from relacja.contacts.models import Company
from relacja.imports.firms import TEXTS, Firm, name_key
from relacja.imports.meaning import OF_FIRM
from relacja.imports.models import Import
from relacja.imports.outcomes import Outcome
from relacja.imports.plans import Plan
from relacja.lib.errors import Refused
from relacja.staff import changes
from relacja.staff.changes import Recorder
from relacja.staff.models import Author, Change

CHANNEL = "import"
LABEL = "imports.updated"


def write(one: Import, plan: Plan, *, now: datetime) -> list[int]:
    """Store the companies of a block, with those they belong to. Returns the ids of those that were made.

    Raises `bulk.Overtaken` when one is not any more as it was read, or another has its name or VAT id by now.
    """
    firms = [*plan.new_firms, *plan.changed_firms.values()]
    if not firms:
        return []
    _refuse_taken(plan.new_firms)
    made = [_row(firm, now=now) for firm in plan.new_firms]
    Company.objects.bulk_create(made)
    for firm, company in zip(plan.new_firms, made, strict=True):
        firm.id = company.pk
    parents, bare = bulk.companies_named({firm.columns["parent"] for firm in firms if _has_parent(firm)}, now=now)
    children = [company for firm, company in zip(plan.new_firms, made, strict=True) if firm.columns["parent"]]
    for firm, company in zip(plan.new_firms, made, strict=True):
        company.parent_id = parents.get(name_key(firm.columns["parent"]))
    Company.objects.bulk_update(children, ["parent"])
    _alter(one, plan.changed_firms, parents, now=now)
    return [*(company.pk for company in made), *bare]


def put_back(found: Iterable[Outcome], *, by: Author | None, now: datetime) -> list[dict[str, Any]]:
    """Fields of companies that are still as the import left them become what they were. Returns what stays, told."""
    kept: list[dict[str, Any]] = []
    outcomes = [outcome for outcome in found if any(name.startswith(OF_FIRM) for name in outcome.after)]
    outcomes += [one for one in found if one.company and not one.contact and "company" in one.after]
    held = Company.objects.select_related("parent").in_bulk({outcome.company for outcome in outcomes})
    for outcome in outcomes:
        company = held.get(outcome.company)
        if company is None:
            continue
        values: dict[str, Any] = {}
        for target, expected in outcome.after.items():
            path = "name" if target == "company" else target.removeprefix(OF_FIRM)
            if target == "company" and outcome.contact:
                continue
            present, before = present_value(company, path), outcome.before.get(target)
            if plain.are_same(present, before):
                continue
            if plain.are_same(present, expected):
                values[path] = _stored(path, before)
            else:
                kept.append({"company": company.pk, "field": target, "present": present, "expected": expected})
        kept += _edited(company, values, by=by, now=now)
    return kept


def present_value(company: Company, path: str) -> Any:
    """What stands in a field as imports speak of it: the company it belongs to by name."""
    if path == "parent":
        return company.parent.name if company.parent else ""
    return plain.value(company, path)


def untouched(ids: Collection[int], one: Import) -> set[int]:
    """Those of the companies that nobody changed since the import made them."""
    there = set(Company.objects.filter(pk__in=ids, archived_at=None).values_list("pk", flat=True))
    since = Change.objects.filter(kind=COMPANY, record_id__in=there).exclude(change_set=one.changes_id)
    return there - set(since.values_list("record_id", flat=True))


def _edited(company: Company, values: dict[str, Any], *, by: Author | None, now: datetime) -> list[dict[str, Any]]:
    """Edit a company; what it may not become any more is told."""
    if not values:
        return []
    unstored = Recorder(LABEL, by=by, source=CHANNEL, now=now)  # the import is taken back with its history
    try:
        companies.edit_company(company, values=values, now=now, by=by, channel=CHANNEL, into=unstored)
    except Refused:
        shown = [(path, present_value(company, path)) for path in values]
        return [
            {
                "company": company.pk,
                "field": "company" if path == "name" else f"{OF_FIRM}{path}",
                "present": present,
                "expected": present,
            }
            for path, present in shown
        ]
    return []


def _stored(path: str, value: Any) -> Any:
    if path != "parent":
        return value
    return bulk.companies_known([name_key(value)]).get(name_key(value)) if value else None


def _refuse_taken(firms: Sequence[Firm]) -> None:
    names = [name_key(firm.columns["name"]) for firm in firms]
    ids = [firm.columns["vat_id"] for firm in firms if firm.columns["vat_id"]]
    if Company.objects.filter(Q(name_key__in=names) | Q(vat_id__in=ids), archived_at=None).exists():
        raise bulk.Overtaken


def _row(firm: Firm, *, now: datetime) -> Company:
    texts = {name: firm.columns[name] or "" for name in TEXTS}
    return Company(
        **texts,
        name_key=name_key(firm.columns["name"]),
        owner_id=firm.columns["owner"],
        attributes={key: value for key, value in firm.columns["attributes"].items() if not plain.is_nothing(value)},
        created_at=now,
    )


def _has_parent(firm: Firm) -> bool:
    return bool(firm.columns["parent"]) and (firm.is_new or "parent" in firm.changes)


def _alter(one: Import, changed: dict[int, Firm], parents: dict[str, int], *, now: datetime) -> None:
    if not changed:
        return
    if one.changes is None:
        one.changes = changes.begin(LABEL, by=one.author, source=CHANNEL, now=now)
        Import.objects.filter(pk=one.pk).update(changes=one.changes)
    noted = Recorder(LABEL, by=one.author, source=CHANNEL, now=now)
    noted.go_on(one.changes)
    held = Company.objects.select_related("parent").filter(archived_at=None).in_bulk(list(changed))
    for pk, firm in changed.items():
        company = held.get(pk)
        if company is None or any(
            not plain.are_same(present_value(company, path), before) for path, before in firm.held.items()
        ):
            raise bulk.Overtaken
        values = {**firm.changes}
        if "parent" in values:
            values["parent"] = parents[name_key(values["parent"])]
        try:
            companies.edit_company(company, values=values, now=now, by=one.author, channel=CHANNEL, into=noted)
        except Refused as refusal:
            raise bulk.Overtaken from refusal
    noted.store()


def ids_of(plan: Plan) -> dict[str, int]:
    """The companies whose details the block brings, by folded name."""
    return {name_key(firm.columns["name"]): firm.id for firm in plan.firms if firm is not None and firm.id}
