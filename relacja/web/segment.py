"""The Segment HTTP API, read: bytes in, calls and refusals out. No clock, no database, and nothing raised.

Protocol: https://segment.com/docs/connections/sources/catalog/libraries/server/http-api/ and the Segment Spec.
A message that is wrong is refused by itself; a request is refused whole only when it cannot be read.
"""

import base64
import binascii
import re
import uuid
from collections.abc import Iterable
from datetime import datetime
from enum import StrEnum
from typing import Any

import msgspec

from relacja.web import clocks
from relacja.web.bodies import mended, unpacked
from relacja.web.refusals import Reason, Refusal, Unfit

EVENT_LIMIT = 32 * 1024
BATCH_LIMIT = 2_500
MESSAGE_ID_LIMIT = 100
NAME_LIMIT = 200
IDENTITY_LIMIT = 255
DEPTH_LIMIT = 64
EXCERPT_LENGTH = 300

# Values that broken clients send in place of an id. Taken at their word they would make one person of all visitors.
PLACEHOLDERS = frozenset(
    [
        "",
        "0",
        "null",
        "NULL",
        "none",
        "None",
        "undefined",
        "NaN",
        "true",
        "false",
        "[object Object]",
        "anonymous",
        "guest",
    ]
)


class Kind(StrEnum):
    """What a request, or a message of a batch, is."""

    IDENTIFY = "identify"
    TRACK = "track"
    PAGE = "page"
    SCREEN = "screen"
    GROUP = "group"
    ALIAS = "alias"
    BATCH = "batch"


ROUTES = {f"/v1/{word}": kind for kind in Kind for word in (kind.value, kind.value[0])}

NAMES = {
    Kind.IDENTIFY: "Contact Identified",
    Kind.PAGE: "Page Viewed",
    Kind.SCREEN: "Screen Viewed",
    Kind.GROUP: "Group Joined",
    Kind.ALIAS: "Alias Added",
}


class Call(msgspec.Struct, frozen=True, gc=False):
    """One accepted message. `timestamp` is when it happened by our clock, in UTC; `original_timestamp` by theirs."""

    kind: Kind
    message_id: str
    anonymous_id: str
    user_id: str
    name: str
    properties: dict[str, Any]
    traits: dict[str, Any]
    context: dict[str, Any]
    timestamp: datetime
    original_timestamp: datetime | None = None
    group_id: str = ""
    previous_id: str = ""


class Delivery(msgspec.Struct, frozen=True):
    """One request, read. `refused` is set when nothing of it could be read; the reason is then also the one refusal."""

    write_key: str
    calls: list[Call]
    refusals: list[Refusal]
    refused: Reason | None = None


class _Envelope(msgspec.Struct, rename="camel"):
    batch: list[msgspec.Raw] | None = None
    write_key: Any = None
    sent_at: Any = None
    context: Any = None


class _Message(msgspec.Struct, rename="camel", gc=False):
    type: str | None = None
    message_id: str | int | None = None
    anonymous_id: str | int | None = None
    user_id: str | int | None = None
    previous_id: str | int | None = None
    group_id: str | int | None = None
    event: str | None = None
    name: str | None = None
    category: str | None = None
    properties: dict[str, Any] | None = None
    traits: dict[str, Any] | None = None
    context: dict[str, Any] | None = None
    timestamp: str | int | float | None = None
    original_timestamp: str | int | float | None = None
    sent_at: Any = None


class _Label(msgspec.Struct, rename="camel"):
    message_id: Any = None


class _Frame(msgspec.Struct, frozen=True):
    """What the messages of one request have in common."""

    route: Kind
    context: dict[str, Any]
    sent_at: datetime | None
    received_at: datetime


_read_envelope = msgspec.json.Decoder(_Envelope).decode
_read_message = msgspec.json.Decoder(_Message).decode
_read_label = msgspec.json.Decoder(_Label).decode
_kinds = {kind.value: kind for kind in Kind if kind is not Kind.BATCH}
_control = re.compile("[\x00-\x1f\x7f-\x9f]")
_nul = re.compile(rb"(?<!\\)(?:\\\\)*\\u0000")
# Nineteen digits in a row may be more than 64 bits. Looked for by translation, 9 times faster than the expression.
_digits_alike = bytes.maketrans(b"123456789", b"000000000")
_huge_number = b"0" * 19
_field = re.compile(r"\$\.(\w+)")
_reasons_of_fields = {
    "type": Reason.BAD_TYPE,
    "messageId": Reason.BAD_MESSAGE_ID,
    "anonymousId": Reason.BAD_IDENTITY,
    "userId": Reason.BAD_IDENTITY,
    "event": Reason.BAD_NAME,
    "timestamp": Reason.BAD_TIMESTAMP,
    "originalTimestamp": Reason.BAD_TIMESTAMP,
}


def parse(route: Kind, body: bytes, *, received_at: datetime, encoding: str = "", authorization: str = "") -> Delivery:
    """Read one request. The headers Content-Encoding and Authorization are given as they came, `received_at` in UTC."""
    key = _key_of_header(authorization)
    try:
        plain = unpacked(body, encoding)
        envelope, plain = _opened(plain)
        key = key or _key_of_body(envelope)
        messages = _messages(route, envelope, plain)
    except Unfit as unfit:
        return Delivery(key, [], [Refusal(unfit.reason, detail=unfit.detail)], unfit.reason)
    if not key:
        return Delivery(key, [], [Refusal(Reason.NO_KEY)], Reason.NO_KEY)
    shared = envelope.context if route is Kind.BATCH and isinstance(envelope.context, dict) else {}
    frame = _Frame(route, shared, clocks.moment_or_none(envelope.sent_at), received_at)
    return Delivery(key, *_sorted(messages, frame))


def _key_of_header(authorization: str) -> str:
    """The write key: the user name of Basic, or the token of Bearer. A header that cannot be read counts as none."""
    scheme, _space, value = authorization.strip().partition(" ")
    match scheme.lower():
        case "bearer":
            return value.strip()
        case "basic":
            try:
                return base64.b64decode(value.strip(), validate=True).decode().partition(":")[0].strip()
            except (binascii.Error, ValueError):
                return ""
    return ""


def _key_of_body(envelope: _Envelope) -> str:
    return envelope.write_key.strip() if isinstance(envelope.write_key, str) else ""


def _opened(plain: bytes) -> tuple[_Envelope, bytes]:
    """What the body says about all its messages, and the body, mended if it was only almost JSON."""
    try:
        try:
            return _read_envelope(plain), plain
        except msgspec.ValidationError:
            raise
        except (msgspec.DecodeError, UnicodeDecodeError, RecursionError):
            plain = mended(plain)
            return _read_envelope(plain), plain
    except msgspec.ValidationError as error:
        raise Unfit(Reason.BAD_FIELD, _field_of(error)) from None


def _messages(route: Kind, envelope: _Envelope, plain: bytes) -> list[bytes]:
    if route is not Kind.BATCH:
        return [plain]
    if envelope.batch is None:
        raise Unfit(Reason.BAD_FIELD, "batch")
    if len(envelope.batch) > BATCH_LIMIT:
        raise Unfit(Reason.TOO_MANY, f"{len(envelope.batch)} > {BATCH_LIMIT}")
    return [bytes(raw) for raw in envelope.batch]


def _sorted(messages: list[bytes], frame: _Frame) -> tuple[list[Call], list[Refusal]]:
    """What is taken and what is not; together as many as came."""
    calls: dict[str, Call] = {}
    refusals: list[Refusal] = []
    for data in messages:
        try:
            call = _call(data, frame)
        except Unfit as unfit:
            refusals.append(Refusal(unfit.reason, _message_id_of(data), unfit.detail, data[:EXCERPT_LENGTH]))
            continue
        if calls.setdefault(call.message_id, call) is not call:
            refusals.append(Refusal(Reason.DUPLICATE, call.message_id))
    return list(calls.values()), refusals


def _call(data: bytes, frame: _Frame) -> Call:
    message = _decoded(data)
    kind = _kinds.get(message.type or "") if frame.route is Kind.BATCH else frame.route
    if kind is None:
        raise Unfit(Reason.BAD_TYPE, (message.type or "")[:40])
    message_id = _message_id(message.message_id)
    anonymous_id, user_id = _identity(message.anonymous_id, "anonymousId"), _identity(message.user_id, "userId")
    if not anonymous_id and not user_id:
        raise Unfit(Reason.NO_IDENTITY)
    group_id = _required(message.group_id, "groupId") if kind is Kind.GROUP else ""
    previous_id = _required(message.previous_id, "previousId") if kind is Kind.ALIAS else ""
    name = _event_name(message.event) if kind is Kind.TRACK else NAMES[kind]
    context = message.context or {}
    if frame.context:
        context = {**frame.context, **context}
    at, original, wrong = _timing(message, frame)
    return Call(
        kind,
        message_id,
        anonymous_id,
        user_id,
        name,
        _properties(kind, message),
        _traits(kind, message, context),
        {**context, "clock": "corrected"} if wrong else context,
        at,
        original,
        group_id,
        previous_id,
    )


def _decoded(data: bytes) -> _Message:
    """The message, its types checked. What needs mending is mended once, so that one bad number costs no event."""
    if len(data) > EVENT_LIMIT:
        raise Unfit(Reason.TOO_BIG, f"{len(data)} > {EVENT_LIMIT}")
    if b"\\u0000" in data and _nul.search(data):
        raise Unfit(Reason.BAD_TEXT, "NUL")
    if _huge_number in data.translate(_digits_alike):
        data = mended(data)
    try:
        message = _read_message(data)
    except RecursionError:
        raise Unfit(Reason.TOO_DEEP) from None
    except (msgspec.DecodeError, UnicodeDecodeError):
        message = _decoded_after_mending(data)
    if data.count(b"{") + data.count(b"[") > DEPTH_LIMIT:
        _measure(message)
    return message


def _decoded_after_mending(data: bytes) -> _Message:
    try:
        return _read_message(mended(data))
    except msgspec.ValidationError as error:
        field = _field_of(error)
        raise Unfit(_reasons_of_fields.get(field, Reason.BAD_FIELD), field) from None


def _measure(message: _Message) -> None:
    """Refuse what is nested too deep. The message is the first level, its properties are on the second."""
    layer: list[Any] = [message.properties, message.traits, message.context]
    for _level in range(DEPTH_LIMIT - 1):
        layer = [inner for value in layer for inner in _inside(value) if isinstance(inner, dict | list)]
        if not layer:
            return
    raise Unfit(Reason.TOO_DEEP)


def _inside(value: dict[str, Any] | list[Any] | None) -> Iterable[Any]:
    return value.values() if isinstance(value, dict) else value or ()


def _message_id(value: str | int | None) -> str:
    """The id given, or a new one: a client that sends none cannot repeat itself knowingly either."""
    message_id = str(value) if value else str(uuid.uuid4())
    if len(message_id) > MESSAGE_ID_LIMIT:
        raise Unfit(Reason.BAD_MESSAGE_ID, f"{len(message_id)} > {MESSAGE_ID_LIMIT}")
    return message_id


def _identity(value: str | int | None, field: str) -> str:
    if value is None:
        return ""
    identity = str(value).strip()
    if len(identity) > IDENTITY_LIMIT:
        raise Unfit(Reason.BAD_IDENTITY, field)
    return "" if identity in PLACEHOLDERS else identity


def _required(value: str | int | None, field: str) -> str:
    identity = _identity(value, field)
    if not identity:
        raise Unfit(Reason.BAD_FIELD, field)
    return identity


def _event_name(event: str | None) -> str:
    name = (event or "").strip()
    if not name:
        raise Unfit(Reason.NO_NAME)
    if len(name) > NAME_LIMIT or _control.search(name):
        raise Unfit(Reason.BAD_NAME, name[:40])
    return name


def _properties(kind: Kind, message: _Message) -> dict[str, Any]:
    """What the event says; a page's name and category, a group's and an alias's id are said there too."""
    properties = message.properties or {}
    match kind:
        case Kind.PAGE | Kind.SCREEN:
            named = {"name": message.name, "category": message.category}
            return {field: value for field, value in named.items() if value} | properties
        case Kind.GROUP:
            return {"group_id": str(message.group_id).strip()}
        case Kind.ALIAS:
            return {"previous_id": str(message.previous_id).strip()}
    return properties


def _traits(kind: Kind, message: _Message, context: dict[str, Any]) -> dict[str, Any]:
    if message.traits or kind is not Kind.IDENTIFY:
        return message.traits or {}
    # rudder-sdk-python 2.1.9 puts the traits of an identify call into its context and nowhere else.
    traits = context.get("traits")
    return traits if isinstance(traits, dict) else {}


def _timing(message: _Message, frame: _Frame) -> tuple[datetime, datetime | None, bool]:
    """When by our clock, when by theirs, and whether theirs was wrong."""
    said = message.timestamp if message.timestamp is not None else message.original_timestamp
    if said is None:
        return frame.received_at, None, False
    original = clocks.moment(said)
    sent_at = clocks.moment_or_none(message.sent_at) or frame.sent_at
    at, wrong = clocks.corrected(original, sent_at=sent_at, received_at=frame.received_at)
    return at, original, wrong


def _message_id_of(data: bytes) -> str:
    """The id that a refused message gave itself, as far as it can be read and kept."""
    try:
        message_id = _read_label(data).message_id
    except (msgspec.DecodeError, UnicodeDecodeError, RecursionError):
        return ""
    return message_id[:MESSAGE_ID_LIMIT].replace("\x00", "") if isinstance(message_id, str) else ""


def _field_of(error: msgspec.ValidationError) -> str:
    found = _field.search(str(error))
    return found.group(1) if found else "$"
