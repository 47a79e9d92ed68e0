"""Take the pictures of the README: an installation of its own with demo data, a real browser, two themes.

`make screenshots` writes them to docs/pictures.
"""

import json
import os
import shutil
import socket
import subprocess
import sys
import tempfile
import time
from pathlib import Path
from urllib.error import URLError
from urllib.request import urlopen

from playwright.sync_api import Browser, Page, sync_playwright

ROOT = Path(__file__).resolve().parent.parent
PICTURES = ROOT / "docs" / "pictures"
FLAGS = ["--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run", "--disable-background-networking"]
SESSION = """
import django, json; django.setup()
from importlib import import_module
from django.conf import settings
from django.contrib.auth import BACKEND_SESSION_KEY, HASH_SESSION_KEY, SESSION_KEY
from relacja.contacts.models import Contact
from relacja.staff.models import User
user = User.objects.filter(role="administrator").first()
user.name, user.language, user.must_change_password = "Marta Bielska", "LANGUAGE", False
user.save()
session = import_module(settings.SESSION_ENGINE).SessionStore()
session[SESSION_KEY] = str(user.pk)
session[BACKEND_SESSION_KEY] = "django.contrib.auth.backends.ModelBackend"
session[HASH_SESSION_KEY] = user.get_session_auth_hash()
session.create()
contact = Contact.objects.filter(stage="customer", company__isnull=False).order_by("-changed_at").first()
print(json.dumps({"session": session.session_key, "contact": contact.pk}))
"""


def main() -> None:
    chromium = shutil.which("chromium") or sys.exit("Chromium is missing. On Debian: apt-get install chromium")
    PICTURES.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory() as home:
        port = free_port()
        environment = {
            **os.environ,
            "RELACJA_HOME": home,
            "PORT": str(port),
            "QUIET_HOURS": "off",
            "COMPANY_NAME": "Rowerownia Żuraw",
        }
        relacja = str(Path(sys.executable).with_name("relacja"))
        server = subprocess.Popen(
            [relacja, "serve", "--port", str(port), "--demo", "yes"], env=environment, stdout=subprocess.DEVNULL
        )
        try:
            url = f"http://127.0.0.1:{port}"
            wait_for(f"{url}/sign-in/")
            settle(environment)
            with sync_playwright() as playwright:
                browser = playwright.chromium.launch(executable_path=chromium, args=FLAGS)
                english = entry(environment, "en")
                shoot(browser, url, english, "en-GB", "light", 1440, pages(english))
                shoot(
                    browser, url, english, "en-GB", "dark", 1440, {"contact-dark": f"/contacts/{english['contact']}/"}
                )
                polish = entry(environment, "pl")
                shoot(browser, url, polish, "pl-PL", "light", 390, {"contact-phone": f"/contacts/{polish['contact']}/"})
                browser.close()
        finally:
            server.terminate()
            server.wait(40)


def pages(way_in: dict) -> dict[str, str]:
    return {
        "contacts": "/contacts/",
        "contact": f"/contacts/{way_in['contact']}/",
        "segment": "/segments/1/",
        "journey": "/journeys/abandoned-cart/",
        "outbox": "/outbox/",
        "shop": "/shop/",
    }


def shoot(browser: Browser, url: str, way_in: dict, locale: str, theme: str, width: int, wanted: dict) -> None:
    context = browser.new_context(
        viewport={"width": width, "height": 900}, locale=locale, color_scheme=theme, base_url=url
    )
    context.add_cookies([{"name": "sessionid", "value": way_in["session"], "url": url}])
    page: Page = context.new_page()
    for name, address in wanted.items():
        page.goto(address)
        page.wait_for_timeout(800)
        page.screenshot(path=PICTURES / f"{name}.png")
    context.close()


def settle(environment: dict) -> None:
    """Wait until every reader of the log has read the demo data."""
    script = """
import django; django.setup()
from relacja.events.queries import readers
print(sum(reader.behind for reader in readers()))
"""
    settings = {**environment, "DJANGO_SETTINGS_MODULE": "relacja.config.settings"}
    until = time.monotonic() + 300
    while time.monotonic() < until:
        done = subprocess.run(
            [sys.executable, "-c", script], env=settings, cwd=ROOT, check=True, capture_output=True, text=True
        )
        if done.stdout.strip() == "0":
            return
        time.sleep(1)
    sys.exit("the demo data was not read in time")


def entry(environment: dict, language: str) -> dict:
    """A session of the first administrator, and a contact worth a picture."""
    script = SESSION.replace("LANGUAGE", language)
    settings = {**environment, "DJANGO_SETTINGS_MODULE": "relacja.config.settings"}
    done = subprocess.run(
        [sys.executable, "-c", script], env=settings, cwd=ROOT, check=True, capture_output=True, text=True
    )
    return json.loads(done.stdout)


def wait_for(address: str) -> None:
    until = time.monotonic() + 180
    while time.monotonic() < until:
        try:
            urlopen(address, timeout=2).close()
        except (URLError, OSError):
            time.sleep(0.2)
        else:
            return
    sys.exit("the server did not start")


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


if __name__ == "__main__":
    main()
