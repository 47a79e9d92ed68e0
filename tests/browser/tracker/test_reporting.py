"""What the tracking script reports, and of whom."""

from playwright.sync_api import BrowserContext, Page, expect

from tests.browser.tracker.conftest import MARKS, Collector, accept, banner, settle, stored, until_sent

pytestmark = MARKS


def test_after_yes_what_was_seen_is_reported(page: Page, site: str, collector: Collector) -> None:
    page.goto(f"{site}/p/17?utm_source=list&utm_campaign=jesie%C5%84#top")
    page.get_by_role("button", name="Zapamiętaj").click()
    accept(page)

    events = collector.wait_for("Product Added to Wishlist")
    until_sent(page)
    kept = stored(page)
    assert [event.get("event", event["type"]) for event in events] == [
        "Consent Given",
        "page",
        "Product Viewed",
        "Promotion Viewed",
        "Product Added to Wishlist",
    ]
    assert kept.keys() == {"relacja_consent", "relacja_id", "relacja_vid"}
    assert {event["anonymousId"] for event in events} == {kept["relacja_id"]} == {kept["relacja_vid"]}
    assert kept["relacja_id"] == page.evaluate("relacja.anonymousId()")
    assert collector.batches[0]["writeKey"] == "k-1"
    assert collector.batches[0]["type"].startswith("text/plain")
    assert collector.batches[0]["cookie"] is None
    assert all(len(event["messageId"]) <= 100 for event in events)


def test_events_say_where_they_happened(page: Page, site: str, collector: Collector) -> None:
    page.goto(f"{site}/p/17?utm_source=list&utm_campaign=jesie%C5%84#top")
    accept(page)

    events = {event.get("event", event["type"]): event for event in collector.wait_for("page", "Consent Given")}
    place = {
        "url": f"{site}/p/17?utm_source=list&utm_campaign=jesie%C5%84",
        "path": "/p/17",
        "title": "Strona /p/17",
        "referrer": "",
        "search": "?utm_source=list&utm_campaign=jesie%C5%84",
    }
    assert events["page"]["properties"] == place
    assert events["page"]["context"]["page"] == place
    assert events["page"]["context"]["campaign"] == {"source": "list", "name": "jesień"}
    assert events["page"]["context"]["locale"] == "pl-PL"
    assert events["Product Viewed"]["properties"] == {"product_id": "R-17", "price": 1299.99}
    assert events["Promotion Viewed"]["properties"] == {"name": "Jesień"}
    assert events["Consent Given"]["properties"] == {
        "purpose": "analytics",
        "category": "analytics",
        "channel": "web",
        "text_version": "2026-11",
        "language": "pl",
    }
    assert events["Consent Given"]["timestamp"] >= events["page"]["timestamp"]


def test_the_next_visit_is_by_the_same_visitor_and_asks_nothing(page: Page, site: str, collector: Collector) -> None:
    page.goto(site)
    accept(page)
    collector.wait_for("page")
    visitor = page.evaluate("relacja.anonymousId()")

    page.goto(f"{site}/next/")

    events = collector.wait_until(lambda: collector.names().count("page") == 2)
    expect(banner(page)).to_have_count(0)
    assert {event["anonymousId"] for event in events} == {visitor}
    assert collector.names().count("Consent Given") == 1


def test_pages_shown_without_loading_are_reported(page: Page, site: str, collector: Collector) -> None:
    page.goto(site)
    accept(page)
    collector.wait_for("page", "Product Viewed")

    page.evaluate("history.pushState({}, '', '/p/18'); document.title = 'Rower 18'")
    collector.wait_until(lambda: collector.names().count("page") == 2)
    page.go_back()

    collector.wait_until(lambda: collector.names().count("Product Viewed") == 3)
    visits = [event["properties"] for event in collector.events() if event["type"] == "page"]
    assert [visit["path"] for visit in visits] == ["/", "/p/18", "/"]
    assert [visit["title"] for visit in visits][1] == "Rower 18"
    assert [visit["referrer"] for visit in visits] == ["", f"{site}/", f"{site}/p/18"]


def test_a_part_drawn_later_is_seen_once(page: Page, site: str, collector: Collector) -> None:
    page.goto(site)
    accept(page)
    collector.wait_for("Product Viewed")
    draw = """() => { const part = document.createElement('p'); part.dataset.relacjaEvent = 'Cart Viewed';
                      document.querySelector('h1').replaceChildren(part); }"""

    page.evaluate(draw)
    collector.wait_for("Cart Viewed")
    page.evaluate(draw)
    settle(page)

    assert collector.names().count("Cart Viewed") == 1


def test_a_known_person_is_named_until_the_reset(page: Page, site: str, collector: Collector) -> None:
    page.goto(site)
    page.evaluate("relacja.identify('u-1001', {email: 'jan@example.pl'})")
    accept(page)
    collector.wait_for("identify")
    page.reload()
    visitor = page.evaluate("relacja.anonymousId()")
    page.evaluate("relacja.track('Before')")
    page.evaluate("relacja.reset()")
    page.evaluate("relacja.track('After')")

    events = {event.get("event", event["type"]): event for event in collector.wait_for("Before", "After")}

    assert events["identify"]["traits"] == {"email": "jan@example.pl"}
    assert events["Before"]["userId"] == "u-1001"
    assert events["Before"]["anonymousId"] == visitor
    assert events["After"]["userId"] is None
    assert events["After"]["anonymousId"] != visitor


def test_a_site_that_hands_over_nonsense_goes_on(page: Page, site: str, collector: Collector) -> None:
    page.goto(site)
    accept(page)
    page.evaluate("""() => { const round = {}; round.round = round;
        relacja.track('Round', round); relacja.track('Big', {text: 'x'.repeat(40000)}); relacja.push(['nothing', 1]);
        relacja.track('Plain'); }""")

    collector.wait_for("Plain")

    assert {"Round", "Big"}.isdisjoint(collector.names())


def test_a_browser_that_forbids_storage_still_reports(context: BrowserContext, site: str, collector: Collector) -> None:
    context.add_init_script("Object.defineProperty(window, 'localStorage', {get() { throw new DOMException('no') }})")
    page = context.new_page()
    page.goto(site)
    accept(page)

    events = collector.wait_for("Consent Given", "page")

    assert len({event["anonymousId"] for event in events}) == 1
