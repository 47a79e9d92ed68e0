"""Sets of ids that travel as roaring bitmaps: a hundred thousand take 0.1 MB, as numbers eight times that."""

import base64
import struct

from pyroaring import BitMap64

SMALL = 0


def of(column: str, condition: str) -> str:
    """The ids in `column` of the rows that meet `condition`, as SQL; `read` turns the answer into a set."""
    return f"base64Encode(toString(groupBitmapStateIf({column}, {condition})))"


def read(text: str) -> BitMap64:
    """The set that ClickHouse wrote: a mark, the size, and up to 32 plain numbers or a portable roaring bitmap."""
    raw = base64.b64decode(text)
    if raw[0] == SMALL:
        return BitMap64(struct.unpack(f"<{raw[1]}Q", raw[2:]))
    start = next(place for place in range(1, len(raw)) if raw[place] < 128) + 1
    return BitMap64.deserialize(raw[start:])
