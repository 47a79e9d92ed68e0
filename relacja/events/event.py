"""What an event is, and how it is written down."""

import uuid
import zlib
from collections.abc import Iterable, Mapping
from datetime import datetime
from typing import Any

import msgspec

_encode = msgspec.json.Encoder().encode
_decode = msgspec.json.Decoder(dict[str, Any]).decode
_NOTHING = msgspec.Raw(b"{}")


class Event(
    msgspec.Struct,
    frozen=True,
    kw_only=True,
    omit_defaults=True,
    gc=False,
    rename={"properties_json": "properties", "context_json": "context"},
):
    """Something that happened to one profile; `by` is the member of staff who did it.

    Most readers of the log look at names and profiles only, so what else was said stays JSON until it is asked for.
    """

    id: uuid.UUID
    name: str
    at: datetime
    received_at: datetime
    profile_id: int
    channel: str = "system"
    source: str = "relacja"
    properties_json: msgspec.Raw = _NOTHING
    context_json: msgspec.Raw = _NOTHING
    by: int | None = None

    @classmethod
    def of(
        cls, *, properties: Mapping[str, Any] | None = None, context: Mapping[str, Any] | None = None, **given: Any
    ) -> "Event":
        """An event whose `properties` and `context` are plain JSON, as Python has it."""
        return cls(properties_json=_raw(properties), context_json=_raw(context), **given)

    @property
    def properties(self) -> dict[str, Any]:
        """Read from the JSON each time: keep it where it is used twice."""
        return _decode(self.properties_json)

    @property
    def context(self) -> dict[str, Any]:
        """Read from the JSON each time: keep it where it is used twice."""
        return _decode(self.context_json)

    def mentions(self, key: str) -> bool:
        """Whether `key` occurs in the context at all: False is certain, True is worth reading it."""
        return key.encode() in bytes(self.context_json)


def _raw(said: Mapping[str, Any] | None) -> msgspec.Raw:
    return msgspec.Raw(_encode(said)) if said else _NOTHING


_decode_many = msgspec.json.Decoder(list[Event]).decode
_decode_one = msgspec.json.Decoder(Event).decode


def written(events: Iterable[Event]) -> bytes:
    """Events as one block of the log."""
    return _encode(list(events))


def read(block: bytes) -> list[Event]:
    """The events of a block, in order."""
    return _decode_many(block)


def written_one(event: Event) -> bytes:
    return _encode(event)


def read_one(block: bytes) -> Event:
    return _decode_one(block)


def packed(events: Iterable[Event]) -> bytes:
    """Events as a compressed block of the archive."""
    return zlib.compress(written(events), 6)


def unpacked(block: bytes) -> list[Event]:
    return read(zlib.decompress(block))
