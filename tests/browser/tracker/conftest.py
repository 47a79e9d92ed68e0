"""A site with a strict policy that carries the tracking script, our server as the script sees it, and a visitor."""

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
from playwright.sync_api import Browser, BrowserContext, Page, sync_playwright

SCRIPT = Path(__file__).resolve().parents[3] / "relacja/web/static/web/dist/t.js"
CHROMIUM = shutil.which("chromium") or shutil.which("chromium-browser") or shutil.which("google-chrome")
FLAGS = ["--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run", "--disable-background-networking"]
FLAGS += ["--disable-component-update", "--disable-sync"]

MARKS = [
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
