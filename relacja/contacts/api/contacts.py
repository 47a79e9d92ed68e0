"""Contacts for programs: found, added, changed, put away, and what happened to them."""

from collections.abc import Mapping
from datetime import datetime
from functools import partial
from typing import Annotated, Any, Literal

from django.http import HttpRequest
from django.utils import timezone
from ninja import Query, Router, Schema, Status
from pydantic import Field, JsonValue

from relacja.contacts import actions, listing, narrowing, rules
from relacja.contacts.api.asking import (
    Id,
    Limit,
    Number,
    Owner,
    attributes_of,
    chosen,
    load,
    own_values,
    owner_of,
    paged,
    partly,
    refuse,
    refuse_choice,
    rule,
)
from relacja.contacts.api.consents import Agreement, give
from relacja.contacts.models import Contact, Record, Stage
from relacja.events import queries as events
from relacja.events import vocabulary
from relacja.events.actions import together
from relacja.lib.errors import Refused
from relacja.staff.api import Request, Strict, offer, once, refuse_unknown, scope

router = Router(tags=["contacts"])


class Fields(Strict):
    """What may be said about a person. Only what is sent is changed; an empty text takes a value away.

    `attributes` are fields of one's own by their keys, each in the form that `GET /fields` describes; null takes one
    away.
    """

    first_name: str = ""
    last_name: str = ""
    email: str = ""
    phone: str = ""
    company: str = ""
    job_title: str = ""
    street: str = ""
    postal_code: str = ""
    city: str = ""
    country: str = ""
    language: str = ""
    attributes: dict[str, JsonValue] = {}


class NewContact(Fields):
    """A person to add, with what they agreed to."""

    source: Annotated[str, Field(min_length=1, max_length=40)] = "api"
    consent: Agreement | None = None


class ChangedFields(Fields):
    """What changes. With the `version` that was read, nothing that somebody changed since is overwritten."""

    version: int | None = None


class Listed(Schema):
    """Which contacts: `q` is any fragment of a name, an address or a phone; `cursor` is the `next` of a page before.

    `rule` is a rule of segments as JSON, like `{"kind": "attribute", "field": "city", "op": "is", "value": "Gdynia"}`.
    `sort` is `created`, `changed`, `name` or a field that the facts hold, with - from the greatest; `fields` names what
    is wanted of each contact, between commas.
    """

    q: str = ""
    rule: Annotated[str, Field(max_length=narrowing.LONGEST)] = ""
    stage: Stage | None = None
    consent: Literal["asked", "given", "withdrawn", "none"] | None = None
    company: Number | None = None
    owner: Number | None = None
    archived: bool = False
    trashed: bool = False
    sort: str = listing.NEWEST
    fields: str = ""
    cursor: str = ""
    limit: Limit = 50


class Looked(Schema):
    """Which part of a history: one `group` of events, from `cursor` on."""

    group: str = ""
    cursor: str = ""
    limit: Limit = 50


class ContactOut(Schema):
    """A contact. `version` grows with every change."""

    id: int
    first_name: str
    last_name: str
    email: str
    phone: str
    company: str
    job_title: str
    street: str
    postal_code: str
    city: str
    country: str
    language: str
    stage: str
    source: str
    owner: Owner | None
    created_at: datetime
    changed_at: datetime
    archived_at: datetime | None
    trashed_at: datetime | None
    version: int
    attributes: dict[str, Any]


ContactPart: Any = partly(ContactOut, "ContactPart", "What was asked for of a contact.")


class Contacts(Schema):
    items: list[ContactPart]
    next: str | None


class MomentOut(Schema):
    """Something that happened, with its sentence in the language of the request."""

    id: str
    name: str
    at: datetime
    channel: str
    source: str
    sentence: str
    properties: dict[str, Any]
    context: dict[str, Any]


class Timeline(Schema):
    items: list[MomentOut]
    next: str | None


@router.get("/contacts", auth=scope("contacts.view"), response=Contacts, exclude_unset=True)
def contacts(request: HttpRequest, asked: Query[Listed]) -> dict[str, Any]:
    """Contacts, newest first or as `sort` says; whom a rule leaves is as fresh as the facts, about a second."""
    refuse_unknown(request, *Listed.model_fields)
    refuse_choice("sort", asked.sort, {sign + name for name in listing.sorts() for sign in ("", "-")})
    wanted = chosen(asked.fields, ContactOut.model_fields)
    now = timezone.now()
    filters = listing.Filters(
        rule=rule(asked.rule, now=now),
        text=asked.q,
        stage=asked.stage or "",
        consent=asked.consent or "",
        owners=(asked.owner,) if asked.owner else None,
        company=asked.company,
        archived=asked.archived,
        trashed=asked.trashed,
        at=now,
    )
    page = listing.page(filters, sort=asked.sort, after=asked.cursor, limit=asked.limit)
    return paged(page, shown, wanted)


@router.post("/contacts", auth=scope("contacts.edit"), response={201: ContactOut})
@once
def create(request: Request, payload: NewContact) -> Status[dict[str, Any]]:
    """Add a contact, and what they agreed to, together or not at all."""
    now = timezone.now()
    given = payload.model_dump(include=set(Fields.model_fields), exclude_unset=True)
    values, source = _values(given, is_new=True), payload.source
    with together():
        contact = actions.create(
            values=values, company=payload.company, source=source, channel="api", by=request.auth, now=now
        )
        if payload.consent:
            give(contact, payload.consent, now=now, prefix="consent.", is_new=True)
    return Status(201, shown(contact))


@router.get("/contacts/{contact_id}", auth=scope("contacts.view"), response=ContactOut)
def contact(request: HttpRequest, contact_id: Id) -> dict[str, Any]:
    """One contact, archived or not."""
    return shown(load(contact_id))


@router.patch("/contacts/{contact_id}", auth=scope("contacts.edit"), response=ContactOut)
@once
def edit(request: Request, contact_id: Id, payload: ChangedFields) -> Status[dict[str, Any]]:
    """Change the fields that are sent."""
    contact = load(contact_id)
    given = payload.model_dump(include=set(Fields.model_fields), exclude_unset=True)
    actions.edit(
        contact,
        values=_values(given),
        company=given.get("company"),
        version=payload.version,
        channel="api",
        by=request.auth,
        now=timezone.now(),
    )
    return Status(200, shown(contact))


@router.get("/contacts/{contact_id}/timeline", auth=scope("contacts.view"), response=Timeline)
def timeline(request: HttpRequest, contact_id: Id, asked: Query[Looked]) -> dict[str, Any]:
    """What happened to a contact, newest first."""
    refuse_unknown(request, *Looked.model_fields)
    if asked.group:
        refuse_choice("group", asked.group, set(vocabulary.GROUPS))
    contact = load(contact_id)
    before = events.place(asked.cursor) if asked.cursor else None
    moments = events.timeline(contact.pk, group=asked.group, before=before, limit=asked.limit + 1)
    rest = moments[asked.limit :]
    moments = moments[: asked.limit]
    return {"items": moments, "next": moments[-1].place if rest else None}


def _values(given: Mapping[str, Any], *, is_new: bool = False) -> rules.Values:
    """The given fields, checked; every one that cannot be taken is named at once. One query for own fields."""
    wrong: dict[str, str] = {}
    values = rules.Values({})
    for name, text in given.items():
        if name in rules.FIELDS:
            try:
                values.fields[name] = rules.value(name, text)
            except Refused as refusal:
                wrong[name] = str(refusal)
    values.attributes.update(own_values(Record.CONTACT, given.get("attributes"), is_new=is_new, wrong=wrong))
    refuse(wrong)
    return values


def shown(contact: Contact) -> dict[str, Any]:
    plain = (
        "id",
        *rules.FIELDS,
        "stage",
        "source",
        "created_at",
        "changed_at",
        "archived_at",
        "trashed_at",
        "version",
    )
    return {
        **{name: getattr(contact, name) for name in plain},
        "attributes": attributes_of(contact),
        "company": contact.company.name if contact.company else "",
        "owner": owner_of(contact),
    }


act = partial(offer, router, of=scope("contacts.archive"), load=load, show=shown, answer=ContactOut)
act("POST", "/contacts/{contact_id}/archive", actions.archive, "Put a contact away, with its history.")
act("POST", "/contacts/{contact_id}/restoration", actions.restore, "Take an archived contact back.")
act(
    "DELETE",
    "/contacts/{contact_id}",
    actions.discard,
    "Put a contact in the trash. After 30 days there, everything about it is deleted for good.",
)
act("POST", "/contacts/{contact_id}/retrieval", actions.retrieve, "Take a contact out of the trash.")
