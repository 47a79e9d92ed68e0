"""Lists by keyboard alone: cells changed in their place, records gone through, rows peeked at."""

import re

import pytest
from playwright.sync_api import expect

from relacja.contacts.models import Contact
from relacja.contacts.tests.people import make_people
from tests.browser.test_shell import MARKS, browsing, session_of

pytestmark = MARKS


@pytest.fixture
def people(live_server, alice, facts, now):
    return make_people(now, 4)


def cell(page, contact, path):
    return page.locator(f'#contact-{contact.pk} [data-cell="{path}"]')


def test_cells_are_changed_by_keyboard(live_server, alice, people):
    _first, second, third, fourth = people
    with browsing(live_server, session_of(alice)) as page:
        page.goto("/contacts/?columns=city,job_title,stage&sort=-created")
        page.keyboard.press("j")
        page.keyboard.press("e")
        expect(page.locator(".cell-form input[name=city]")).to_be_focused()
        page.keyboard.type("Hel")
        page.keyboard.press("Tab")
        expect(page.locator(".cell-form input[name=job_title]")).to_be_focused()
        expect(cell(page, fourth, "city")).to_have_text("Hel")
        page.keyboard.type("Szef")
        page.keyboard.press("Enter")
        expect(cell(page, fourth, "job_title")).to_have_text("Szef")
        expect(page.locator(".toast")).to_have_count(2)

        cell(page, third, "city").dblclick()
        expect(page.locator(".cell-form input[name=city]")).to_be_focused()
        page.keyboard.type("Gdzie indziej")
        page.keyboard.press("Escape")
        expect(page.locator(".cell-form")).to_have_count(0)
        expect(cell(page, third, "city")).to_be_focused()
        page.keyboard.press("ArrowDown")
        expect(cell(page, second, "city")).to_be_focused()
        page.keyboard.press("ArrowRight")
        page.keyboard.press("ArrowRight")
        page.keyboard.press("F2")
        expect(page.locator(".cell-form select[name=stage]")).to_be_focused()
        page.keyboard.press("k")
        page.locator(".cell-form select").select_option("customer")
        page.keyboard.press("Enter")
        expect(cell(page, second, "stage")).to_have_text("Klient")

    found = dict(Contact.objects.values_list("pk", "city"))
    assert (found[fourth.pk], found[third.pk]) == ("Hel", "")


def test_what_is_refused_stays_open_and_a_click_elsewhere_saves(live_server, alice, people):
    first, second, *_others = people
    with browsing(live_server, session_of(alice)) as page:
        page.goto("/contacts/?columns=email,city&sort=-created")
        cell(page, first, "email").dblclick()
        page.locator(".cell-form input[name=email]").fill(second.email)
        page.keyboard.press("Enter")
        expect(page.locator(".cell-form .error")).to_contain_text("Anna 1")
        page.keyboard.press("Escape")
        expect(cell(page, first, "email")).to_contain_text("anna0")

        cell(page, first, "city").dblclick()
        page.locator(".cell-form input[name=city]").fill("Hel")
        page.locator("h1").click()
        expect(cell(page, first, "city")).to_have_text("Hel")
        page.locator(".toast form button").first.click()

    first.refresh_from_db()
    assert first.city == ""


def test_a_list_is_gone_through_by_keyboard(live_server, alice, people):
    with browsing(live_server, session_of(alice)) as page:
        page.goto("/contacts/?stage=lead&sort=name")
        for key in "jj ":
            page.keyboard.press(key)
        expect(page.locator("#drawer h2")).to_have_text("Anna 1 Żółć")
        page.keyboard.press("j")
        expect(page.locator("#drawer h2")).to_have_text("Anna 2 Żółć")
        page.keyboard.press("Enter")
        expect(page.locator("h1")).to_have_text("Anna 2 Żółć")
        page.keyboard.press("j")
        expect(page.locator("h1")).to_have_text("Anna 3 Żółć")
        page.keyboard.press("k")
        expect(page.locator("h1")).to_have_text("Anna 2 Żółć")
        page.keyboard.press("n")
        expect(page.locator("#composer textarea")).to_be_focused()
        page.locator("h1").click()
        page.keyboard.press("Control+k")
        page.keyboard.type("przypisz")
        expect(page.get_by_role("option")).to_have_count(1)
        page.keyboard.press("Enter")
        expect(page.locator(".record-head p")).to_contain_text("Alice")
        assert "list=" in page.url
        page.keyboard.press("u")
        page.wait_for_url(re.compile(r"stage=lead&sort=name$"))
