"""The environment, read loudly: a wrong value is one clear line at start, never a surprise later."""

import os
from datetime import time
from pathlib import Path
from urllib.parse import SplitResult, urlsplit
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from relacja.lib.errors import Refused


def text(name: str, default: str = "") -> str:
    """The value of `name`, or of the file that `name`_FILE points to, or the default."""
    if path := os.environ.get(f"{name}_FILE"):
        try:
            return Path(path).read_text(encoding="utf-8").strip()
        except OSError as error:
            raise Refused(f"{name}_FILE points to {path}, which cannot be read: {error.strerror}.") from error
    return os.environ.get(name, default).strip()


def flag(name: str, default: bool = False) -> bool:
    """yes/no, true/false, on/off or 1/0."""
    value = text(name, "yes" if default else "no").lower()
    if value in {"yes", "true", "on", "1"}:
        return True
    if value in {"no", "false", "off", "0", ""}:
        return False
    raise Refused(f"{name} must be yes or no, not “{value}”.")


def number(name: str, default: int) -> int:
    value = text(name, str(default))
    try:
        return int(value)
    except ValueError:
        raise Refused(f"{name} must be a whole number, not “{value}”.") from None


def url(name: str, default: str, *, schemes: tuple[str, ...]) -> SplitResult:
    """A URL with one of the `schemes`."""
    value = text(name, default)
    try:
        parts = urlsplit(value)
        _ = parts.port
    except ValueError as error:
        raise Refused(f"{name} is not a valid address: {error}.") from None
    if parts.scheme not in schemes:
        raise Refused(f"{name} must start with {' or '.join(f'{s}://' for s in schemes)}.")
    return parts


def address(name: str, default: str, *, schemes: tuple[str, ...]) -> str:
    """The same, as it was written."""
    url(name, default, schemes=schemes)
    return text(name, default)


def zone(name: str, default: str) -> str:
    """The name of a time zone."""
    value = text(name, default)
    try:
        ZoneInfo(value)
    except (ZoneInfoNotFoundError, ValueError, OSError):
        raise Refused(f"{name} must name a time zone like Europe/Warsaw, not “{value}”.") from None
    return value


def hours(name: str, default: str) -> str:
    """Two times of day like 21:00-08:00, or off."""
    value = text(name, default)
    if value != "off":
        try:
            _since, _until = (time.fromisoformat(part.strip()) for part in value.split("-"))
        except ValueError:
            raise Refused(f"{name} must be off, or hours like 21:00-08:00, not “{value}”.") from None
    return value
