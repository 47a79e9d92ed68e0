"""What `npm run build` left: scripts and the icon sprite, addressed so that a browser never keeps an old one."""

import hashlib
from functools import cache
from pathlib import Path

from django.conf import settings
from django.templatetags.static import static

FOLDER = Path(__file__).parent / "static" / "ui" / "dist"


def url(name: str) -> str:
    """The address of a built file, with a mark of its content. Without a build the address is plain and answers 404."""
    return _marked(name) if settings.DEBUG else _kept(name)


def _marked(name: str) -> str:
    path = Path(f"{FOLDER}/{name}")  # a template's SafeString cannot be interned, which pathlib's own joining tries
    mark = f"?v={hashlib.sha256(path.read_bytes()).hexdigest()[:12]}" if path.exists() else ""
    return static(f"ui/dist/{name}") + mark


_kept = cache(_marked)
