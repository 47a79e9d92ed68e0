"""Which messages were taken already. One statement for SQLite and PostgreSQL, in the caller's transaction."""

from collections.abc import Sequence
from datetime import date
from hashlib import blake2b

from django.db import connection

AT_ONCE = 500
_CLAIM = (
    'INSERT INTO events_receipt (key, "on") SELECT column1, %s FROM (VALUES (values)) AS given'
    " WHERE true ON CONFLICT (key) DO NOTHING RETURNING key"
)


def key_of(source_id: int, message_id: str) -> bytes:
    """The sixteen bytes that stand for a message of a source, for ever; also the id of its event."""
    return blake2b(f"{source_id}\x00{message_id}".encode(), digest_size=16).digest()


def claim(keys: Sequence[bytes], *, on: date) -> set[bytes]:
    """Those of the keys that were never claimed before; from now on they are.

    Of two transactions with the same key the second waits for the first and then does not get it. Keys are claimed in
    order, so that two transactions never wait for each other.
    """
    fresh: set[bytes] = set()
    ordered = sorted(keys)
    with connection.cursor() as cursor:
        for start in range(0, len(ordered), AT_ONCE):
            part = ordered[start : start + AT_ONCE]
            cursor.execute(_statement(len(part)), [on, *part])
            fresh.update(bytes(row[0]) for row in cursor.fetchall())
    return fresh


def _statement(size: int) -> str:
    return _CLAIM.replace("(values)", ",".join(["(%s)"] * size))
