"""What a visitor answers the tracking script, and what it keeps before, after and in spite of it."""

from typing import Any

import pytest
from playwright.sync_api import Browser, BrowserContext, Page, expect

from tests.browser.tracker.conftest import MARKS, Collector, accept, banner, refuse, settle, site_for, stored

pytestmark = MARKS


def test_before_the_answer_nothing_is_kept_and_nothing_is_sent(page: Page, site: str, collector: Collector) -> None:
    page.goto(site)
    expect(banner(page)).to_be_visible()
    page.get_by_role("button", name="Zapamiętaj").click()
    settle(page)

    assert stored(page) == {}
    assert collector.batches == []
    assert page.evaluate("relacja.anonymousId()") is None


def test_a_no_keeps_one_word_and_sends_nothing(page: Page, site: str, collector: Collector) -> None:
    page.goto(site)
    refuse(page)
    page.get_by_role("button", name="Zapamiętaj").click()
    page.reload()
    settle(page)

    expect(banner(page)).to_have_count(0)
    assert stored(page) == {"relacja_consent": "no"}
    assert collector.batches == []


def test_global_privacy_control_is_a_no_for_good(context: BrowserContext, site: str, collector: Collector) -> None:
    context.add_init_script("Object.defineProperty(Navigator.prototype, 'globalPrivacyControl', {get: () => true})")
    page = context.new_page()
    page.goto(site)
    page.evaluate("relacja.consent(true)")
    page.evaluate("relacja.track('Order Completed')")
    settle(page)

    expect(banner(page)).to_have_count(0)
    assert stored(page) == {}
    assert collector.batches == []
    page.get_by_role("link", name="Prywatność").click()
    expect(banner(page)).to_contain_text("Global Privacy Control")


def test_the_signal_undoes_an_earlier_yes(browser: Browser, site: str, collector: Collector) -> None:
    before = browser.new_context()
    page = before.new_page()
    page.goto(site)
    accept(page)
    collector.wait_for("page")
    state = before.storage_state()
    before.close()
    after = browser.new_context(storage_state=state)
    after.add_init_script("Object.defineProperty(Navigator.prototype, 'globalPrivacyControl', {get: () => true})")
    page = after.new_page()
    sent = len(collector.batches)

    page.goto(site)
    settle(page)

    assert stored(page) == {}
    assert len(collector.batches) == sent
    after.close()


def test_withdrawing_clears_everything_and_says_so(page: Page, site: str, collector: Collector) -> None:
    page.goto(site)
    accept(page)
    page.evaluate("relacja.identify('u-1', {city: 'Łódź'})")
    visitor = page.evaluate("relacja.anonymousId()")
    collector.wait_for("identify")

    page.get_by_role("link", name="Prywatność").click()
    expect(banner(page)).to_be_focused()
    refuse(page)

    last = collector.wait_for("Consent Withdrawn")[-1]
    assert (last["event"], last["anonymousId"], last["userId"]) == ("Consent Withdrawn", visitor, "u-1")
    assert stored(page) == {"relacja_consent": "no"}
    expect(page.get_by_role("link", name="Prywatność")).to_be_focused()
    page.evaluate("relacja.track('Order Completed')")
    settle(page)
    assert "Order Completed" not in collector.names()


def test_escape_leaves_the_answer_as_it_was(page: Page, site: str, collector: Collector) -> None:
    page.goto(site)
    page.keyboard.press("Escape")
    expect(banner(page)).to_be_visible()
    accept(page)

    page.get_by_role("link", name="Prywatność").click()
    page.keyboard.press("Escape")

    expect(banner(page)).to_have_count(0)
    assert stored(page)["relacja_consent"] == "yes"


def test_an_answer_counts_in_every_tab(context: BrowserContext, site: str, collector: Collector) -> None:
    first, second = context.new_page(), context.new_page()
    first.goto(f"{site}/first/")
    second.goto(f"{site}/second/")

    accept(first)

    collector.wait_until(lambda: collector.names().count("page") == 2)
    expect(banner(second)).to_have_count(0)
    assert collector.names().count("Consent Given") == 1
    assert len({event["anonymousId"] for event in collector.events()}) == 1
    second.evaluate("relacja.consent(false)")
    collector.wait_for("Consent Withdrawn")
    first.evaluate("relacja.track('Order Completed')")
    settle(first)
    assert "Order Completed" not in collector.names()


@pytest.mark.parametrize("width", [390, 1440])
@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_the_banner_moves_nothing_and_keeps_its_own_look(
    browser: Browser, collector: Collector, width: int, scheme: Any
) -> None:
    with site_for(collector, lang="en") as site, browser.new_context(color_scheme=scheme) as visitor:
        page = visitor.new_page()
        page.set_viewport_size({"width": width, "height": 844})
        page.goto(site)
        heading = page.get_by_role("heading", name="Strona")
        expect(banner(page)).to_be_visible()
        top = heading.bounding_box()

        yes = banner(page).get_by_role("button", name="Accept").bounding_box()
        no = banner(page).get_by_role("button", name="Refuse").bounding_box()
        box = banner(page).bounding_box()
        assert yes
        assert no
        assert box
        assert (yes["width"], yes["height"], yes["y"]) == (no["width"], no["height"], no["y"])
        assert box["x"] >= 0
        assert box["x"] + box["width"] <= width
        expect(banner(page)).to_have_accessible_name("Your privacy")
        expect(banner(page).get_by_role("link", name="Privacy policy")).to_have_attribute("href", "/privacy/")
        page.keyboard.press("Tab")
        page.keyboard.press("Tab")
        expect(banner(page).get_by_role("button", name="Accept")).to_be_focused()
        banner(page).get_by_role("button", name="Refuse").click()
        assert heading.bounding_box() == top
