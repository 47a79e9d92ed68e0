"""Contacts for programs: the same rules as on the pages."""

from collections.abc import Mapping
from datetime import datetime
from typing import Annotated, Any

from django.http import HttpRequest
from django.shortcuts import get_object_or_404
from django.utils import timezone
from django.utils.translation import gettext as _
from ninja import Path, Query, Router, Schema, Status
from pydantic import AwareDatetime, Field, JsonValue

from relacja.contacts import actions, consents, fields, listing, rules
from relacja.contacts.fields import Known
from relacja.contacts.models import Consent, ConsentEntry, ConsentText, Contact, Record
from relacja.events import queries as events
from relacja.events import vocabulary
from relacja.lib.errors import Refused
from relacja.staff.api import Problem, Request, Strict, once, refuse_unknown, scope

router = Router(tags=["contacts"])
MOST = 200
LONGEST_PROOF = 8_000
Id = Annotated[int, Path(ge=1, lt=1 << 62)]
Short = Annotated[str, Field(min_length=1, max_length=40)]
Source = Annotated[str, Field(min_length=1, max_length=80)]


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


class Agreement(Strict):
    """What somebody agreed to: to which words, when, and how we know. Nothing is agreed to without a source."""

    purpose: Short
    channel: Short
    text_version: Annotated[int, Field(ge=1, lt=1 << 31)]
    source: Source
    language: str = ""
    address: Annotated[str, Field(max_length=320)] = ""
    proof: dict[str, JsonValue] = {}
    at: AwareDatetime | None = None


class Withdrawal(Strict):
    """What somebody does not agree to any more."""

    purpose: Short
    channel: Short
    source: Source
    address: Annotated[str, Field(max_length=320)] = ""
    proof: dict[str, JsonValue] = {}
    at: AwareDatetime | None = None


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
    sort: str = listing.NEWEST
    cursor: str = ""
    limit: Annotated[int, Field(ge=1, le=MOST)] = 50


class Looked(Schema):
    """Which part of a history: one `group` of events, from `cursor` on."""

    group: str = ""
    cursor: str = ""
    limit: Annotated[int, Field(ge=1, le=MOST)] = 50


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
    version: int
    attributes: dict[str, Any]


class FieldOut(Schema):
    """A field of contacts or companies. `values` is JSON Schema of what it holds, `path` its name in rules."""

    path: str
    key: str
    label: str
    kind: str
    of: str
    is_own: bool
    is_required: bool
    is_personal: bool
    values: dict[str, Any]


class FieldsOut(Schema):
    items: list[FieldOut]


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


class ConsentOut(Schema):
    """How things stand for one purpose on one channel, and the line of the ledger that says so."""

    purpose: str
    channel: str
    act: str
    text_version: int | None
    text_language: str | None
    source: str
    address: str
    proof: dict[str, Any]
    at: datetime


class Consents(Schema):
    items: list[ConsentOut]


@router.get("/fields", auth=scope("contacts.view"), response=FieldsOut)
def known_fields(request: HttpRequest, of: Record = Record.CONTACT) -> dict[str, Any]:
    """Everything that can be known about a contact or a company: built-in fields and those people made here."""
    refuse_unknown(request, "of")
    return {"items": [_field(known) for known in fields.known(of)]}


@router.get("/contacts", auth=scope("contacts.view"), response=Contacts)
def contacts(request: HttpRequest, asked: Query[Listed]) -> dict[str, Any]:
    """Contacts, newest first or as `sort` says (created, changed, name; with - from the greatest)."""
    refuse_unknown(request, *Listed.model_fields)
    _refuse_choice("sort", asked.sort, {sign + name for name in listing.SORTS for sign in ("", "-")})
    filters = listing.Filters(
        text=asked.q, stage=asked.stage, consent=asked.consent, company=asked.company, archived=asked.archived
    )
    page = listing.page(filters, sort=asked.sort, after=asked.cursor, limit=asked.limit)
    return {"items": [_contact(contact) for contact in page.contacts], "next": page.after or None}


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
        _give(contact, payload.consent, now=now, prefix="consent.")
    return Status(201, _contact(contact))


@router.get("/contacts/{contact_id}", auth=scope("contacts.view"), response=ContactOut)
def contact(request: HttpRequest, contact_id: Id) -> dict[str, Any]:
    """One contact, archived or not."""
    return _contact(_load(contact_id))


@router.patch("/contacts/{contact_id}", auth=scope("contacts.edit"), response=ContactOut)
@once
def edit(request: Request, contact_id: Id, payload: ChangedFields) -> Status[dict[str, Any]]:
    """Change the fields that are sent."""
    contact = _load(contact_id)
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
    contact = _load(contact_id)
    actions.archive(contact, by=request.auth, now=timezone.now())
    return Status(200, _contact(contact))


@router.post("/contacts/{contact_id}/restoration", auth=scope("contacts.archive"), response=ContactOut)
@once
def restore(request: Request, contact_id: Id) -> Status[dict[str, Any]]:
    """Take an archived contact back."""
    contact = _load(contact_id)
    actions.restore(contact, by=request.auth, now=timezone.now())
    return Status(200, _contact(contact))


@router.get("/contacts/{contact_id}/timeline", auth=scope("contacts.view"), response=Timeline)
def timeline(request: HttpRequest, contact_id: Id, asked: Query[Looked]) -> dict[str, Any]:
    """What happened to a contact, newest first."""
    refuse_unknown(request, *Looked.model_fields)
    if asked.group:
        _refuse_choice("group", asked.group, set(vocabulary.GROUPS))
    contact = _load(contact_id)
    before = events.place(asked.cursor) if asked.cursor else None
    moments = events.timeline(contact.pk, group=asked.group, before=before, limit=asked.limit + 1)
    rest = moments[asked.limit :]
    moments = moments[: asked.limit]
    return {"items": moments, "next": moments[-1].place if rest else None}


@router.get("/contacts/{contact_id}/consents", auth=scope("contacts.view"), response=Consents)
def consent_states(request: HttpRequest, contact_id: Id) -> dict[str, Any]:
    """How things stand for every purpose and channel that ever came up."""
    return _consents(_load(contact_id))


@router.post("/contacts/{contact_id}/consents", auth=scope("contacts.edit"), response={201: Consents})
@once
def give_consent(request: Request, contact_id: Id, payload: Agreement) -> Status[dict[str, Any]]:
    """Write down that a contact agreed."""
    contact = _load(contact_id)
    _give(contact, payload, now=timezone.now())
    return Status(201, _consents(contact))


@router.post("/contacts/{contact_id}/consents/withdrawal", auth=scope("contacts.edit"), response={201: Consents})
@once
def withdraw_consent(request: Request, contact_id: Id, payload: Withdrawal) -> Status[dict[str, Any]]:
    """Write down that a contact does not agree any more. Taking back what was never given is written down too."""
    contact = _load(contact_id)
    now = timezone.now()
    consents.withdraw(contact, now=now, **_entry(payload, contact, now=now))
    return Status(201, _consents(contact))


def _load(contact_id: int) -> Contact:
    return get_object_or_404(Contact.objects.select_related("company", "owner"), pk=contact_id)


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


def _give(contact: Contact, agreement: Agreement, *, now: datetime, prefix: str = "") -> None:
    language = agreement.language or contact.language
    text = ConsentText.objects.filter(
        purpose=agreement.purpose, channel=agreement.channel, version=agreement.text_version, language=language
    ).first()
    if text is None:
        sentence = _("There is no text {version} for {purpose}, {channel}, in the language {language}.").format(
            version=agreement.text_version, purpose=agreement.purpose, channel=agreement.channel, language=language
        )
        raise Problem(422, sentence, errors={f"{prefix}text_version": sentence})
    consents.give(contact, text=text, now=now, **_entry(agreement, contact, now=now, prefix=prefix))


def _entry(given: Agreement | Withdrawal, contact: Contact, *, now: datetime, prefix: str = "") -> dict[str, Any]:
    if given.at is not None and given.at > now:
        sentence = _("This time has not come yet.")
        raise Problem(422, sentence, errors={f"{prefix}at": sentence})
    if len(str(given.proof)) > LONGEST_PROOF:
        sentence = _("This proof is too long. Keep it under {most} characters.").format(most=LONGEST_PROOF)
        raise Problem(422, sentence, errors={f"{prefix}proof": sentence})
    reached_at = {"email": contact.email, "sms": contact.phone, "phone": contact.phone}
    return {
        "purpose": given.purpose,
        "channel": given.channel,
        "source": given.source,
        "address": given.address or reached_at.get(given.channel, ""),
        "proof": given.proof,
        "at": given.at,
    }


def _refuse_choice(name: str, value: str, known: set[str]) -> None:
    if value not in known:
        sentence = _("Choose one of: {known}.").format(known=", ".join(sorted(known)))
        raise Problem(400, sentence, errors={name: sentence})


def _contact(contact: Contact) -> dict[str, Any]:
    plain = ("id", *rules.FIELDS, "stage", "source", "created_at", "changed_at", "archived_at", "version", "attributes")
    return {
        **{name: getattr(contact, name) for name in plain},
        "company": contact.company.name if contact.company else "",
        "owner": {"id": contact.owner.pk, "name": str(contact.owner)} if contact.owner else None,
    }


def _field(known: Known) -> dict[str, Any]:
    names = ("path", "key", "of", "is_required", "is_personal")
    return {
        **{name: getattr(known, name) for name in names},
        "label": str(known.label),
        "kind": known.kind.code,
        "is_own": known.field is not None,
        "values": known.schema(),
    }


def _consents(contact: Contact) -> dict[str, Any]:
    states = Consent.objects.filter(contact=contact).select_related("entry__text").order_by("purpose", "channel")
    return {"items": [_consent(state.entry) for state in states]}


def _consent(entry: ConsentEntry) -> dict[str, Any]:
    return {
        "purpose": entry.purpose,
        "channel": entry.channel,
        "act": entry.act,
        "text_version": entry.text.version if entry.text else None,
        "text_language": entry.text.language if entry.text else None,
        "source": entry.source,
        "address": entry.address,
        "proof": entry.proof,
        "at": entry.at,
    }
