"""Rules and members read a moment ago, by segment and version: 200 segments of a million people are 12 MB to read.

Whoever changes a rule or the members raises the version, so what is remembered of a version is true for ever.
"""

import threading
from collections import OrderedDict
from typing import Any

BYTES = 64_000_000

_found: OrderedDict[tuple[str, int, int], tuple[Any, int]] = OrderedDict()
_size = 0
_guard = threading.Lock()


def recall(what: str, pk: int, version: int) -> Any:
    """What is remembered of a version of a segment, or None. Shared: look at it, do not change it."""
    with _guard:
        key = (what, pk, version)
        if key not in _found:
            return None
        _found.move_to_end(key)
        return _found[key][0]


def keep(what: str, pk: int, version: int, found: Any, *, size: int) -> None:
    """Remember what was read or written; older versions of it, and what nobody asked for longest, go."""
    global _size
    with _guard:
        for key in [(what, pk, version), (what, pk, version - 1)]:
            _size -= _found.pop(key, (None, 0))[1]
        _found[what, pk, version] = (found, size)
        _size += size
        while _size > BYTES:
            _size -= _found.popitem(last=False)[1][1]


def carry(what: str, pk: int, version: int) -> None:
    """What is remembered of the version before is as true of this one."""
    with _guard:
        found = _found.get((what, pk, version - 1))
    if found is not None:
        keep(what, pk, version, found[0], size=found[1])


def forget() -> None:
    """Remember nothing: another database stands behind the same numbers."""
    global _size
    with _guard:
        _found.clear()
        _size = 0
