"""Sources: adding them, giving them a new key, and shutting them."""

import secrets
from collections.abc import Sequence
from datetime import datetime
from urllib.parse import urlsplit

from django.db import IntegrityError, transaction
from django.utils.translation import gettext as _

from relacja.lib.errors import Refused
from relacja.lib.text import cleaned
from relacja.web.models import Source, SourceKind


def add_source(
    name: str,
    kind: str,
    now: datetime,
    *,
    namespace: str = "",
    allowed_origins: Sequence[str] = (),
) -> Source:
    """A new source with a key of its own. `namespace`: the source whose customer numbers it shares, if not its own."""
    name = cleaned(name)
    if not name or len(name) > 60:
        raise Refused(_("Give the source a name of at most 60 characters."))
    if kind not in SourceKind.values:
        raise Refused(_("A source is of the kind browser or server."))
    try:
        with transaction.atomic():
            return Source.objects.create(
                name=name,
                kind=kind,
                key=_new_key(),
                secret=secrets.token_urlsafe(32),
                namespace=namespace or name,
                allowed_origins=[origin(text) for text in allowed_origins],
                created_at=now,
            )
    except IntegrityError:
        raise Refused(_("There is a source called “{name}” already. Choose another name.").format(name=name)) from None


def rotate(source: Source) -> str:
    """Give the source a new key; the old one is unknown within a second."""
    Source.objects.filter(pk=source.pk).update(key=_new_key())
    source.refresh_from_db()
    return source.key


def revoke(source: Source, *, now: datetime) -> None:
    """Take nothing more from the source, within a second. What it sent stays."""
    Source.objects.filter(pk=source.pk, revoked_at=None).update(revoked_at=now)
    source.refresh_from_db()


def set_origins(source: Source, origins: Sequence[str]) -> None:
    """From now on only pages of these origins may use the source's key; without any, every page may."""
    Source.objects.filter(pk=source.pk).update(allowed_origins=[origin(text) for text in origins])
    source.refresh_from_db()


def origin(text: str) -> str:
    """An origin as browsers send it: scheme, host and port. Refused when it is none."""
    parts = urlsplit(text.strip().lower())
    if parts.scheme not in {"http", "https"} or not parts.netloc or parts.path not in {"", "/"} or "@" in parts.netloc:
        raise Refused(_("“{text}” is no address of a website. Write it like https://shop.example.").format(text=text))
    return f"{parts.scheme}://{parts.netloc}"


def _new_key() -> str:
    return f"wk_{secrets.token_urlsafe(24)}"
