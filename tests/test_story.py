"""One customer's story, end to end: a browser, a mail server, and nothing of ours replaced.

A visitor says yes, looks around, fills a cart, signs up for the newsletter, confirms, and leaves. A minute later a
letter brings them back; they order; they unsubscribe. A marketer watches it happen.
"""

import re
import shutil
import time
from email import message_from_bytes
from email.message import EmailMessage
from email.policy import default
from urllib.parse import urlsplit

import pytest
from aiosmtpd.controller import Controller
from playwright.sync_api import BrowserContext, Page, expect, sync_playwright

from tests.processes import ROOT, Installation, free_port, until

CHROMIUM = shutil.which("chromium") or shutil.which("chromium-browser") or shutil.which("google-chrome")
FLAGS = ["--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run", "--disable-background-networking"]
FLAGS += ["--disable-component-update", "--disable-sync"]
EMAIL = "zofia.zielinska@poczta.example"
PASSWORD = "zielony rower jedzie"
SOON = 15_000

pytestmark = [
    pytest.mark.browser,
    pytest.mark.slow,
    pytest.mark.skipif(not CHROMIUM, reason="Chromium is not installed: apt-get install chromium"),
    pytest.mark.skipif(
        not (ROOT / "relacja/web/static/web/dist/t.js").exists(), reason="the islands are not built: npm run build"
    ),
]


class Postbox:
    """A mail server that keeps what it is given."""

    def __init__(self) -> None:
        self.received: list[tuple[list[str], EmailMessage]] = []

    async def handle_DATA(self, server, session, envelope):
        message = message_from_bytes(envelope.content, policy=default)
        self.received.append((envelope.rcpt_tos, message))
        return "250 OK"

    def to(self, address: str) -> list[EmailMessage]:
        return [message for recipients, message in self.received if recipients == [address]]


@pytest.fixture
def postbox():
    box = Postbox()
    controller = Controller(box, hostname="127.0.0.1", port=free_port())
    controller.start()
    box.port = controller.port
    yield box
    controller.stop()


@pytest.fixture
def shop(tmp_path, postbox):
    settings = {
        "EMAIL_URL": f"smtp://127.0.0.1:{postbox.port}?tls=none",
        "ABANDONED_CART_MINUTES": "1",
        "QUIET_HOURS": "off",
        "ADMIN_EMAIL": "anna@zuraw.example",
    }
    with Installation(tmp_path / "home", settings) as installation:
        running = installation.serve()
        running.wait_until_it_answers("/sign-in/")
        yield running


def test_a_customers_story(shop, postbox):
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=CHROMIUM, args=FLAGS)
        visitor = browser.new_context(base_url=shop.url, locale="pl-PL", viewport={"width": 1440, "height": 900})
        marketer = browser.new_context(base_url=shop.url, locale="en-GB", viewport={"width": 1440, "height": 900})
        page, desk = visitor.new_page(), marketer.new_page()
        sent = watched(page)

        nothing_is_stored_or_sent_before_yes(page, visitor, sent)
        the_visitor_agrees_and_fills_a_cart(page, sent)
        sign_in(desk, shop.output())
        letter = the_visitor_signs_up_and_confirms(page, postbox)
        story = the_marketer_sees_the_whole_story(desk)
        the_cart_is_left(desk)
        letter = a_letter_comes(postbox)
        watch(desk, story)
        the_letter_leads_back_and_an_order_is_placed(visitor, letter)
        the_timeline_says(desk, ["Orders for", "Follows a link"])
        the_page_knows_the_customer_by_now(desk)
        one_click_unsubscribes(visitor, letter)
        the_timeline_says(desk, ["Unsubscribes"])
        browser.close()


def watched(page: Page) -> list[str]:
    """Addresses of requests to the collector."""
    sent: list[str] = []
    page.on("request", lambda request: sent.append(request.url) if "/v1/" in request.url else None)
    return sent


def nothing_is_stored_or_sent_before_yes(page: Page, visitor: BrowserContext, sent: list[str]) -> None:
    page.goto("/shop/")
    expect(page.get_by_role("button", name="Zgadzam się", exact=True)).to_be_visible()
    page.goto("/shop/privacy/")
    page.goto("/shop/")
    page.wait_for_timeout(500)

    assert visitor.cookies() == []
    assert page.evaluate("[localStorage.length, sessionStorage.length]") == [0, 0]
    assert sent == []


def the_visitor_agrees_and_fills_a_cart(page: Page, sent: list[str]) -> None:
    page.get_by_role("button", name="Zgadzam się", exact=True).click()
    page.wait_for_timeout(300)
    page.locator("a[href*='/shop/category'], nav a[href*='/shop/']").filter(has_text="Kaski").first.click()
    page.locator("main a[href*='/shop/product']").first.click()
    page.locator("form[data-relacja-event='Product Added'] button").first.click()
    page.wait_for_load_state("networkidle")

    assert sent, "nothing was reported after yes"


def the_visitor_signs_up_and_confirms(page: Page, postbox: Postbox) -> EmailMessage:
    page.goto("/shop/")
    form = page.locator("form[action*='newsletter']")
    form.locator("[name=email]").fill(EMAIL)
    form.locator("[name=consent]").check()
    form.locator("button").click()
    letter = until(lambda: postbox.to(EMAIL), seconds=20, what="the letter that asks to confirm")[0]
    page.goto(address_in(letter, "/m/confirm/"))
    page.get_by_role("button").first.click()
    page.wait_for_load_state("networkidle")
    return letter


def sign_in(desk: Page, said: str) -> None:
    password = re.search(r"Password:\s+(\S+)", said)[1]
    desk.goto("/sign-in/")
    desk.locator("[name=email]").fill("anna@zuraw.example")
    desk.locator("[type=password]").fill(password)
    desk.keyboard.press("Enter")
    desk.wait_for_url("**/profile/password/**")
    fields = desk.locator("form input[type=password]")
    fields.nth(0).fill(password)
    fields.nth(1).fill(PASSWORD)
    fields.nth(2).fill(PASSWORD)
    desk.keyboard.press("Enter")
    desk.wait_for_url(lambda address: urlsplit(address).path == "/")
    desk.goto("/profile/")
    desk.locator("form.narrow-form [name=name]").fill("Anna Żuraw")
    desk.locator("form.narrow-form input[name=language][value=en]").check()
    with desk.expect_navigation():
        desk.locator("form.narrow-form button.primary").click()


def the_marketer_sees_the_whole_story(desk: Page) -> str:
    desk.goto(f"/contacts/?q={EMAIL.split('@')[0]}")
    desk.locator("main a[href^='/contacts/']").filter(has_text=re.compile("zofia", re.I)).first.click()
    desk.wait_for_url(re.compile(r"/contacts/\d+/"))
    the_timeline_says(desk, ["Agrees", "Puts Kask", "Views", "Is recognised"])
    return desk.url


def the_cart_is_left(desk: Page) -> None:
    """The segment of abandoned carts has one person more, seen without loading the page again."""
    desk.goto("/segments/")
    row = desk.get_by_role("row").filter(has=desk.locator("a[href*='/segments/']")).filter(has_text="koszyk").first
    expect(row.get_by_role("cell", name=re.compile(r"^1$")).first).to_be_visible(timeout=120_000)


def a_letter_comes(postbox: Postbox) -> EmailMessage:
    def letters() -> list[EmailMessage]:
        return [letter for letter in postbox.to(EMAIL) if letter["List-Unsubscribe"]]

    until(letters, seconds=60, what="the letter about the cart")
    time.sleep(5)
    assert len(letters()) == 1, "more than one letter about one cart"
    letter = letters()[0]
    assert letter["To"].addresses[0].addr_spec == EMAIL
    assert len(letter["To"].addresses) == 1
    assert (letter["Cc"], letter["Bcc"]) == (None, None)
    assert letter["List-Unsubscribe-Post"] == "List-Unsubscribe=One-Click"
    assert letter.get_content_type() == "multipart/alternative"
    assert "Kask" in letter.get_body(("html",)).get_content()
    assert "Kask" in letter.get_body(("plain",)).get_content()
    return letter


def watch(desk: Page, story: str) -> None:
    desk.goto(story)


def the_letter_leads_back_and_an_order_is_placed(visitor: BrowserContext, letter: EmailMessage) -> None:
    page = visitor.new_page()
    time.sleep(3)
    page.goto(address_in(letter, "/m/c/"))
    assert "/shop/" in page.url
    page.goto("/shop/checkout/")
    for name, value in {
        "first_name": "Zofia", "last_name": "Zielińska", "email": EMAIL, "phone": "601 234 567",
        "street": "Długa 7", "postal_code": "80-831", "city": "Gdańsk",
    }.items():  # fmt: skip
        page.locator(f"[name={name}]").fill(value)
    page.locator("form.checkout button").click()
    page.wait_for_url(re.compile(r"/shop/orders?/"))


def the_page_knows_the_customer_by_now(desk: Page) -> None:
    """The name, the stage and the facts are those of the order, without loading the page again."""
    expect(desk.locator("#who")).to_contain_text("Zofia Zielińska", timeout=SOON)
    expect(desk.locator("#who")).to_contain_text("Customer", timeout=SOON)
    expect(desk.locator("#facts")).to_contain_text("80-831 Gdańsk", timeout=SOON)


def one_click_unsubscribes(visitor: BrowserContext, letter: EmailMessage) -> None:
    address = re.search(r"<(http[^>]+)>", letter["List-Unsubscribe"])[1]
    page = visitor.new_page()
    page.goto(address)
    expect(page.get_by_role("button").first).to_be_visible()
    answer = page.request.post(address, form={"List-Unsubscribe": "One-Click"})
    assert answer.ok


def the_timeline_says(desk: Page, beginnings: list[str]) -> None:
    for words in beginnings:
        expect(desk.locator("main").get_by_text(re.compile(words)).first).to_be_visible(timeout=SOON)


def address_in(letter: EmailMessage, path: str) -> str:
    """The first link of a letter that has `path` in it."""
    html = letter.get_body(("html",)).get_content()
    return next(link for link in re.findall(r'href="([^"]+)"', html) if path in link).replace("&amp;", "&")
