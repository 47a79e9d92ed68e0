"""Documents: whole on the disk or not there, what they say they are, found, removed and erased."""

import io
import os
import zipfile
from datetime import timedelta

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile

from relacja.contacts import forgetting, shelf
from relacja.contacts.actions import document as attaching
from relacja.contacts.actions import merge
from relacja.contacts.models import Company, Document
from relacja.contacts.tests.people import make_contact, make_people
from relacja.lib.errors import Refused
from relacja.staff import changes
from relacja.staff.models import ChangeSet

PDF = b"%PDF-1.7\numowa"


@pytest.fixture(autouse=True)
def media(settings, tmp_path):
    settings.MEDIA_ROOT = str(tmp_path)
    return tmp_path


def upload(name: str = "Umowa ramowa.pdf", content: bytes = PDF) -> SimpleUploadedFile:
    return SimpleUploadedFile(name, content, content_type="text/html")


def attach(record, alice, now, *files) -> list[Document]:
    return attaching.attach(record, files or [upload()], by=alice, now=now)


def word_file() -> bytes:
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w") as file:
        file.writestr("[Content_Types].xml", "<Types/>")
    return packed.getvalue()


def test_a_document_is_attached_found_and_loaded_as_a_file(as_alice, now):
    contact = make_contact(now)

    response = as_alice.post(f"/contacts/{contact.pk}/documents/", {"files": [upload(), upload("Zgoda.txt", b"Tak")]})

    one, other = Document.objects.order_by("pk")
    assert response.url == f"/contacts/{contact.pk}/"
    assert "Umowa ramowa.pdf" in as_alice.get(response.url).text
    assert "Umowa ramowa.pdf" in as_alice.get("/documents/?q=RAMOWA").text
    assert "Zgoda.txt" not in as_alice.get("/documents/?q=RAMOWA").text
    assert "Umowa ramowa.pdf" in as_alice.get("/palette/?q=ramowa").text

    loaded = as_alice.get(f"/documents/{one.pk}/")

    assert b"".join(loaded.streaming_content) == PDF
    assert loaded["Content-Disposition"] == 'attachment; filename="Umowa ramowa.pdf"'
    assert (loaded["Content-Type"], loaded["X-Content-Type-Options"]) == ("application/pdf", "nosniff")
    assert "sandbox" in loaded["Content-Security-Policy"]
    assert other.media_type == "text/plain"


@pytest.mark.parametrize(
    ("name", "content"),
    [
        ("strona.html", b"<html><script>alert(1)</script>"),
        ("obraz.svg", b"<svg xmlns='http://www.w3.org/2000/svg'/>"),
        ("umowa.pdf", b"MZ\x90\x00" + bytes(200)),
        ("umowa.pdf", b"<html><script>alert(1)</script>"),
        ("notatka.txt", b"  <SCRIPT>alert(1)</SCRIPT>"),
        ("notatka.txt", b"#!/bin/sh\nrm -rf /"),
        ("notatka.txt", b"\x7fELF\x02\x01\x01\x00"),
        ("umowa.docx", PDF),
        ("program.exe", PDF),
        ("bez koncowki", PDF),
        ("pusty.pdf", b""),
    ],
)
def test_what_is_no_document_or_lies_about_itself_is_refused(as_alice, now, media, name, content):
    contact = make_contact(now)

    response = as_alice.post(
        f"/contacts/{contact.pk}/documents/",
        {"files": [upload(), upload(name, content)]},
        headers={"HX-Request": "true"},
    )

    assert response.status_code == 422
    assert not Document.objects.exists()
    assert not [one for one in media.rglob("*") if one.is_file()]


def test_usual_documents_are_taken(alice, now):
    files = [
        upload("a.docx", word_file()),
        upload("b.xlsx", word_file()),
        upload("c.png", bytes.fromhex("89504e470d0a1a0a0000000d49484452")),
        upload("d.jpg", b"\xff\xd8\xff\xe0\x00\x10JFIF\x00"),
        upload("e.doc", bytes.fromhex("d0cf11e0a1b11ae1") + bytes(512)),
        upload("f.csv", "imię;nazwisko".encode("cp1250")),
    ]

    assert len(attach(make_contact(now), alice, now, *files)) == 6


def test_a_name_leads_nowhere_and_a_large_file_is_refused(alice, now, settings):
    contact = make_contact(now)
    found = attach(contact, alice, now, upload("..\\..\\etc\\" + "x" * 300 + ".pdf"))[0]

    assert "/" not in found.name
    assert "\\" not in found.name
    assert len(found.name) <= 200
    assert found.name.endswith(".pdf")

    settings.DOCUMENT_MEGABYTES = 0
    with pytest.raises(Refused):
        attach(contact, alice, now)


def test_who_may_only_look_attaches_and_removes_nothing(client, bob, alice, now):
    contact = make_contact(now)
    found = attach(contact, alice, now)[0]
    bob.role = "viewer"
    bob.save()
    client.force_login(bob)

    assert client.post(f"/contacts/{contact.pk}/documents/", {"files": upload()}).status_code == 403
    assert client.post(f"/documents/{found.pk}/removal/").status_code == 403
    assert Document.objects.there().count() == 1
    assert client.get(f"/documents/{found.pk}/").status_code == 200


def test_a_removed_document_comes_back_until_its_time_is_over(as_alice, alice, now):
    contact = make_contact(now)
    found = attach(contact, alice, now)[0]

    as_alice.post(f"/documents/{found.pk}/removal/")

    assert as_alice.get(f"/documents/{found.pk}/").status_code == 404

    removed = ChangeSet.objects.get(label="documents.removed")
    changes.undo(removed, by=alice, now=now)

    assert as_alice.get(f"/documents/{found.pk}/").status_code == 200

    attaching.remove_document(Document.objects.get(), by=alice, now=now)
    attaching.forget_removed(now=now + timedelta(days=29))

    assert shelf.path(found.digest).exists()

    attaching.forget_removed(now=now + timedelta(days=31))

    assert not Document.objects.exists()
    assert not shelf.path(found.digest).exists()


def test_one_content_lies_on_the_disk_once_until_nobody_speaks_of_it(alice, now, media):
    one, other = make_people(now, 2)
    found = attach(one, alice, now)[0]
    attach(other, alice, now)

    forgetting.forget([one.pk])

    assert shelf.path(found.digest).exists()
    assert Document.objects.get().contact == other

    forgetting.forget([other.pk])

    assert not [one for one in media.rglob("*") if one.is_file()]


def test_what_a_kill_left_behind_is_swept_when_it_is_a_day_old(alice, now, media):
    kept = attach(make_contact(now), alice, now)[0]
    left = shelf.put([b"left behind"])
    half = media / "documents" / shelf.INCOMING / "half"
    half.write_bytes(b"half")
    old = (now - timedelta(days=2)).timestamp()
    for one in (shelf.path(left.digest), half, shelf.path(kept.digest)):
        os.utime(one, (old, old))
    fresh = shelf.put([b"being committed"])

    assert shelf.sweep(now=now) == 2
    assert shelf.path(kept.digest).exists()
    assert shelf.path(fresh.digest).exists()


def test_documents_go_along_in_a_merge_and_come_back(alice, now):
    winner, loser = make_people(now, 2)
    found = attach(loser, alice, now)[0]

    made = merge.merge(winner, loser, taken=[], now=now)
    found.refresh_from_db()

    assert found.contact == winner

    merge.part(made, now=now)
    found.refresh_from_db()

    assert found.contact == loser


def test_a_company_has_documents(as_alice, now):
    make_contact(now, company="Studio Żak")
    firm = Company.objects.get()

    as_alice.post(f"/companies/{firm.pk}/documents/", {"files": upload()})

    assert "Umowa ramowa.pdf" in as_alice.get(f"/companies/{firm.pk}/").text


@pytest.mark.parametrize("rows", [1, 20])
def test_the_list_of_documents_costs_the_same_however_long_it_is(
    as_alice, alice, now, rows, django_assert_max_num_queries
):
    contact = make_contact(now)
    attach(contact, alice, now, *(upload(f"Umowa {n}.pdf") for n in range(rows)))

    with django_assert_max_num_queries(6):
        response = as_alice.get("/documents/")

    assert response.text.count("download>Umowa") == rows
