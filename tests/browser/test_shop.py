"""The demonstration shop in a real browser: nothing serious for axe to say, nothing wider than the window."""

import pytest
from playwright.sync_api import expect, sync_playwright

from tests.browser.test_shell import AXE, CHROMIUM, FLAGS, MARKS, browsing

pytestmark = MARKS

PAGES = ["/shop/", "/shop/categories/kaski/", "/shop/products/kurtka-sztorm/", "/shop/privacy/", "/shop/cart/"]


def complaints(page) -> list[tuple[str, str]]:
    page.wait_for_load_state("networkidle")
    page.evaluate(AXE.read_text(encoding="utf-8"))
    violations = page.evaluate("axe.run(document, {resultTypes: ['violations']})")["violations"]
    found = [(page.url, f"{one['id']}: {one['nodes'][0]['html']}") for one in violations]
    if page.evaluate("document.documentElement.scrollWidth > innerWidth"):
        found.append((page.url, "wider than the window"))
    return found


@pytest.mark.parametrize(
    ("width", "theme", "language"), [(1440, "light", "pl"), (390, "dark", "pl"), (390, "light", "en")]
)
def test_every_page_of_the_shop_is_sound(live_server, width, theme, language):
    with browsing(live_server, width=width, theme=theme) as page:
        found = []
        for path in PAGES:
            page.goto(f"{path}?lang={language}")
            found += complaints(page)

        page.goto(f"/shop/products/wydma-42/?lang={language}")
        page.locator(".buy button").click()
        page.wait_for_url("**/shop/cart/**")
        found += complaints(page)
        page.goto(f"/shop/checkout/?lang={language}")
        found += complaints(page)

    assert found == []


def test_shopping_needs_no_script_and_leaves_only_the_cart(live_server):
    answers = {"first_name": "Jan", "last_name": "Żuraw", "email": "jan@zuraw.example", "phone": "601234567"}
    answers |= {"street": "Długa 1", "postal_code": "80-831", "city": "Gdańsk"}

    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=CHROMIUM, args=FLAGS)
        context = browser.new_context(base_url=live_server.url, locale="pl-PL", java_script_enabled=False)
        page = context.new_page()
        page.goto("/shop/products/detka-28/")
        assert context.cookies() == []

        page.locator("#quantity").fill("3")
        page.locator(".buy button").click()
        expect(page.locator("output")).to_have_text("3")
        page.locator(".amount button").first.click()
        expect(page.locator("output")).to_have_text("2")
        assert [cookie["name"] for cookie in context.cookies()] == ["shop_cart"]

        page.locator(".summary .button").click()
        for name, value in answers.items():
            page.locator(f"[name={name}]").fill(value)
        page.locator("form.checkout button").click()
        expect(page.locator("h1")).to_contain_text("Dziękujemy")
        assert context.cookies() == []
        browser.close()
