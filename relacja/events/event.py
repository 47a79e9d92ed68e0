"""What an event is, and how it is written down."""

import uuid
import zlib
from collections.abc import Iterable
from datetime import datetime
from typing import Any

import msgspec


class Event(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """Something that happened to one profile. `properties` are plain JSON; `by` is the member of staff who did it."""

    id: uuid.UUID
    name: str
    at: datetime
    received_at: datetime
    profile_id: int
    channel: str = "system"
    source: str = "relacja"
    properties: dict[str, Any] = {}
    context: dict[str, Any] = {}
    by: int | None = None


_encode = msgspec.json.Encoder().encode
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
