"""One style sheet out of many small files: read at start, served under a name that changes with its text."""

import hashlib
from functools import cache
from pathlib import Path

from django.conf import settings

FOLDER = Path(__file__).parent / "static" / "ui" / "css"
PARTS = ("tokens.css", "fonts.css", "reset.css", "base.css", "components/*.css", "pages/*.css", "utilities.css")


def text() -> str:
    """The whole sheet, layers in order. Read once; on every call while DEBUG, so that an edit shows at once."""
    return _read() if settings.DEBUG else _kept()


def digest() -> str:
    """A short name of this very text, for its address."""
    return _digest(text())


def _read() -> str:
    files = [path for part in PARTS for path in sorted(FOLDER.glob(part))]
    return "\n".join(path.read_text(encoding="utf-8").strip() for path in files)


@cache
def _kept() -> str:
    return _read()


@cache
def _digest(sheet: str) -> str:
    return hashlib.sha256(sheet.encode()).hexdigest()[:12]
