"""Who sends a request, found out before Django has it."""

from http.cookies import CookieError, SimpleCookie
from importlib import import_module

from django.conf import settings
from django.contrib.auth import HASH_SESSION_KEY, SESSION_KEY
from django.db import close_old_connections

from relacja.config.bridge import Scope
from relacja.staff.models import ApiKey, User

SIGNED_IN = 30_000_000
LARGE = 510_000_000
UPLOADS = {"/imports/": "imports.run"}  # where people load large files
SENT = {"/api/v1/imports": "imports.run"}  # where programs do


def session_key(scope: Scope) -> str:
    """The key of the session that the request names, or nothing."""
    for name, value in scope["headers"]:
        if name == b"cookie":
            try:
                morsel = SimpleCookie(value.decode("latin-1")).get(settings.SESSION_COOKIE_NAME)
            except CookieError:
                return ""
            return morsel.value if morsel else ""
    return ""


def user_of(key: str) -> User | None:
    """Whoever is signed in under that key. One or two queries, on a connection of the calling thread."""
    close_old_connections()
    session = import_module(settings.SESSION_ENGINE).SessionStore(key) if key else {}
    user = User.objects.filter(pk=session.get(SESSION_KEY) or 0, is_active=True).first() if session else None
    return user if user is not None and user.get_session_auth_hash() == session.get(HASH_SESSION_KEY) else None


def key_of(scope: Scope) -> ApiKey | None:
    """The key that the request shows. One query, on a connection of the calling thread."""
    shown = next((value for name, value in scope["headers"] if name == b"authorization"), b"").decode("latin-1")
    scheme, _space, text = shown.partition(" ")
    if scheme.lower() != "bearer":
        return None
    close_old_connections()
    return ApiKey.objects.filter(digest=ApiKey.digest_of(text.strip()), revoked_at=None).first()


def largest_body(scope: Scope) -> int:
    """How many bytes the sender may send there beyond what everybody may: 0 for those who are not signed in."""
    if permission := SENT.get(scope["path"]):
        key = key_of(scope)
        return LARGE if key is not None and key.may(permission) else 0
    user = user_of(session_key(scope))
    if user is None:
        return 0
    permission = UPLOADS.get(scope["path"], "")
    return LARGE if permission and user.may(permission) else SIGNED_IN
