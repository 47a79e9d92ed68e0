"""How what was seen reaches a server that comes and goes."""

import gzip
import json

from playwright.sync_api import Page

from tests.browser.tracker.conftest import MARKS, SCRIPT, Collector, accept, settle, stored, until_sent, waiting

pytestmark = MARKS


def test_the_script_is_small() -> None:
    assert len(gzip.compress(SCRIPT.read_bytes())) <= 6 * 1024
    assert SCRIPT.read_bytes().isascii()


def test_nothing_is_lost_while_the_server_is_down(page: Page, site: str, collector: Collector) -> None:
    page.goto(site)
    accept(page)
    collector.wait_for("page")
    until_sent(page)
    collector.stop()

    page.evaluate("relacja.track('Order Completed', {order_id: 'Z-1'})")
    settle(page)
    assert len(waiting(page)) == 1
    collector.start()

    collector.wait_for("Order Completed")
    until_sent(page)
    assert collector.names().count("Order Completed") == 1


def test_a_server_in_trouble_is_tried_again_with_the_same_ids(page: Page, site: str, collector: Collector) -> None:
    collector.status = 503
    page.goto(site)
    accept(page)
    collector.wait_until(lambda: collector.refused > 0)
    ids = {key.removeprefix("relacja_event_") for key in waiting(page)}
    collector.status = 200

    events = collector.wait_for("page")

    assert ids
    assert ids <= {event["messageId"] for event in events}


def test_a_server_that_says_no_is_left_alone(page: Page, site: str, collector: Collector) -> None:
    collector.status = 401
    page.goto(site)
    accept(page)
    collector.wait_until(lambda: collector.refused > 0)

    until_sent(page)

    assert collector.batches == []


def test_at_most_two_hundred_events_wait(page: Page, site: str, collector: Collector) -> None:
    page.goto(site)
    accept(page)
    collector.wait_for("page")
    until_sent(page)
    collector.stop()

    page.evaluate("for (let n = 0; n < 230; n++) relacja.track('Counted', {n})")

    newest = [json.loads(stored(page)[key])["properties"]["n"] for key in sorted(waiting(page))]
    assert newest == list(range(30, 230))
    collector.start()
    page.evaluate("dispatchEvent(new Event('online'))")
    collector.wait_until(lambda: collector.names().count("Counted") == 200)


def test_leaving_the_page_sends_what_waits(page: Page, site: str, collector: Collector) -> None:
    page.goto(site)
    accept(page)
    collector.wait_for("page")

    page.get_by_role("button", name="Do koszyka").click()

    page.wait_for_url("**/cart/**")
    collector.wait_for("Product Added")
