"""Every screen with something on it: nothing serious for axe to say, nothing wider than the window."""

import re

import pytest
from playwright.sync_api import expect

from tests.browser.screens import make_screens
from tests.browser.test_shell import AXE, MARKS, browsing, session_of

pytestmark = MARKS


@pytest.fixture
def screens(live_server, alice, deliver, settings, tmp_path) -> tuple[list[str], list[str]]:
    settings.MEDIA_ROOT = str(tmp_path)
    return make_screens(alice, deliver)


@pytest.mark.parametrize(("width", "theme", "language"), [(1440, "light", "pl"), (390, "dark", "en")])
def test_every_screen_is_sound(live_server, alice, screens, width, theme, language):
    alice.language = language
    alice.save()
    found = []
    for session, places in zip((session_of(alice), ""), screens, strict=True):
        with browsing(live_server, session, width=width, theme=theme) as page:
            for place in places:
                page.goto(place)
                found += [(place, complaint) for complaint in complaints(page)]

    assert not found, "\n".join(": ".join(one) for one in found)


def complaints(page) -> list[str]:
    """What axe finds serious, or a page that is wider than its window."""
    page.wait_for_load_state("networkidle")
    page.evaluate(AXE.read_text(encoding="utf-8"))
    violations = page.evaluate("axe.run(document, {resultTypes: ['violations']})")["violations"]
    found = [
        f"{violation['id']}: {violation['nodes'][0]['html']}"
        for violation in violations
        if violation["impact"] in {"serious", "critical"}
    ]
    if page.evaluate("document.documentElement.scrollWidth > innerWidth"):
        found.append("wider than the window")
    return found


def test_a_segment_is_made_by_keyboard_alone(live_server, alice, screens):
    with browsing(live_server, session_of(alice)) as page:
        page.goto("/segments/new/")
        page.locator("#name").focus()
        page.keyboard.type("Z Gdyni")
        while "Dodaj warunek" not in page.evaluate("document.activeElement.innerText"):
            page.keyboard.press("Tab")
        page.keyboard.press("Enter")
        page.keyboard.type("etap")
        page.keyboard.press("Enter")
        expect(page.locator(".clause select")).to_be_focused()
        page.keyboard.press("ArrowDown")
        expect(page.locator("aside [role=status] .value")).to_be_visible()
        while "Zapisz segment" not in page.evaluate("document.activeElement.innerText"):
            page.keyboard.press("Shift+Tab")
        page.keyboard.press("Enter")

        page.wait_for_url(re.compile(r"/segments/\d+/$"))
        expect(page.locator("h1")).to_have_text("Z Gdyni")
