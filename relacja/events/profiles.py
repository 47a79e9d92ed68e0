"""Whom an event happened to.

A contact's profile is its own id. Anybody else is a keyed hash of what names them, so that anonymous
traffic writes no record. Hashes have bit 62 set: they never meet an id and fit a signed 64-bit column.
"""

import hashlib
from collections.abc import Iterable
from functools import cache

from django.conf import settings

ANONYMOUS = 1 << 62


@cache
def _key() -> bytes:
    return hashlib.blake2b(b"profile:" + settings.SECRET_KEY.encode(), digest_size=32).digest()


def profile_of(kind: str, value: str) -> int:
    """The profile of an identity that belongs to no contact yet."""
    name = f"{kind}\x00{value}".encode("utf-8", "replace")
    number = int.from_bytes(hashlib.blake2b(name, digest_size=8, key=_key()).digest(), "big")
    return number & (ANONYMOUS - 1) | ANONYMOUS


def is_anonymous(profile_id: int) -> bool:
    """Whether the profile was made from an identity rather than being a contact's own."""
    return profile_id >= ANONYMOUS


def contacts_among(profile_ids: Iterable[int]) -> list[int]:
    """Those of the profiles that are contacts' own."""
    return [profile for profile in profile_ids if profile < ANONYMOUS]
