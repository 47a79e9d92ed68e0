"""Consents for programs: how things stand, and the ledger's next line."""

from datetime import datetime
from typing import Annotated, Any

from django.http import HttpRequest
from django.utils import timezone
from django.utils.translation import gettext as _
from ninja import Router, Schema, Status
from pydantic import AwareDatetime, Field, JsonValue

from relacja.contacts import consents
from relacja.contacts.api.asking import Id, load
from relacja.contacts.models import Consent, ConsentEntry, ConsentText, Contact
from relacja.lib import rows
from relacja.staff.api import Problem, Request, Strict, once, scope

router = Router(tags=["consents"])
LONGEST_PROOF = 8_000
Short = Annotated[str, Field(min_length=1, max_length=40)]
Source = Annotated[str, Field(min_length=1, max_length=80)]


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


@router.get("/contacts/{contact_id}/consents", auth=scope("contacts.view"), response=Consents)
def consent_states(request: HttpRequest, contact_id: Id) -> dict[str, Any]:
    """How things stand for every purpose and channel that ever came up."""
    return _consents(load(contact_id))


@router.post("/contacts/{contact_id}/consents", auth=scope("contacts.edit"), response={201: Consents})
@once
def give_consent(request: Request, contact_id: Id, payload: Agreement) -> Status[dict[str, Any]]:
    """Write down that a contact agreed."""
    contact = load(contact_id)
    give(contact, payload, now=timezone.now())
    return Status(201, _consents(contact))


@router.post("/contacts/{contact_id}/consents/withdrawal", auth=scope("contacts.edit"), response={201: Consents})
@once
def withdraw_consent(request: Request, contact_id: Id, payload: Withdrawal) -> Status[dict[str, Any]]:
    """Write down that a contact does not agree any more. Taking back what was never given is written down too."""
    contact = load(contact_id)
    now = timezone.now()
    consents.withdraw(contact, now=now, **_entry(payload, contact, now=now))
    return Status(201, _consents(contact))


def give(contact: Contact, agreement: Agreement, *, now: datetime, prefix: str = "", is_new: bool = False) -> None:
    """Write down what was agreed to, by a contact made in this transaction or before. A problem names its field, after
    `prefix`.
    """
    language = agreement.language or contact.language
    text = rows.find(
        ConsentText,
        purpose=agreement.purpose,
        channel=agreement.channel,
        version=agreement.text_version,
        language=language,
    )
    if text is None:
        sentence = _("There is no text {version} for {purpose}, {channel}, in the language {language}.").format(
            version=agreement.text_version, purpose=agreement.purpose, channel=agreement.channel, language=language
        )
        raise Problem(422, sentence, errors={f"{prefix}text_version": sentence})
    consents.give(contact, text=text, now=now, is_new=is_new, **_entry(agreement, contact, now=now, prefix=prefix))


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
