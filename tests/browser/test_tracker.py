"""The tracking script in a real browser, on a site with a strict policy, against a server that comes and goes."""

import gzip
import json
import shutil
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import pytest
from playwright.sync_api import Browser, BrowserContext, Page, expect, sync_playwright

SCRIPT = Path(__file__).resolve().parents[2] / "relacja/web/static/web/dist/t.js"
CHROMIUM = shutil.which("chromium") or shutil.which("chromium-browser") or shutil.which("google-chrome")
FLAGS = ["--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run", "--disable-background-networking"]
FLAGS += ["--disable-component-update", "--disable-sync"]

pytestmark = [
    pytest.mark.browser,
    pytest.mark.skipif(not CHROMIUM, reason="Chromium is not installed: apt-get install chromium"),
    pytest.mark.skipif(not SCRIPT.exists(), reason="the tracking script is not built: npm ci && npm run build"),
]

PAGE = """<!doctype html><html lang="pl"><head><meta charset="utf-8"><title>{title}</title>
<link rel="stylesheet" href="/site.css"><script src="/early.js"></script>
<script async src="{collector}/static/web/dist/t.js" data-key="k-1" data-lang="{lang}"
  data-privacy="/privacy/"></script>
</head><body><h1>{title}</h1>
<article data-relacja-event="Product Viewed" data-relacja-props='{{"product_id": "R-17", "price": 1299.99}}'></article>
<form action="/cart/" data-relacja-event="Product Added" data-relacja-props='{{"product_id": "R-17"}}'>
<button>Do koszyka</button></form>
<button type="button" id="star" data-relacja-event="Product Added to Wishlist">Zapamiętaj</button>
<a href="/cart/?from=link">Koszyk</a><a href="#" data-relacja-consent>Prywatność</a></body></html>"""
EARLY = 'window.relacja = window.relacja || []; relacja.push(["track", "Promotion Viewed", {"name": "Jesień"}]);'
# A site that would ruin any banner its style could reach.
CSS = "div, section, h2, p { display: none !important } relacja-consent { position: static; color: red }"


class Collector:
    """Our server as the script sees it: gives the script, keeps what is sent, can be switched off and on."""

    def __init__(self) -> None:
        self.batches: list[dict[str, Any]] = []
        self.arrived = threading.Condition()
        self.status = 200
        self.refused = 0
        self.port = 0
        self.start()

    def start(self) -> None:
        self.server = ThreadingHTTPServer(("127.0.0.1", self.port), self._handler())
        self.port = self.server.server_address[1]
        threading.Thread(target=self.server.serve_forever, args=(0.02,), daemon=True).start()

    def stop(self) -> None:
        self.server.shutdown()
        self.server.server_close()

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.port}"

    def _handler(self) -> type[BaseHTTPRequestHandler]:
        collector = self

        class Handler(Quiet):
            def do_GET(self) -> None:
                self.answer(SCRIPT.read_bytes(), "text/javascript")

            def do_POST(self) -> None:
                batch = json.loads(self.rfile.read(int(self.headers["Content-Length"])))
                batch["type"] = self.headers["Content-Type"]
                batch["cookie"] = self.headers["Cookie"]
                with collector.arrived:
                    if collector.status == 200:
                        collector.batches.append(batch)
                    else:
                        collector.refused += 1
                    collector.arrived.notify_all()
                self.answer(b"{}", "application/json", status=collector.status)

        return Handler

    def events(self) -> list[dict[str, Any]]:
        """Everything received, each messageId once, as the real collector counts."""
        return list({event["messageId"]: event for batch in self.batches for event in batch["batch"]}.values())

    def names(self) -> list[str]:
        return [event.get("event", event["type"]) for event in self.events()]

    def wait_for(self, *names: str) -> list[dict[str, Any]]:
        return self.wait_until(lambda: set(names) <= set(self.names()))

    def wait_until(self, true: Callable[[], bool]) -> list[dict[str, Any]]:
        with self.arrived:
            assert self.arrived.wait_for(true, timeout=15), self.names()
        return self.events()


class Quiet(BaseHTTPRequestHandler):
    def log_message(self, *_values: Any) -> None:
        """Say nothing."""

    def answer(self, body: bytes, kind: str, *, status: int = 200, policy: str = "") -> None:
        self.send_response(status)
        self.send_header("Content-Type", kind)
        self.send_header("Content-Length", str(len(body)))
        self.send_header("Access-Control-Allow-Origin", "*")
        if policy:
            self.send_header("Content-Security-Policy", policy)
        self.end_headers()
        self.wfile.write(body)


@pytest.fixture
def collector() -> Iterator[Collector]:
    running = Collector()
    yield running
    running.stop()


@contextmanager
def site_for(collector: Collector, *, lang: str) -> Iterator[str]:
    class Site(Quiet):
        def do_GET(self) -> None:
            path = urlsplit(self.path).path
            if path == "/early.js":
                return self.answer(EARLY.encode(), "text/javascript; charset=utf-8")
            if path == "/site.css":
                return self.answer(CSS.encode(), "text/css")
            only = f"'self' {collector.url}"
            policy = f"default-src 'self'; style-src 'self'; script-src {only}; connect-src {only}"
            html = PAGE.format(title=f"Strona {path}", collector=collector.url, lang=lang)
            return self.answer(html.encode(), "text/html", policy=policy + "; require-trusted-types-for 'script'")

    server = ThreadingHTTPServer(("127.0.0.1", 0), Site)
    threading.Thread(target=server.serve_forever, args=(0.02,), daemon=True).start()
    yield f"http://localhost:{server.server_address[1]}"
    server.shutdown()
    server.server_close()


@pytest.fixture
def site(collector: Collector) -> Iterator[str]:
    with site_for(collector, lang="pl") as url:
        yield url


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    with sync_playwright() as playwright:
        chromium = playwright.chromium.launch(executable_path=CHROMIUM, args=FLAGS)
        yield chromium
        chromium.close()


@pytest.fixture
def context(browser: Browser) -> Iterator[BrowserContext]:
    visitor = browser.new_context(locale="pl-PL")
    visitor.set_default_timeout(10_000)
    yield visitor
    visitor.close()


@pytest.fixture
def page(context: BrowserContext) -> Iterator[Page]:
    """A tab in which nothing may fail, and no policy of the site may be broken."""
    tab = context.new_page()
    faults: list[str] = []
    tab.on("pageerror", lambda error: faults.append(str(error)))
    tab.on("console", lambda line: faults.append(line.text) if "Security Policy" in line.text else None)
    yield tab
    assert faults == []


def banner(page: Page) -> Any:
    return page.get_by_role("dialog")


def accept(page: Page) -> None:
    banner(page).get_by_role("button", name="Zgadzam się", exact=True).click()


def refuse(page: Page) -> None:
    banner(page).get_by_role("button", name="Nie zgadzam się").click()


def stored(page: Page) -> dict[str, str]:
    """Everything the site keeps in this browser, cookies included."""
    kept = page.evaluate("() => ({...localStorage, ...sessionStorage})")
    return kept | {cookie["name"]: cookie["value"] for cookie in page.context.cookies()}


def settle(page: Page) -> None:
    """Longer than the script waits before it sends."""
    page.wait_for_timeout(500)


def waiting(page: Page) -> list[str]:
    return [key for key in stored(page) if key.startswith("relacja_event_")]


def until_sent(page: Page) -> None:
    page.wait_for_function("() => !Object.keys(localStorage).some((key) => key.startsWith('relacja_event_'))")


def test_the_script_is_small() -> None:
    assert len(gzip.compress(SCRIPT.read_bytes())) <= 6 * 1024
    assert SCRIPT.read_bytes().isascii()


def test_before_the_answer_nothing_is_kept_and_nothing_is_sent(page: Page, site: str, collector: Collector) -> None:
    page.goto(site)
    expect(banner(page)).to_be_visible()
    page.get_by_role("button", name="Zapamiętaj").click()
    settle(page)

    assert stored(page) == {}
    assert collector.batches == []
    assert page.evaluate("relacja.anonymousId()") is None


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
