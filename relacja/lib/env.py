"""The environment, read loudly: a wrong value is one clear line at start, never a surprise later.

Whoever reads a setting says what it means (`about`), and in words what holds without it where that is computed
(`usually`): docs/reference/settings.md is made of these.
"""

import os
import secrets
from dataclasses import dataclass
from datetime import time
from pathlib import Path
from urllib.parse import SplitResult, urlsplit
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from relacja.lib.errors import Refused
from relacja.lib.terminal import gettext as _


@dataclass(frozen=True, slots=True)
class Setting:
    """What the environment may say: the kind of value, what holds without it, and what it means."""

    name: str
    kind: str
    default: str
    about: str


_settings: dict[str, Setting] = {}


def is_given(name: str) -> bool:
    """Whether the environment says anything about `name`."""
    return bool(os.environ.get(name) or os.environ.get(f"{name}_FILE"))


def settings() -> list[Setting]:
    """Every setting that was read so far, by name."""
    return [_settings[name] for name in sorted(_settings)]


def text(name: str, default: str = "", *, about: str, usually: str = "") -> str:
    """The value of `name`, or of the file that `name`_FILE points to, or the default."""
    return _value(name, default, kind="text", about=about, usually=usually)


def flag(name: str, default: bool = False, *, about: str) -> bool:
    """yes/no, true/false, on/off or 1/0."""
    value = _value(name, "yes" if default else "no", kind="yes or no", about=about).lower()
    if value in {"yes", "true", "on", "1"}:
        return True
    if value in {"no", "false", "off", "0", ""}:
        return False
    raise Refused(_("{name} must be yes or no, not “{value}”.").format(name=name, value=value))


def number(name: str, default: int, *, about: str) -> int:
    value = _value(name, str(default), kind="whole number", about=about)
    try:
        return int(value)
    except ValueError:
        raise Refused(_("{name} must be a whole number, not “{value}”.").format(name=name, value=value)) from None


def address(name: str, default: str, *, schemes: tuple[str, ...], about: str, usually: str = "") -> str:
    """A URL with one of the `schemes`, as it was written. Without a default it may be left out."""
    kind = f"address: {', '.join(f'`{scheme}://`' for scheme in schemes)}"
    value = _value(name, default, kind=kind, about=about, usually=usually)
    if value or default:
        _refuse_wrong_address(name, value, schemes)
    return value


def url(name: str, default: str, *, schemes: tuple[str, ...], about: str, usually: str = "") -> SplitResult:
    """The same, in parts."""
    return urlsplit(address(name, default, schemes=schemes, about=about, usually=usually))


def zone(name: str, default: str, *, about: str) -> str:
    """The name of a time zone."""
    value = _value(name, default, kind="time zone", about=about)
    try:
        ZoneInfo(value)
    except (ZoneInfoNotFoundError, ValueError, OSError):
        raise Refused(
            _("{name} must name a time zone like Europe/Warsaw, not “{value}”.").format(name=name, value=value)
        ) from None
    return value


def one_of(name: str, offered: tuple[str, ...], *, about: str) -> str:
    """One of the words that are offered; the first of them without it."""
    value = _value(name, offered[0], kind=", ".join(f"`{word}`" for word in offered), about=about)
    if value not in offered:
        allowed = f" {_('or')} ".join(offered)
        raise Refused(_("{name} must be {allowed}, not “{value}”.").format(name=name, allowed=allowed, value=value))
    return value


def hours(name: str, default: str, *, about: str, usually: str = "") -> str:
    """Two times of day like 21:00-08:00, or off."""
    value = _value(name, default, kind="hours like `21:00-08:00`, or `off`", about=about, usually=usually)
    if value != "off":
        try:
            _since, _until = (time.fromisoformat(part.strip()) for part in value.split("-"))
        except ValueError:
            raise Refused(
                _("{name} must be off, or hours like 21:00-08:00, not “{value}”.").format(name=name, value=value)
            ) from None
    return value


def secret(name: str, kept: Path, *, about: str) -> str:
    """The value of `name`, else one made once and kept in the file `kept`."""
    if value := _value(name, "", kind="text", about=about, usually=f"made once and kept in `{kept.name}` of the home"):
        return value
    if not kept.exists():
        try:
            kept.parent.mkdir(parents=True, exist_ok=True)
            kept.touch(mode=0o600)
            kept.write_text(secrets.token_urlsafe(48), encoding="ascii")
        except OSError as error:
            sentence = _("RELACJA_HOME={folder} cannot be written to: {reason}. Choose a folder that is yours.")
            raise Refused(sentence.format(folder=kept.parent, reason=error.strerror)) from None
    return kept.read_text(encoding="ascii")


def _value(name: str, default: str, *, kind: str, about: str, usually: str = "") -> str:
    _settings[name] = Setting(name, kind, usually or (default and f"`{default}`"), about)
    if path := os.environ.get(f"{name}_FILE"):
        try:
            return Path(path).read_text(encoding="utf-8").strip()
        except OSError as error:
            sentence = _("{name}_FILE points to {path}, which cannot be read: {reason}.")
            raise Refused(sentence.format(name=name, path=path, reason=error.strerror)) from error
    return os.environ.get(name, default).strip()


def _refuse_wrong_address(name: str, value: str, schemes: tuple[str, ...]) -> None:
    try:
        parts = urlsplit(value)
        _port = parts.port
    except ValueError as error:
        raise Refused(_("{name} is not a valid address: {reason}.").format(name=name, reason=error)) from None
    if parts.scheme not in schemes:
        allowed = f" {_('or')} ".join(f"{scheme}://" for scheme in schemes)
        raise Refused(_("{name} must start with {allowed}.").format(name=name, allowed=allowed))
