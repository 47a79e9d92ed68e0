"""E-mail addresses."""

import re
from functools import lru_cache

from email_validator import EmailNotValidError, validate_email

from relacja.lib.errors import Refused

_PLAIN_LOCAL = re.compile(r"[A-Za-z0-9_+-]+(?:\.[A-Za-z0-9_+-]+)*")
_PLAIN_DOMAIN = re.compile(r"[A-Za-z0-9-]+(?:\.[A-Za-z0-9-]+)+")


class NotAnAddress(Refused):
    """The text is no e-mail address that mail can be sent to."""


def address(text: str) -> str:
    """The address as we store it: domain in lower case and IDNA-decoded, local part as given."""
    text = text.strip()
    local, _at, domain = text.rpartition("@")
    if len(local) <= 64 and len(text) <= 100 and _PLAIN_LOCAL.fullmatch(local) and _PLAIN_DOMAIN.fullmatch(domain):
        return f"{local}@{_domain(domain)}"
    return _validated(text)


@lru_cache(maxsize=20_000)
def _domain(text: str) -> str:
    """A domain as we store it. Most people share a few: remembering them makes an address cost 1 µs and not 40."""
    return _validated(f"a@{text}").removeprefix("a@")


def _validated(text: str) -> str:
    try:
        found = validate_email(text, check_deliverability=False, allow_quoted_local=False, test_environment=True)
    except EmailNotValidError as error:
        raise NotAnAddress(str(error)) from error
    return found.normalized


def key(text: str) -> str:
    """What two spellings of one address share; suppression and identity use it. No validation."""
    return text.strip().casefold()
