"""Contacts for programs: found, added, changed, put away, and what happened to them."""

from collections.abc import Mapping
from datetime import datetime
from typing import Annotated, Any

from django.http import HttpRequest
from django.utils import timezone
from django.utils.translation import gettext as _
from ninja import Query, Router, Schema, Status
from pydantic import Field, JsonValue

from relacja.contacts import actions, fields, listing, rules
from relacja.contacts.api.asking import Id, Limit, load, refuse_choice
from relacja.contacts.api.consents import Agreement, give
from relacja.contacts.models import Contact, Record
from relacja.events import queries as events
from relacja.events import vocabulary
from relacja.lib.errors import Refused
from relacja.staff.api import Problem, Request, Strict, once, refuse_unknown, scope

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
    """Which contacts: `q` is any fragment of a name, an address or a phone; `cursor` is the `next` of a page before."""

    q: str = ""
    stage: str = ""
    consent: str = ""
    company: int | None = None
    archived: bool = False
    trashed: bool = False
    sort: str = listing.NEWEST
    cursor: str = ""
    limit: Limit = 50


class Looked(Schema):
    """Which part of a history: one `group` of events, from `cursor` on."""

    group: str = ""
    cursor: str = ""
    limit: Limit = 50


class Owner(Schema):
    id: int
    name: str


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


class Contacts(Schema):
    items: list[ContactOut]
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


@router.get("/contacts", auth=scope("contacts.view"), response=Contacts)
def contacts(request: HttpRequest, asked: Query[Listed]) -> dict[str, Any]:
    """Contacts, newest first or as `sort` says (created, changed, name; with - from the greatest)."""
    refuse_unknown(request, *Listed.model_fields)
    refuse_choice("sort", asked.sort, {sign + name for name in listing.SORTS for sign in ("", "-")})
    filters = listing.Filters(
        text=asked.q,
        stage=asked.stage,
        consent=asked.consent,
        company=asked.company,
        archived=asked.archived,
        trashed=asked.trashed,
    )
    page = listing.page(filters, sort=asked.sort, after=asked.cursor, limit=asked.limit)
    return {"items": [_contact(contact) for contact in page.rows], "next": page.after or None}


@router.post("/contacts", auth=scope("contacts.edit"), response={201: ContactOut})
@once
def create(request: Request, payload: NewContact) -> Status[dict[str, Any]]:
    """Add a contact, and what they agreed to, together or not at all."""
    now = timezone.now()
    given = payload.model_dump(include=set(Fields.model_fields), exclude_unset=True)
    contact = actions.create(
        values=_values(given), company=payload.company, source=payload.source, channel="api", by=request.auth, now=now
    )
    if payload.consent:
        give(contact, payload.consent, now=now, prefix="consent.")
    return Status(201, _contact(contact))


@router.get("/contacts/{contact_id}", auth=scope("contacts.view"), response=ContactOut)
def contact(request: HttpRequest, contact_id: Id) -> dict[str, Any]:
    """One contact, archived or not."""
    return _contact(load(contact_id))


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
    return Status(200, _contact(contact))


@router.post("/contacts/{contact_id}/archive", auth=scope("contacts.archive"), response=ContactOut)
@once
def archive(request: Request, contact_id: Id) -> Status[dict[str, Any]]:
    """Put a contact away, with its history."""
    contact = load(contact_id)
    actions.archive(contact, by=request.auth, now=timezone.now())
    return Status(200, _contact(contact))


@router.delete("/contacts/{contact_id}", auth=scope("contacts.archive"), response=ContactOut)
@once
def discard(request: Request, contact_id: Id) -> Status[dict[str, Any]]:
    """Put a contact in the trash. After 30 days there, everything about it is deleted for good."""
    contact = load(contact_id)
    actions.discard(contact, by=request.auth, now=timezone.now())
    return Status(200, _contact(contact))


@router.post("/contacts/{contact_id}/retrieval", auth=scope("contacts.archive"), response=ContactOut)
@once
def retrieve(request: Request, contact_id: Id) -> Status[dict[str, Any]]:
    """Take a contact out of the trash."""
    contact = load(contact_id)
    actions.retrieve(contact, by=request.auth, now=timezone.now())
    return Status(200, _contact(contact))


@router.post("/contacts/{contact_id}/restoration", auth=scope("contacts.archive"), response=ContactOut)
@once
def restore(request: Request, contact_id: Id) -> Status[dict[str, Any]]:
    """Take an archived contact back."""
    contact = load(contact_id)
    actions.restore(contact, by=request.auth, now=timezone.now())
    return Status(200, _contact(contact))


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


def _values(given: Mapping[str, Any]) -> rules.Values:
    """The given fields, checked; every one that cannot be taken is named at once. One query for own fields."""
    wrong: dict[str, str] = {}
    values = rules.Values({})
    for name, text in given.items():
        if name in rules.FIELDS:
            try:
                values.fields[name] = rules.value(name, text)
            except Refused as refusal:
                wrong[name] = str(refusal)
    attributes = given.get("attributes", {})
    own = {known.key: known for known in fields.own(Record.CONTACT)} if attributes else {}
    for key, value in attributes.items():
        try:
            values.attributes[key] = own[key].take(value)
        except KeyError:
            wrong[f"attributes.{key}"] = _("There is no such field.")
        except Refused as refusal:
            wrong[f"attributes.{key}"] = str(refusal)
    if wrong:
        raise Problem(422, " ".join(wrong.values()), errors=wrong)
    return values


def _contact(contact: Contact) -> dict[str, Any]:
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
        "attributes",
    )
    return {
        **{name: getattr(contact, name) for name in plain},
        "company": contact.company.name if contact.company else "",
        "owner": {"id": contact.owner.pk, "name": str(contact.owner)} if contact.owner else None,
    }
