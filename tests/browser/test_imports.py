"""Imports in a real browser: a file is sent, rows are mended by keyboard, and every page of it is sound."""

import os
from pathlib import Path

import pytest
from django.utils import timezone
from playwright.sync_api import expect

from relacja.contacts.models import Company, Contact
from relacja.contacts.tests.people import make_contact
from relacja.imports.models import Import, Refusal
from relacja.imports.tests.making import checked, make_import, ran, table, undone
from relacja.staff.models import User
from tests.browser.test_screens import complaints
from tests.browser.test_shell import MARKS, browsing, session_of

pytestmark = MARKS
PEOPLE = table(
    ("Imię", "Nazwisko", "E-mail", "Telefon", "Kraj", "Firma", "NIP", "Miasto firmy", "Contact owner"),
    ("Ewa", "NOWAK", "ewa@x.example", "601 234 567", "Polska", "Żagle sp. z o.o.", "5260250274", "GDAŃSK", "Ola Żuk"),
    ("Jan", "Wójcik", "zły adres", "też zły", "Polszcza", "", "", "", ""),
    ("Iga", "Lis", "iga@x.example", "", "Polszcza", "Żagle", "526-025-02-74", "", "Ktoś Inny"),
    ("Anna", "Żółć", "anna@zolc.example", "", "Niemcy", "Żagle", "5260250274", "", "Ola Żuk"),
    ("Leo",),
)
FIRMS = table(
    ("Nazwa", "NIP", "Miasto", "Telefon", "WWW", "Spółka matka"),
    ("Żagle sp. z o.o.", "5260250274", "Gdynia", "58 301 20 20", "zagle.pl", ""),
    ("Córka", "7740001454", "Sopot", "", "", "5260250274"),
    ("Zła", "123", "Hel", "", "", ""),
)


@pytest.fixture
def places(transactional_db, alice, settings, tmp_path) -> list[str]:
    """Imports in every state there is, and where they are looked at."""
    settings.MEDIA_ROOT = str(tmp_path)
    now = timezone.now()
    User.objects.create_user("ola@firma.example", name="Ola Żuk", role="sales")
    make_contact(now, city="Kraków")
    prepared = make_import(PEOPLE, now, by=alice, name="klienci-z-hubspota-2026-11.csv", unknown_owner="leave")
    looked_at = make_import(PEOPLE, now, by=alice, unknown_owner="leave")
    checked(looked_at, now)
    done = ran(make_import(PEOPLE, now, by=alice, unknown_owner="leave"), now)
    firms = ran(make_import(FIRMS, now, by=alice, name="firmy.csv"), now)
    future = make_import(FIRMS.replace(b"Hel", b"Reda"), now, by=alice, name="firmy2.csv")
    checked(future, now)
    back = undone(ran(make_import(table(("E-mail",), ("nowa@x.example",)), now, by=alice), now), now)
    return [
        "/imports/",
        f"/imports/{prepared.pk}/columns/",
        f"/imports/{future.pk}/columns/",
        f"/imports/{looked_at.pk}/check/",
        f"/imports/{future.pk}/check/",
        f"/imports/{done.pk}/run/",
        f"/imports/{done.pk}/run/?rows=updated",
        f"/imports/{done.pk}/run/?rows=refused",
        f"/imports/{done.pk}/refused/{Refusal.objects.filter(of=done).earliest('row').row}/",
        f"/imports/{done.pk}/reversal/",
        f"/imports/{firms.pk}/run/",
        f"/imports/{back.pk}/run/",
    ]


@pytest.mark.parametrize(("width", "theme", "language"), [(1440, "light", "pl"), (390, "dark", "en")])
def test_every_page_of_an_import_is_sound(live_server, alice, places, width, theme, language):
    alice.language = language
    alice.save()
    found = []
    with browsing(live_server, session_of(alice), width=width, theme=theme) as page:
        for number, place in enumerate(places):
            page.goto(place)
            found += [(place, complaint) for complaint in complaints(page)]
            if folder := os.environ.get("PICTURES"):
                page.screenshot(path=Path(folder) / f"{width}-{number:02}.png", full_page=True)

    assert not found, "\n".join(": ".join(one) for one in found)


def test_a_file_is_sent_and_what_is_wrong_with_it_is_said(live_server, alice, settings, tmp_path):
    settings.MEDIA_ROOT = str(tmp_path)
    with browsing(live_server, session_of(alice)) as page:
        page.goto("/imports/")
        page.set_input_files("input[type=file]", {"name": "a.csv", "mimeType": "text/csv", "buffer": b"\x00\x00"})
        expect(page.get_by_role("alert")).to_be_visible()

        page.set_input_files("input[type=file]", {"name": "a.csv", "mimeType": "text/csv", "buffer": PEOPLE})
        page.wait_for_url("**/columns/")
        expect(page.locator("h1")).to_have_text("a.csv")


def test_a_refused_row_is_mended_by_keyboard(live_server, alice, places):
    one = Import.objects.get(pk=int(places[7].split("/")[2]))
    with browsing(live_server, session_of(alice)) as page:
        page.goto(places[7])
        page.locator("form.import-mending input.input").first.focus()
        page.keyboard.press("Control+A")
        page.keyboard.type("jan@x.example")
        page.keyboard.press("Enter")
        page.wait_for_url("**rows=refused*")
        expect(page.locator("form.import-mending").first).not_to_contain_text("E-mail")

    assert Refusal.objects.filter(of=one).earliest("row").cells[2] == "jan@x.example"
    assert Company.objects.count() == 2
    assert Contact.objects.filter(email="ewa@x.example").exists()
