"""A disk without room: the file is refused in a sentence, nothing of it stays, and an import says why it stands."""

import errno
import sqlite3

import pytest
from django.core.files.storage import default_storage
from django.core.files.uploadedfile import SimpleUploadedFile
from django.core.files.uploadhandler import TemporaryFileUploadHandler

from relacja.imports import actions, tasks
from relacja.imports.models import Import, State
from relacja.imports.tests.making import checked, make_import, table

pytestmark = pytest.mark.django_db
ROWS = table(("E-mail",), *[(f"osoba{n}@x.example",) for n in range(30)])
FULL = OSError(errno.ENOSPC, "No space left on device")


def load(client, content: bytes = ROWS):
    return client.post("/imports/", {"file": SimpleUploadedFile("klienci.csv", content)})


def test_a_file_for_which_there_is_no_room_is_refused_and_leaves_nothing(as_alice, monkeypatch, settings, tmp_path):
    settings.MEDIA_ROOT = str(tmp_path)
    move = default_storage._save

    def half(name, content):
        move(name, content)
        raise FULL

    monkeypatch.setattr(default_storage._wrapped, "_save", half)
    answer = load(as_alice)

    assert answer.status_code == 422
    assert "Dysk serwera jest pełny" in answer.text
    assert not Import.objects.exists()
    assert [path for path in tmp_path.rglob("*") if path.is_file()] == []


def test_a_file_that_does_not_even_arrive_is_refused_as_well(as_alice, monkeypatch, settings):
    settings.FILE_UPLOAD_MAX_MEMORY_SIZE = 10

    def write(self, raw_data, start):
        raise FULL

    monkeypatch.setattr(TemporaryFileUploadHandler, "receive_data_chunk", write)
    answer = load(as_alice)

    assert answer.status_code == 422
    assert "Dysk serwera jest pełny" in answer.text


def test_an_import_that_meets_a_full_disk_says_so_and_goes_on_when_there_is_room(now, monkeypatch):
    one = make_import(ROWS, now)
    checked(one, now)
    actions.start(one, now=now)

    with monkeypatch.context() as full, pytest.raises(sqlite3.OperationalError):

        def run(*_given, **_named):
            raise sqlite3.OperationalError("database or disk is full")

        full.setattr(tasks.actions, "run", run)
        tasks.run_here(import_id=one.pk)

    one.refresh_from_db()
    assert (one.state, one.error) == (State.FAILED, "Dysk jest pełny. Zwolnij miejsce, a potem wznów import.")
    actions.go_on(one)
    tasks.run_here(import_id=one.pk)
    one.refresh_from_db()
    assert (one.state, one.created) == (State.DONE, 30)
