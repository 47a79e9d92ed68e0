"""Backup and restore: the records, the files and the key. The facts are built anew from the records."""

import json
import os
import shutil
import sqlite3
import subprocess
from datetime import datetime
from pathlib import Path
from typing import Any

from django.conf import settings
from django.db import connection, connections
from django.utils.translation import gettext as _

import relacja
from relacja.clickhouse import facts
from relacja.lib import env
from relacja.lib.errors import Refused

KEPT_BEFORE_UPGRADES = 3
LEFT_BY_SQLITE = ("-wal", "-shm")


def backup(folder: Path, *, now: datetime) -> Path:
    """A copy of everything that cannot be rebuilt, in a new folder inside `folder`. May run while the server runs."""
    target = folder / f"relacja-{now:%Y%m%d-%H%M%S}"
    part = target.with_name(target.name + ".part")
    try:
        part.mkdir(parents=True)
        _fill(part, now=now)
        part.rename(target)
    except (OSError, sqlite3.Error) as error:
        reason = getattr(error, "strerror", None) or error
        raise Refused(
            _("The backup could not be written to {folder}: {reason}.").format(folder=folder, reason=reason)
        ) from error
    finally:
        shutil.rmtree(part, ignore_errors=True)
    return target


def _fill(part: Path, *, now: datetime) -> None:
    records = _copy_records(part)
    if Path(settings.MEDIA_ROOT).is_dir():
        shutil.copytree(settings.MEDIA_ROOT, part / "media")
    key = part / "secret_key"
    key.touch(mode=0o600)
    key.write_text(settings.SECRET_KEY, encoding="ascii")
    manifest = {"made_at": now.isoformat(), "version": relacja.VERSION, "records": records}
    (part / "manifest.json").write_text(json.dumps(manifest), encoding="utf-8")


def backup_before_upgrade(*, now: datetime) -> Path:
    """A backup in the home folder; the last three of this kind are kept."""
    folder = Path(settings.HOME) / "before-upgrades"
    made = backup(folder, now=now)
    for old in sorted(folder.iterdir())[:-KEPT_BEFORE_UPGRADES]:
        shutil.rmtree(old)
    return made


def restore(folder: Path) -> dict[str, Any]:
    """Put a backup in the place of what is here. What was here is kept beside it. The server must not run."""
    try:
        manifest: dict[str, Any] = json.loads((folder / "manifest.json").read_text(encoding="utf-8"))
        records = folder / manifest["records"]
    except (OSError, ValueError, KeyError) as error:
        raise Refused(
            _("{folder} holds no backup of Relacja: its manifest.json cannot be read.").format(folder=folder)
        ) from error
    if not records.is_file():
        raise Refused(_("The backup in {folder} is not whole: its records are missing.").format(folder=folder))
    if facts.is_embedded():
        facts.command("SELECT 1")
        facts.close()
    _put_records(records)
    if (folder / "media").is_dir():
        _set_aside(Path(settings.MEDIA_ROOT))
        shutil.copytree(folder / "media", settings.MEDIA_ROOT)
    kept = Path(settings.HOME) / "secret_key"
    if not env.is_given("SECRET_KEY"):
        kept.touch(mode=0o600)
        kept.write_text((folder / "secret_key").read_text(encoding="ascii"), encoding="ascii")
    return manifest


def _copy_records(folder: Path) -> str:
    if connection.vendor == "sqlite":
        source = sqlite3.connect(f"file:{settings.DATABASES['default']['NAME']}?mode=ro", uri=True)
        copy = sqlite3.connect(folder / "records.sqlite3")
        try:
            source.backup(copy)  # in one step: a copy in parts starts again whenever somebody writes
        finally:
            copy.close()
            source.close()
        return "records.sqlite3"
    _postgresql("pg_dump", "--format=custom", f"--file={folder / 'records.dump'}")
    return "records.dump"


def _put_records(copy: Path) -> None:
    is_sqlite = copy.suffix == ".sqlite3"
    if is_sqlite != (connection.vendor == "sqlite"):
        raise Refused(_("This backup was made with another kind of database. Set DATABASE_URL to the same kind."))
    connections.close_all()
    if not is_sqlite:
        _postgresql("pg_restore", "--clean", "--if-exists", "--no-owner", "--single-transaction", str(copy))
        return
    records = Path(settings.DATABASES["default"]["NAME"])
    for path in (records, *(records.with_name(records.name + end) for end in LEFT_BY_SQLITE)):
        _set_aside(path)
    shutil.copyfile(copy, records)


def _set_aside(path: Path) -> None:
    """Keep what was here as `before-restore-<name>`, so that a set of files that belong together still does."""
    aside = path.with_name(f"before-restore-{path.name}")
    if aside.is_dir():
        shutil.rmtree(aside)
    aside.unlink(missing_ok=True)
    if path.exists():
        path.replace(aside)


def _postgresql(program: str, *arguments: str) -> None:
    given = settings.DATABASES["default"]
    environment = {**os.environ, "PGPASSWORD": given["PASSWORD"]}
    where = [f"--host={given['HOST']}", f"--port={given['PORT'] or 5432}", f"--username={given['USER']}"]
    try:
        subprocess.run(
            [program, *where, f"--dbname={given['NAME']}", *arguments],
            check=True,
            env=environment,
            capture_output=True,
            text=True,
        )
    except FileNotFoundError as error:
        raise Refused(
            _("“{program}” is not installed. Install the PostgreSQL client programs.").format(program=program)
        ) from error
    except subprocess.CalledProcessError as error:
        raise Refused(f"{program}: {error.stderr.strip()[:500]}") from error
