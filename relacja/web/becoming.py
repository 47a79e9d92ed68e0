"""A call of a tracker becomes an event: whose it is, what it says, and what of its sender is kept."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from relacja.events.event import Event
from relacja.events.profiles import profile_of
from relacja.web import arrivals
from relacja.web.networks import network_of
from relacja.web.segment import Call, Kind
from relacja.web.sources import Known
from relacja.web.vocabulary import ANSWERS, from_outside

IDENTITY = "identity"
SIGNATURE = "userHash"
OURS = {IDENTITY, SIGNATURE, arrivals.KEY}
NAMING = {Kind.IDENTIFY, Kind.GROUP, Kind.ALIAS}


@dataclass(frozen=True, slots=True)
class Sender:
    """Who sent a request, as far as it is kept: the network, never the address."""

    network: str = ""
    agent: str = ""
    origin: str = ""


def is_believed(call: Call, source: Known) -> bool:
    """Whether the call may speak for its `userId`. What a browser says about people is only heard, unless signed."""
    if source.is_trusted or not call.user_id:
        return source.is_trusted
    signature = call.context.get(SIGNATURE) or call.traits.get(SIGNATURE) or ""
    return source.vouches_for(call.user_id, str(signature))


def event_of(
    call: Call,
    *,
    source: Known,
    sender: Sender,
    key: bytes,
    believed: bool,
    contacts: Mapping[str, int],
    received_at: datetime,
) -> Event:
    """The event. `contacts` are those known by customer number (`namespace:userId`) or e-mail."""
    return Event.of(
        id=UUID(bytes=key),
        name=call.name,
        at=call.timestamp,
        received_at=received_at,
        profile_id=_profile(call, source, believed, contacts),
        channel="api" if source.is_trusted else "web",
        source=source.name,
        properties=_properties(call),
        context=_context(call, source, sender, believed),
    )


def _profile(call: Call, source: Known, believed: bool, contacts: Mapping[str, int]) -> int:
    """A number that nobody vouches for never meets the profile of the person who really has it."""
    external = source.external(call.user_id)
    if call.user_id and believed:
        return contacts.get(external) or contacts.get(call.user_id.casefold()) or profile_of("external", external)
    if call.anonymous_id:
        return profile_of("visitor", call.anonymous_id)
    return profile_of("claimed", external)


def _properties(call: Call) -> dict[str, Any]:
    if call.kind not in NAMING:
        return from_outside(call.name, call.properties) if call.name in ANSWERS else call.properties
    return {name: value for name, value in {**call.traits, **call.properties}.items() if name != SIGNATURE}


def _context(call: Call, source: Known, sender: Sender, believed: bool) -> dict[str, Any]:
    """What surrounded the event. Two things in it are ours alone.

    With `identity` the event may tell who somebody is; `arrival` says how a visitor came.
    """
    context = {name: value for name, value in call.context.items() if name not in OURS}
    address = context.pop("ip", None)
    network = network_of(address) if isinstance(address, str) else ""
    if not source.is_trusted:
        network = sender.network
        if sender.agent:
            context.setdefault("userAgent", sender.agent)
    if network:
        context["ip"] = network
    if call.original_timestamp is not None and "clock" in context:
        context["originalTimestamp"] = call.original_timestamp
    if call.kind is Kind.PAGE and (came := arrivals.arrival(call.properties, context, own=source.hosts)):
        context[arrivals.KEY] = came
    if believed and (call.kind in NAMING or (call.user_id and call.anonymous_id)):
        context[IDENTITY] = _identity(call, source)
    return context


def _identity(call: Call, source: Known) -> dict[str, str]:
    said = {
        "by": "server" if source.is_trusted else "signed",
        "external": source.external(call.user_id) if call.user_id else "",
        "user_id": call.user_id,
        "anonymous_id": call.anonymous_id,
        "previous_id": call.previous_id,
        "previous_external": source.external(call.previous_id) if call.previous_id else "",
    }
    return {name: value for name, value in said.items() if value}
