"""The shell in a real browser: by keyboard, in both themes and at both widths, with nothing serious for axe to say."""

import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest
from django.conf import settings
from django.test import Client
from playwright.sync_api import Page, expect, sync_playwright

from conftest import make_user

ROOT = Path(__file__).resolve().parents[2]
AXE = ROOT / "node_modules/axe-core/axe.min.js"
BUILT = ROOT / "relacja/ui/static/ui/dist/ui.js"
CHROMIUM = shutil.which("chromium") or shutil.which("chromium-browser") or shutil.which("google-chrome")
FLAGS = ["--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run", "--disable-background-networking"]
FLAGS += ["--disable-component-update", "--disable-sync"]
PAGES = [
    "/",
    "/changes/",
    "/settings/people/",
    "/settings/keys/",
    "/profile/",
    "/profile/password/",
    "/attention/",
    "/catalogue/",
]

MARKS = [
    pytest.mark.browser,
    pytest.mark.skipif(not CHROMIUM, reason="Chromium is not installed: apt-get install chromium"),
    pytest.mark.skipif(not BUILT.exists(), reason="the islands are not built: npm ci && npm run build"),
]
pytestmark = MARKS


@contextmanager
def browsing(server, session: str = "", *, width: int = 1440, theme: str = "light") -> Iterator[Page]:
    """A page of a fresh browser, signed in when there is a session; what its console complains about fails the test."""
    complaints: list[str] = []
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=CHROMIUM, args=FLAGS)
        context = browser.new_context(
            base_url=server.url, viewport={"width": width, "height": 844}, color_scheme=theme, locale="pl-PL"
        )
        if session:
            context.add_cookies([{"name": settings.SESSION_COOKIE_NAME, "value": session, "url": server.url}])
        page = context.new_page()
        page.on("pageerror", lambda error: complaints.append(str(error)))
        page.on("console", lambda said: complaints.append(said.text) if "Security Policy" in said.text else None)
        yield page
        browser.close()
    assert complaints == []


def session_of(user) -> str:
    client = Client()
    client.force_login(user)
    return client.cookies[settings.SESSION_COOKIE_NAME].value


@pytest.mark.parametrize(("width", "theme"), [(1440, "light"), (390, "dark")])
def test_axe_finds_nothing_serious_and_nothing_sticks_out(live_server, alice, width, theme):
    session, found = session_of(alice), []

    with browsing(live_server, session, width=width, theme=theme) as page:
        for path in PAGES:
            page.goto(path)
            page.wait_for_load_state("networkidle")
            page.evaluate(AXE.read_text(encoding="utf-8"))
            for violation in page.evaluate("axe.run(document, {resultTypes: ['violations']})")["violations"]:
                if violation["impact"] in {"serious", "critical"}:
                    found.append((path, violation["id"], violation["nodes"][0]["html"]))
            if page.evaluate("document.documentElement.scrollWidth > innerWidth"):
                found.append((path, "wider than the window", ""))

    assert found == []


def test_the_whole_shell_goes_by_keyboard(live_server, alice):
    with browsing(live_server, session_of(alice)) as page:
        page.goto("/")
        page.keyboard.press("Control+k")
        page.keyboard.type("ustaw")
        expect(page.get_by_role("option")).to_have_count(1)
        page.keyboard.press("Enter")
        page.wait_for_url("**/settings/people/")

        page.keyboard.press("?")
        expect(page.locator("#shortcuts")).to_be_visible()
        page.keyboard.press("Escape")
        expect(page.locator("#shortcuts")).to_be_hidden()

        page.keyboard.press("j")
        expect(page.locator("tr.is-at")).to_have_count(1)
        page.keyboard.press("g")
        page.keyboard.press("h")
        page.wait_for_url(f"{live_server.url}/")

        page.keyboard.press("Tab")
        expect(page.locator(".skip")).to_be_focused()


def test_a_refused_change_is_said_and_taken_back(live_server, alice):
    with browsing(live_server, session_of(alice)) as page:
        page.goto("/settings/people/")
        role = page.locator("select[name=role]").first

        role.select_option("viewer")

        expect(page.locator(".toast.raspberry")).to_contain_text("jedyny administrator")
        expect(role).to_have_value("administrator")


def test_a_change_is_said_without_leaving_the_page(live_server, alice):
    make_user("ola@firma.example", "viewer")

    with browsing(live_server, session_of(alice)) as page:
        page.goto("/settings/people/")
        row = page.locator("tr", has_text="ola@firma.example")

        row.locator("select[name=role]").select_option("sales")

        expect(page.locator(".toast")).to_contain_text("Sprzedaż")
        expect(row.locator("select[name=role]")).to_have_value("sales")
        page.locator(".toast [data-close]").click()
        expect(page.locator(".toast")).to_have_count(0)


def test_the_theme_and_the_fold_stay_as_one_left_them(live_server, alice):
    with browsing(live_server, session_of(alice)) as page:
        page.goto("/")
        page.locator("theme-switch button").click()
        page.locator("kept-choice button").click()
        page.reload()

        expect(page.locator("html")).to_have_attribute("data-theme", "dark")
        expect(page.locator("html")).to_have_attribute("data-nav", "folded")


def test_a_page_left_open_says_when_the_server_is_gone(live_server, alice):
    make_user("ola@firma.example", "viewer")

    with browsing(live_server, session_of(alice)) as page:
        page.goto("/settings/people/")
        page.wait_for_load_state("networkidle")
        page.context.set_offline(True)

        page.locator("#people select[name=role]").last.select_option("sales")

        expect(page.locator(".toast.amber")).to_contain_text("Serwer nie odpowiada")


def test_what_comes_beside_an_answer_never_replaces_a_form_that_is_open(live_server, alice):
    beside = "<div id='part'>new</div>" + "".join(
        f"<p id='{id}' hx-swap-oob='morph'>fresh</p>" for id in ("read", "written")
    )

    with browsing(live_server, session_of(alice)) as page:
        page.route("**/part/", lambda route: route.fulfill(content_type="text/html", body=beside))
        page.route("**/live/**", lambda route: route.fulfill(content_type="text/event-stream", body="data: x\n\n"))
        page.goto("/")
        page.evaluate(
            """() => document.querySelector("main").insertAdjacentHTML("beforeend",
            `<p id="read">old</p><p id="written"><span data-editing>typing</span></p>
            <div id="part"></div><live-part topic="x" src="/part/" target="#part"></live-part>`)"""
        )

        expect(page.locator("#read")).to_have_text("fresh")
        expect(page.locator("#written")).to_have_text("typing")


def test_the_pages_work_without_script(live_server, alice):
    session = session_of(alice)
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=CHROMIUM, args=FLAGS)
        context = browser.new_context(base_url=live_server.url, java_script_enabled=False, locale="pl-PL")
        context.add_cookies([{"name": settings.SESSION_COOKIE_NAME, "value": session, "url": live_server.url}])
        page = context.new_page()

        page.goto("/settings/people/")
        page.locator("a.find").click()
        expect(page.locator("h1")).to_have_text("Szukaj lub przejdź")
        page.locator("a.bell").click()
        expect(page.locator("h1")).to_have_text("Co na mnie czeka")
        page.locator("button.me").click()
        page.get_by_role("button", name="Wyloguj").click()
        expect(page.locator("h1")).to_have_text("Zaloguj się")
        browser.close()


def test_a_live_part_asks_again_when_told_and_is_silent_while_the_server_is_away(live_server, alice):
    answers = ["<div id='part'>first</div>", "<div id='part'>second</div>"]
    asked: list[str] = []

    def answer(route):
        asked.append(route.request.headers["x-live"])
        route.fulfill(content_type="text/html", body=answers[min(len(asked), 2) - 1])

    with browsing(live_server, session_of(alice)) as page:
        page.route("**/part/", answer)
        page.route(
            "**/live/**",
            lambda route: route.fulfill(
                content_type="text/event-stream", body="data: contact:5\n\ndata: contact:5\n\n"
            ),
        )
        page.goto("/")
        page.evaluate(
            """() => document.querySelector("main").insertAdjacentHTML("beforeend",
            '<div id="part">old</div><live-part topic="contact:5" src="/part/" target="#part"></live-part>')"""
        )
        expect(page.locator("#part")).to_have_text("second")

        page.unroute("**/live/**")
        page.route("**/live/**", lambda route: route.abort())
        page.context.set_offline(True)
        before = len(asked)
        page.wait_for_timeout(1_500)

        assert len(asked) == before
        expect(page.locator(".toast")).to_have_count(0)
