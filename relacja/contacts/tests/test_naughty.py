"""The big list of naughty strings through every door of contacts: the same text back, or a clear refusal."""

import json
import re
import warnings
from html import escape
from pathlib import Path

import pytest

from relacja.contacts.models import Contact
from relacja.contacts.tests.people import make_contact
from relacja.contacts.tests.programs import Program
from relacja.events import queries
from relacja.lib.text import cleaned, folded

LIKE_A_PHONE = re.compile(r"^[+0-9()\s./-]+$")
LIST = Path(__file__).parents[4] / "shared/cases/hostile-strings/blns.json"
OWN = [
    "\ud800",
    "a\x00b",
    "\x1b[31m",
    "x" * 5_000,
    "{{7*7}}",
    "{% load i18n %}",
    "%s%(n)s{0}{author}",
    "\u202e",
    "'\"--",
]


@pytest.fixture(scope="module")
def naughty() -> list[str]:
    if not LIST.exists():
        warnings.warn(f"NOT TESTED against the big list of naughty strings: {LIST} is missing", stacklevel=1)
        return OWN
    return [*json.loads(LIST.read_text(encoding="utf-8")), *OWN]


def test_names_come_back_as_typed_or_are_refused(as_alice, naughty, now, facts):
    contact = make_contact(now)

    for text in naughty:
        response = as_alice.post(
            f"/contacts/{contact.pk}/facts/work/",
            {"job_title": text.encode("utf-8", "replace").decode(), "company": ""},
            headers={"HX-Request": "true"},
        )

        assert response.status_code in {200, 422}, text
        if response.status_code == 200:
            contact.refresh_from_db()
            assert contact.job_title == cleaned(text.encode("utf-8", "replace").decode()), text
            assert escape(contact.job_title) in response.text, text


def test_programs_get_the_same_text_back_or_a_refusal(db, naughty):
    program = Program()

    for text in naughty:
        named = program.post("/contacts", {"first_name": text, "company": text})
        reached = program.post("/contacts", {"email": text, "phone": text, "country": text})

        assert named.status_code in {201, 422}, text
        assert reached.status_code in {201, 409, 422}, text
        if named.status_code == 201:
            assert named.json()["first_name"] == cleaned(text), text
            assert folded(named.json()["company"]) == folded(cleaned(text)[:200]), text


def test_searching_for_anything_answers(as_alice, naughty, now):
    make_contact(now)
    program = Program()

    for text in naughty:
        asked = text.encode("utf-8", "replace").decode()
        assert as_alice.get("/contacts/", {"q": asked}, headers={"HX-Request": "true"}).status_code == 200, text
        assert as_alice.get("/companies/", {"q": asked, "after": asked}).status_code in (200, 422), text
        refused = "\0" in asked  # a program is told; a person finds nobody
        assert program.get("/contacts", q=asked).status_code == (400 if refused else 200), text
        assert program.get("/contacts", cursor=asked or "-").status_code == (400 if refused else 422), text


def test_who_has_a_naughty_name_is_found_by_it(db, naughty):
    program = Program()

    for text in naughty:
        if len(cleaned(text)) > 100 or not cleaned(text).isprintable() or LIKE_A_PHONE.match(text):
            continue
        made = program.post("/contacts", {"first_name": text})
        if made.status_code == 201 and Contact.objects.get(pk=made.json()["id"]).search_text.strip():
            found = program.get("/contacts", q=text, limit=200).json()["items"]
            assert made.json()["id"] in {contact["id"] for contact in found} or len(found) == 200, text


def test_notes_come_back_as_typed(as_alice, naughty, now, deliver):
    contact = make_contact(now)
    written = []

    for text in naughty:
        typed = text.encode("utf-8", "replace").decode()
        response = as_alice.post(f"/contacts/{contact.pk}/notes/", {"text": typed}, headers={"HX-Request": "true"})
        assert response.status_code in {200, 422}, text
        if response.status_code == 200:
            written.append(cleaned(typed.replace("\r\n", "\n")))
    deliver()

    notes = [moment for moment in queries.timeline(contact.pk, limit=1_000) if moment.name == "Note Added"]
    assert sorted(moment.properties["text"].replace("\r\n", "\n") for moment in notes) == sorted(written)
    page = as_alice.get(f"/contacts/{contact.pk}/").text
    assert "<script>alert" not in page
