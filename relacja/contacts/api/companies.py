"""Companies for programs: found, added, changed and put away, and what people do for them."""

from collections.abc import Mapping
from datetime import datetime
from functools import partial
from typing import Annotated, Any

from django.http import HttpRequest
from django.shortcuts import get_object_or_404
from django.utils import timezone
from django.utils.translation import gettext as _
from ninja import Query, Router, Schema, Status
from pydantic import Field, JsonValue

from relacja.contacts import actions, columns, fields, narrowing, plain
from relacja.contacts.api.asking import (
    Id,
    Limit,
    Number,
    Owner,
    attributes_of,
    chosen,
    own_values,
    owner_of,
    paged,
    partly,
    refuse,
    refuse_choice,
    rule,
)
from relacja.contacts.api.asking import load as load_contact
from relacja.contacts.listing import firms
from relacja.contacts.models import Company, Position, Record
from relacja.lib.errors import Refused
from relacja.staff.api import Request, Strict, offer, once, refuse_unknown, scope

router = Router(tags=["companies"])
BUILT_IN = ("name", "vat_id", "website", "phone", "street", "postal_code", "city", "country", "parent")


class CompanyFields(Strict):
    """What may be said about a company. Only what is sent is changed; an empty text takes a value away.

    `vat_id` is a Polish NIP or the VAT id of another country of the Union and is one company's; `parent` is the id of
    the company it belongs to. `attributes` are fields of one's own by their keys, as `GET /fields?of=company` has them.
    """

    name: str = ""
    vat_id: str = ""
    website: str = ""
    phone: str = ""
    street: str = ""
    postal_code: str = ""
    city: str = ""
    country: str = ""
    parent: Number | None = None
    attributes: dict[str, JsonValue] = {}


class NewCompany(CompanyFields):
    """A company to add. One whose name or VAT id is here already is in conflict: the answer says whose they are."""

    name: str


class ChangedCompany(CompanyFields):
    """What changes. With the `version` that was read, nothing that somebody changed since is overwritten."""

    version: int | None = None


class CompaniesListed(Schema):
    """Which companies: `q` is any fragment of a name or VAT id; `vat_id` is read as people write it.

    `rule` is what the filter of the list writes, like `{"kind": "attribute", "field": "city", "op": "is", "value":
    "Gdynia"}`, in groups of `all`, `any` and `not`; `{"people": ...}` holds a rule about somebody who works there.
    `sort` is a field, `people`, `created` or `changed`, with - from the greatest; `fields` names what is wanted of each
    company, between commas.
    """

    q: str = ""
    rule: Annotated[str, Field(max_length=narrowing.LONGEST)] = ""
    vat_id: str = ""
    owner: Number | None = None
    parent: Number | None = None
    archived: bool = False
    trashed: bool = False
    sort: str = firms.BY_NAME
    fields: str = ""
    cursor: str = ""
    limit: Limit = 50


class CompanyOut(Schema):
    """A company. `version` grows with every change."""

    id: int
    name: str
    vat_id: str
    website: str
    phone: str
    street: str
    postal_code: str
    city: str
    country: str
    parent: int | None
    owner: Owner | None
    created_at: datetime
    changed_at: datetime
    archived_at: datetime | None
    trashed_at: datetime | None
    version: int
    attributes: dict[str, Any]


CompanyPart: Any = partly(CompanyOut, "CompanyPart", "What was asked for of a company.")


class Companies(Schema):
    items: list[CompanyPart]
    next: str | None


class NewPosition(Strict):
    """What somebody does for a company besides the one they work at."""

    contact: Number
    role: Annotated[str, Field(min_length=1, max_length=120)]


class PositionOut(Schema):
    id: int
    contact: int
    name: str
    role: str
    since: datetime


class Positions(Schema):
    items: list[PositionOut]


@router.get("/companies", auth=scope("contacts.view"), response=Companies, exclude_unset=True)
def companies(request: HttpRequest, asked: Query[CompaniesListed]) -> dict[str, Any]:
    """Companies, by name or as `sort` says."""
    refuse_unknown(request, *CompaniesListed.model_fields)
    offered = columns.offered(Record.COMPANY)
    sorts = {firms.BY_NAME, *(path for path, column in offered.items() if column.sort)}
    refuse_choice("sort", asked.sort, {sign + name for name in sorts for sign in ("", "-")})
    wanted = chosen(asked.fields, CompanyOut.model_fields)
    wrong: dict[str, str] = {}
    vat_id = _checked({"vat_id": asked.vat_id}, wrong).get("vat_id")
    refuse(wrong)
    filters = firms.Filters(
        rule=rule(asked.rule, now=timezone.now(), of=Record.COMPANY),
        text=asked.q,
        vat_id=vat_id or "",
        owners=(asked.owner,) if asked.owner else None,
        parent=asked.parent,
        archived=asked.archived,
        trashed=asked.trashed,
    )
    column = offered.get(asked.sort.removeprefix("-"))
    order = firms.Order(asked.sort, column.known if column else None, timezone.localdate())
    return paged(firms.page(filters, order, after=asked.cursor, limit=asked.limit), shown, wanted)


@router.post("/companies", auth=scope("contacts.edit"), response={201: CompanyOut})
@once
def create_company(request: Request, payload: NewCompany) -> Status[dict[str, Any]]:
    """Add a company."""
    values = _values(payload, is_new=True)
    made = actions.create_company(values=values, channel="api", by=request.auth, now=timezone.now())
    return Status(201, shown(made))


@router.get("/companies/{company_id}", auth=scope("contacts.view"), response=CompanyOut)
def company(request: HttpRequest, company_id: Id) -> dict[str, Any]:
    """One company, archived or not."""
    return shown(load(company_id))


@router.patch("/companies/{company_id}", auth=scope("contacts.edit"), response=CompanyOut)
@once
def edit_company(request: Request, company_id: Id, payload: ChangedCompany) -> Status[dict[str, Any]]:
    """Change the fields that are sent."""
    found, values, now = load(company_id), _values(payload), timezone.now()
    actions.edit_company(found, values=values, version=payload.version, channel="api", by=request.auth, now=now)
    return Status(200, shown(found))


@router.get("/companies/{company_id}/positions", auth=scope("contacts.view"), response=Positions)
def positions(request: HttpRequest, company_id: Id) -> dict[str, Any]:
    """Who does something for the company besides their own work."""
    return _positions(load(company_id))


@router.post("/companies/{company_id}/positions", auth=scope("contacts.edit"), response={201: Positions})
@once
def appoint(request: Request, company_id: Id, payload: NewPosition) -> Status[dict[str, Any]]:
    """Say what somebody does for the company from now on; what they did before is replaced."""
    firm, contact = load(company_id), load_contact(payload.contact)
    actions.appoint(contact, firm, role=payload.role, by=request.auth, now=timezone.now())
    return Status(201, _positions(firm))


@router.delete("/companies/{company_id}/positions/{position_id}", auth=scope("contacts.edit"), response=Positions)
@once
def dismiss(request: Request, company_id: Id, position_id: Id) -> Status[dict[str, Any]]:
    """Somebody does nothing for the company any more."""
    firm = load(company_id)
    position = get_object_or_404(Position, pk=position_id, company=firm)
    actions.dismiss(position, by=request.auth, now=timezone.now())
    return Status(200, _positions(firm))


def load(company_id: int) -> Company:
    """The company, archived or not, with its owner. Raises `Http404`."""
    return get_object_or_404(Company.objects.select_related("owner"), pk=company_id)


def _values(payload: CompanyFields, *, is_new: bool = False) -> dict[str, Any]:
    """What was sent in normal forms by path; every field that cannot be taken is named at once."""
    given = payload.model_dump(exclude_unset=True)
    wrong: dict[str, str] = {}
    values = _checked({name: given[name] for name in BUILT_IN if name in given}, wrong)
    own = own_values(Record.COMPANY, given.get("attributes"), is_new=is_new, wrong=wrong)
    refuse(wrong)
    return {**values, **{plain.ATTRIBUTE + key: value for key, value in own.items()}}


def _checked(given: Mapping[str, Any], wrong: dict[str, str]) -> dict[str, Any]:
    values = {}
    for known in fields.built_in(Record.COMPANY):
        if known.path not in given:
            continue
        try:
            values[known.path] = _parent(given[known.path]) if known.path == "parent" else known.take(given[known.path])
        except Refused as refusal:
            wrong[known.path] = str(refusal)
    return values


def _parent(company_id: int | None) -> int | None:
    if company_id is not None and not Company.objects.filter(pk=company_id).exists():
        raise Refused(_("There is no such company."))
    return company_id


def _positions(firm: Company) -> dict[str, Any]:
    found = Position.objects.filter(company=firm).select_related("contact").order_by("pk")
    return {
        "items": [
            {"id": one.pk, "contact": one.contact_id, "name": str(one.contact), "role": one.role, "since": one.since}
            for one in found
        ]
    }


def shown(firm: Company) -> dict[str, Any]:
    names = ("id", *BUILT_IN[:-1], "created_at", "changed_at", "archived_at", "trashed_at", "version")
    return {
        **{name: getattr(firm, name) for name in names},
        "attributes": attributes_of(firm),
        "parent": firm.parent_id,
        "owner": owner_of(firm),
    }


act = partial(offer, router, of=scope("contacts.archive"), load=load, show=shown, answer=CompanyOut)
act("POST", "/companies/{company_id}/archive", actions.archive_company, "Put a company away. Nobody may work there.")
act("POST", "/companies/{company_id}/restoration", actions.restore_company, "Take an archived company back.")
act(
    "DELETE",
    "/companies/{company_id}",
    actions.discard_company,
    "Put a company in the trash; its people stay. After 30 days there, it is deleted for good.",
)
act(
    "POST",
    "/companies/{company_id}/retrieval",
    actions.retrieve_company,
    "Take a company out of the trash, with those of its people who work nowhere else by now.",
)
