"""What became of a row, and how a block of rows keeps it."""

import zlib
from collections.abc import Sequence
from typing import Any

import msgspec

from relacja.imports.reading import Fault

CREATED, UPDATED, UNCHANGED, REFUSED = "created", "updated", "unchanged", "refused"
KINDS = (CREATED, UPDATED, UNCHANGED, REFUSED)


class Outcome(msgspec.Struct, array_like=True, omit_defaults=True):
    """One row of the file. `before` and `after` hold the fields that were changed, `entry` the consent it gave rise to:
    its line in the ledger, and the one that stood before. `company` is the one the row means, `known_by` says by what
    it was known: vat_id, name, or not at all (new)."""

    row: int
    kind: str
    contact: int = 0
    before: dict[str, Any] = {}
    after: dict[str, Any] = {}
    faults: list[Fault] = []
    entry: int = 0
    entry_before: int = 0
    company: int = 0
    known_by: str = ""


_encode = msgspec.msgpack.Encoder().encode
_decode = msgspec.msgpack.Decoder(list[Outcome]).decode


def packed(outcomes: Sequence[Outcome]) -> bytes:
    return zlib.compress(_encode(outcomes), 1)


def unpacked(block: bytes) -> list[Outcome]:
    return _decode(zlib.decompress(block))
