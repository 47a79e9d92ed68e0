"""What a file is, judged by its content: its name may say anything."""

from collections.abc import Mapping
from typing import IO

import puremagic
from django.utils.translation import gettext as _

from relacja.lib.errors import Refused

HEAD = 8_192
_PACKED = frozenset({".docx", ".zip"})  # what is packed as ZIP begins alike
_OLD_OFFICE = frozenset({".doc"})
_JPEG = frozenset({".jpg", ".jpeg"})
_TIFF = frozenset({".tif", ".tiff"})
_HEIF = frozenset({".heic", ".heif"})
_OPEN = "application/vnd.oasis.opendocument."
_OFFICE = "application/vnd.openxmlformats-officedocument."
# The ending of a name: how the content is called, and as what it must be recognised; nothing for plain text.
KINDS: Mapping[str, tuple[str, frozenset[str]]] = {
    ".pdf": ("application/pdf", frozenset({".pdf"})),
    ".png": ("image/png", frozenset({".png"})),
    ".jpg": ("image/jpeg", _JPEG),
    ".jpeg": ("image/jpeg", _JPEG),
    ".gif": ("image/gif", frozenset({".gif"})),
    ".webp": ("image/webp", frozenset({".webp"})),
    ".tif": ("image/tiff", _TIFF),
    ".tiff": ("image/tiff", _TIFF),
    ".heic": ("image/heic", _HEIF),
    ".docx": (f"{_OFFICE}wordprocessingml.document", _PACKED),
    ".xlsx": (f"{_OFFICE}spreadsheetml.sheet", _PACKED),
    ".pptx": (f"{_OFFICE}presentationml.presentation", _PACKED),
    ".odt": (f"{_OPEN}text", _PACKED | {".odt"}),
    ".ods": (f"{_OPEN}spreadsheet", _PACKED | {".ods"}),
    ".odp": (f"{_OPEN}presentation", _PACKED | {".odp"}),
    ".zip": ("application/zip", _PACKED),
    ".doc": ("application/msword", _OLD_OFFICE),
    ".xls": ("application/vnd.ms-excel", _OLD_OFFICE),
    ".ppt": ("application/vnd.ms-powerpoint", _OLD_OFFICE),
    ".rtf": ("application/rtf", frozenset({".rtf"})),
    ".eml": ("message/rfc822", frozenset()),
    ".txt": ("text/plain", frozenset()),
    ".csv": ("text/csv", frozenset()),
}
_MARKUP = (b"<!doctype html", b"<html", b"<script", b"<svg", b"<?xml", b"<iframe", b"<body")


class WrongContent(Refused):
    """The file is of no kind that is kept here, or is not what its name says."""


def media_type(name: str, file: IO[bytes]) -> str:
    """What the content is. Raises `WrongContent`; reads the beginning of the file and goes back to it."""
    ending = "." + name.rpartition(".")[2].lower() if "." in name else ""
    if ending not in KINDS:
        kinds = ", ".join(sorted({one.removeprefix(".") for one in KINDS}))
        raise WrongContent(_("“{name}” cannot be kept here. These can: {kinds}.").format(name=name[:80], kinds=kinds))
    head = file.read(HEAD)
    file.seek(0)
    called, expected = KINDS[ending]
    fits = bool(_recognised(head) & expected) if expected else _is_text(head)
    if not fits:
        raise WrongContent(
            _("“{name}” is not what its name says: there is something else in it.").format(name=name[:80])
        )
    return called


def _recognised(head: bytes) -> set[str]:
    """What the beginning of a file may be, by the endings such files have."""
    try:
        return {found.extension for found in puremagic.magic_string(head)}
    except (puremagic.PureError, ValueError):
        return set()


def _is_text(head: bytes) -> bool:
    """Plain text, which no browser takes for a page."""
    return b"\0" not in head and not any(mark in head.lower() for mark in _MARKUP) and not head.startswith(b"#!")
