"""Backup and restore of files. Restoring into a real installation is a test of whole processes (tests/)."""

import json
import sqlite3
from contextlib import closing
from pathlib import Path

import pytest
from django.db import connection

from relacja.config import copies
from relacja.lib.errors import Refused

on_sqlite = pytest.mark.skipif(connection.vendor != "sqlite", reason="about the files of SQLite")


def make_records(path: Path, *, people: int) -> sqlite3.Connection:
    """A database with `people` rows, all of them still in the log beside it."""
    records = sqlite3.connect(path, isolation_level=None)
    records.execute("PRAGMA journal_mode=WAL")
    records.execute("CREATE TABLE person (id INTEGER PRIMARY KEY)")
    records.executemany("INSERT INTO person VALUES (?)", [(n,) for n in range(people)])
    return records


def people_in(path: Path) -> int:
    with closing(sqlite3.connect(path)) as records:
        return records.execute("SELECT count(*) FROM person").fetchone()[0]


@pytest.fixture
def installation(settings, tmp_path) -> Path:
    """A home with records and a file, in the place of the real ones."""
    home = tmp_path / "home"
    (home / "media").mkdir(parents=True)
    (home / "media" / "photo.jpg").write_bytes(b"light")
    settings.HOME, settings.MEDIA_ROOT = home, str(home / "media")
    settings.EVENTS_URL = "clickhouse://127.0.0.1:9"
    settings.DATABASES["default"]["NAME"], kept = str(home / "records.sqlite3"), settings.DATABASES["default"]["NAME"]
    yield home
    settings.DATABASES["default"]["NAME"] = kept


@on_sqlite
def test_a_backup_holds_what_cannot_be_rebuilt(installation, tmp_path, now, settings):
    with closing(make_records(installation / "records.sqlite3", people=3)):
        made = copies.backup(tmp_path / "copies", now=now)

    assert people_in(made / "records.sqlite3") == 3
    assert (made / "media" / "photo.jpg").read_bytes() == b"light"
    assert (made / "secret_key").read_text() == settings.SECRET_KEY
    assert (made / "secret_key").stat().st_mode & 0o777 == 0o600
    assert json.loads((made / "manifest.json").read_text())["made_at"] == now.isoformat()
    assert list((tmp_path / "copies").iterdir()) == [made]


@on_sqlite
@pytest.mark.django_db
def test_restoring_keeps_what_was_there_with_its_last_changes(installation, tmp_path, now, monkeypatch):
    monkeypatch.setattr(copies.connections, "close_all", lambda: None)
    with closing(make_records(installation / "records.sqlite3", people=3)):
        made = copies.backup(tmp_path / "copies", now=now)
    (installation / "records.sqlite3").unlink()
    with closing(make_records(installation / "records.sqlite3", people=7)):
        copies.restore(made)

        assert people_in(installation / "records.sqlite3") == 3
        assert people_in(installation / "before-restore-records.sqlite3") == 7
    assert (installation / "media" / "photo.jpg").exists()
    assert (installation / "before-restore-media" / "photo.jpg").exists()


@on_sqlite
def test_a_backup_that_cannot_be_written_leaves_nothing_behind(installation, tmp_path, now):
    (tmp_path / "file").touch()

    with pytest.raises(Refused, match="file"):
        copies.backup(tmp_path / "file" / "copies", now=now)
    with pytest.raises(Refused):
        copies.backup(tmp_path / "copies", now=now)  # there are no records to copy

    assert list((tmp_path / "copies").iterdir()) == []


@pytest.mark.parametrize("manifest", [None, "no json", "{}", '{"records": "records.sqlite3"}'])
def test_what_is_no_backup_is_refused_before_anything_is_touched(installation, tmp_path, manifest):
    folder = tmp_path / "something"
    folder.mkdir()
    if manifest is not None:
        (folder / "manifest.json").write_text(manifest)

    with pytest.raises(Refused):
        copies.restore(folder)

    assert not (installation / "before-restore-media").exists()


@on_sqlite
def test_three_backups_before_upgrades_are_kept(installation, now):
    with closing(make_records(installation / "records.sqlite3", people=1)):
        made = [copies.backup_before_upgrade(now=now.replace(minute=minute)) for minute in range(5)]

    assert sorted((installation / "before-upgrades").iterdir()) == made[-3:]
