"""The folder that the administrator names in EXTERNAL_FOLDER: others leave files there, and the newest one is read.

Nothing outside of it is ever opened, whatever a pattern says or a link points to.
"""

from pathlib import Path, PurePosixPath

from django.conf import settings
from django.utils.translation import gettext as _

from relacja.external.places import files
from relacja.external.places.place import Gone, Place
from relacja.lib.errors import Refused

SUFFIXES = frozenset({".csv", ".tsv", ".txt", ".xlsx", ".parquet"})
MOST = 500


def is_named() -> bool:
    """Whether there is such a folder."""
    return bool(settings.EXTERNAL_FOLDER)


def newest(pattern: str) -> Place:
    """The newest file that fits the pattern. Raises `Gone` when there is none."""
    found = fitting(pattern)
    if not found:
        sentence = _("No file fits “{pattern}” in the folder for external data.")
        raise Gone(sentence.format(pattern=pattern))
    return files.at(found[0].resolve(), said=found[0].name)


def fitting(pattern: str) -> list[Path]:
    """The files that fit, the newest first. What is still being written is passed over: it begins with a dot or ends
    in .part or .tmp."""
    folder = _folder()
    found = []
    for path in folder.glob(safe(pattern)):
        real = path.resolve()
        if real.is_relative_to(folder) and real.is_file() and _is_whole(path):
            found.append(path)
    return sorted(found, key=lambda path: (path.stat().st_mtime_ns, path.name), reverse=True)[:MOST]


def offered() -> list[str]:
    """What lies there, as paths inside of it, the newest first."""
    folder = _folder()
    found = [path for one in ("*", "*/*") for path in fitting(one)]
    found.sort(key=lambda path: path.stat().st_mtime_ns, reverse=True)
    return [str(path.relative_to(folder)) for path in found]


def safe(pattern: str) -> str:
    """The pattern, if it stays inside of the folder. Raises `Refused`."""
    parts = PurePosixPath(pattern).parts
    if not parts or pattern.startswith("/") or ".." in parts or "**" in pattern or "\x00" in pattern or "\\" in pattern:
        raise Refused(
            _("Name files inside of the folder for external data, like loyalty-*.csv or till/*.parquet."),
            field="pattern",
        )
    return pattern


def _folder() -> Path:
    if not is_named():
        raise Gone(_("No folder for external data is named: the setting EXTERNAL_FOLDER is empty."))
    folder = Path(settings.EXTERNAL_FOLDER).resolve()
    if not folder.is_dir():
        raise Gone(_("The folder for external data, {folder}, is not there.").format(folder=folder))
    return folder


def _is_whole(path: Path) -> bool:
    return not path.name.startswith(".") and path.suffix.lower() in SUFFIXES
