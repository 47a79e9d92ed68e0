"""Signed links in messages. A token names its message and what it may do; nobody else can make one.

Keys rotate: what an older key signed stays valid as long as that key is among SECRET_KEY_FALLBACKS.
"""

import hashlib
import re
from collections.abc import Iterable
from html import escape, unescape
from urllib.parse import urlsplit

from django.conf import settings
from django.core import signing

from relacja.messaging.models import Link

CLICK, OPEN, UNSUBSCRIBE, PREFERENCES, CONFIRM = "c", "o", "u", "p", "confirm"
_HREF = re.compile(r"""(<a\b[^>]*?\shref\s*=\s*)("[^"]*"|'[^']*'|[^\s"'>]+)""", re.IGNORECASE)
_SRC = re.compile(r"""(<img\b[^>]*?\ssrc\s*=\s*)("[^"]*"|'[^']*'|[^\s"'>]+)""", re.IGNORECASE)
_OTHER_SCHEMES = ("mailto", "tel")


class Forged(Exception):
    """The token is none of ours."""


def token(use: str, *ids: int) -> str:
    """A token for one use; 256 bits of HMAC over the use and the ids."""
    return _signer(use).sign("-".join(f"{number:x}" for number in ids))


def ids(use: str, text: str, count: int) -> list[int]:
    """The ids of a token made for `use`. Raises `Forged`."""
    try:
        parts = _signer(use).unsign(text).split("-")
    except signing.BadSignature:
        raise Forged from None
    if len(parts) != count:
        raise Forged
    return [int(part, 16) for part in parts]


def url(use: str, *numbers: int) -> str:
    """The whole address of a link of ours."""
    ending = ".gif" if use == OPEN else "/"
    return f"{settings.BASE_URL}/m/{use}/{token(use, *numbers)}{ending}"


def is_ours(address: str) -> bool:
    """Whether an address leads to one of our own pages for readers, which are not counted as clicks."""
    return address.startswith(f"{settings.BASE_URL}/m/")


def is_web(address: str) -> bool:
    """Whether an address is http or https with a host, and nothing a browser could read differently."""
    if any(char.isspace() or ord(char) < 32 or char == "\\" for char in address):
        return False
    try:
        parts = urlsplit(address)
    except ValueError:
        return False
    return parts.scheme in {"http", "https"} and bool(parts.hostname) and "@" not in parts.netloc


def targets(html: str) -> list[str]:
    """The addresses that a letter's links lead to, each once."""
    found = (unescape(match.group(2).strip("\"'")).strip() for match in _HREF.finditer(html))
    return list(dict.fromkeys(address for address in found if is_web(address) and not is_ours(address)))


def stored(addresses: Iterable[str]) -> dict[str, int]:
    """The ids of the links to these addresses; new ones are stored. Two queries at most."""
    by_digest = {_digest(address): address for address in addresses}
    if not by_digest:
        return {}
    known = _known(by_digest)
    if missing := {digest: by_digest[digest] for digest in by_digest.keys() - known.keys()}:
        Link.objects.bulk_create(
            [Link(digest=digest, url=address) for digest, address in missing.items()], ignore_conflicts=True
        )
        known |= _known(missing)
    return {by_digest[digest]: number for digest, number in known.items()}


def rewritten(html: str, message_id: int, known: dict[str, int]) -> str:
    """The letter with every link led past us, the pixel added, and whatever is no safe address taken out."""

    def link(match: re.Match[str]) -> str:
        address = unescape(match.group(2).strip("\"'")).strip()
        if address in known:
            address = url(CLICK, message_id, known[address])
        elif not (address.startswith("#") or is_ours(address) or address.partition(":")[0].lower() in _OTHER_SCHEMES):
            address = "#"
        return f'{match.group(1)}"{escape(address)}"'

    def picture(match: re.Match[str]) -> str:
        address = unescape(match.group(2).strip("\"'")).strip()
        return f'{match.group(1)}"{escape(address) if is_web(address) else ""}"'

    pixel = f'<img src="{url(OPEN, message_id)}" width="1" height="1" alt="">'
    changed = _SRC.sub(picture, _HREF.sub(link, html))
    return changed.replace("</body>", f"{pixel}</body>", 1)


def _known(digests: dict[bytes, str]) -> dict[bytes, int]:
    rows = Link.objects.filter(digest__in=list(digests)).values_list("digest", "pk")
    return {bytes(digest): number for digest, number in rows}


def _digest(address: str) -> bytes:
    return hashlib.blake2b(address.encode("utf-8", "replace"), digest_size=16).digest()


def _signer(use: str) -> signing.Signer:
    return signing.Signer(salt=f"relacja.messaging.{use}", sep="~", algorithm="sha256")
