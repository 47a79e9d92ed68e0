"""Who works here."""

from dataclasses import dataclass
from typing import Any

from relacja.staff import access
from relacja.staff.models import ApiKey, User


@dataclass(frozen=True, slots=True)
class KeyLine:
    key: ApiKey
    may: list[Any]


def people() -> list[User]:
    """Everybody, those who may come in first. One query; a company has tens of people, not thousands."""
    return list(User.objects.order_by("-is_active", "name", "email"))


def keys() -> list[KeyLine]:
    """Every key with what it may do in words, those in force first, the newest on top. One query."""
    labels = {one.code: one.label for one in access.permissions()}
    found = ApiKey.objects.order_by("revoked_at", "-created_at")
    lines = [KeyLine(key, [labels.get(code, code) for code in key.scopes]) for key in found]
    return sorted(lines, key=lambda line: line.key.revoked_at is not None)
