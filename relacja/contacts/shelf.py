"""Where the bytes of documents lie: one file for each content, named by its SHA-256, written whole or not at all.

A file is written beside its place, flushed to the disk and renamed; the row that speaks of it is committed after that.
Killed in between, a file is left of which no row speaks: `sweep` takes it away when it is a day old.
"""

import hashlib
import os
import secrets
from collections.abc import Collection, Iterable, Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path
from typing import IO

from django.conf import settings

from relacja.contacts.models import Document

FRESH = timedelta(days=1)
AT_ONCE = 500
INCOMING = "incoming"


@dataclass(frozen=True, slots=True)
class Kept:
    """What was put on the shelf."""

    digest: str
    size: int


def put(chunks: Iterable[bytes]) -> Kept:
    """The content is on the disk, and stays there when the machine stops now."""
    waiting = _shelf() / INCOMING
    waiting.mkdir(parents=True, exist_ok=True)
    written, told, size = waiting / secrets.token_hex(16), hashlib.sha256(), 0
    try:
        with written.open("wb") as file:
            for chunk in chunks:
                told.update(chunk)
                size += file.write(chunk)
            file.flush()
            os.fsync(file.fileno())
        place = path(told.hexdigest())
        place.parent.mkdir(parents=True, exist_ok=True)
        written.replace(place)
        _flush(place.parent)
    finally:
        written.unlink(missing_ok=True)
    return Kept(told.hexdigest(), size)


def open_at(digest: str) -> IO[bytes]:
    """The content. Raises `FileNotFoundError` when it is gone."""
    return path(digest).open("rb")


def path(digest: str) -> Path:
    return _shelf() / digest[:2] / digest


def let_go(digests: Collection[str]) -> int:
    """Take away the contents of which no document speaks any more. Returns how many."""
    wanted, gone = sorted(set(digests)), 0
    for start in range(0, len(wanted), AT_ONCE):
        part = wanted[start : start + AT_ONCE]
        spoken_of = set(Document.objects.filter(digest__in=part).values_list("digest", flat=True))
        for digest in set(part) - spoken_of:
            path(digest).unlink(missing_ok=True)
            gone += 1
    return gone


def sweep(*, now: datetime) -> int:
    """Take away what is older than a day and belongs to nobody: what a kill or an erased person left behind."""
    old = [one for one in _files() if one.stat().st_mtime < (now - FRESH).timestamp()]
    unfinished = [one for one in old if one.parent.name == INCOMING]
    for one in unfinished:
        one.unlink(missing_ok=True)
    return len(unfinished) + let_go([one.name for one in old if one.parent.name != INCOMING])


def _shelf() -> Path:
    return Path(settings.MEDIA_ROOT) / "documents"


def _files() -> Iterator[Path]:
    return (one for one in _shelf().glob("*/*") if one.is_file())


def _flush(folder: Path) -> None:
    """The name of a file is on the disk only when its folder is."""
    handle = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)
