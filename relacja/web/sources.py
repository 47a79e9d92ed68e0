"""Sources as the collector knows them: read from the records, asked for on every message."""

import hmac
from dataclasses import dataclass
from hashlib import sha256
from urllib.parse import urlsplit

from relacja.web.models import Source, SourceKind


@dataclass(frozen=True, slots=True)
class Known:
    """A source that may send."""

    id: int
    name: str
    namespace: str
    is_trusted: bool
    secret: bytes
    origins: frozenset[str]
    hosts: frozenset[str] = frozenset()

    def takes_from(self, origin: str) -> bool:
        """Whether a page of `origin` may send with this key. Without a list every page may; programs have no origin."""
        return not self.origins or not origin or origin in self.origins

    def vouches_for(self, user_id: str, signature: str) -> bool:
        """Whether `user_id` may be believed: a server's always, a browser's when our secret signed it."""
        if self.is_trusted:
            return True
        return hmac.compare_digest(self.signature_of(user_id).encode(), signature.lower().encode())

    def signature_of(self, user_id: str) -> str:
        """What a website's server computes for a signed-in visitor: HMAC-SHA256 of the userId, in hexadecimal."""
        return hmac.new(self.secret, user_id.encode(), sha256).hexdigest()

    def external(self, user_id: str) -> str:
        """The value of the identity behind a `userId` of this source."""
        return f"{self.namespace}:{user_id}"


def by_key() -> dict[str, Known]:
    """Every source that was not revoked. One query."""
    return {source.key: known(source) for source in Source.objects.filter(revoked_at=None)}


def known(source: Source) -> Known:
    return Known(
        source.pk,
        source.name,
        source.namespace,
        source.kind == SourceKind.SERVER,
        source.secret.encode(),
        frozenset(source.allowed_origins),
        frozenset(urlsplit(origin).hostname or "" for origin in source.allowed_origins),
    )
