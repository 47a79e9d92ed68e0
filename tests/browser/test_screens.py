"""Every screen with something on it: nothing serious for axe to say, nothing wider than the window."""

import re

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.utils import timezone
from playwright.sync_api import expect

from relacja.contacts.actions import document as attaching
from relacja.contacts.actions import tags as tagging
from relacja.contacts.models import Company, Contact
from relacja.demo import actions as demo
from relacja.events.actions import record
from relacja.external.actions import begin
from relacja.external.matching import By
from relacja.external.tests.making import make_draft, make_source, work
from relacja.journeys import actions as journeys
from relacja.journeys.models import Enrolment
from relacja.messaging import actions as messaging
from relacja.messaging import links
from relacja.messaging.models import Confirmation, Message
from relacja.messaging.tests.conftest import make_reader, queue, send_all
from relacja.segments import actions as segments
from relacja.segments.models import Segment
from relacja.web import actions as web
from relacja.web import sign_ups, tasks
from relacja.web.models import SignUp
from tests.browser.test_shell import AXE, MARKS, browsing, session_of

pytestmark = MARKS

STAFF = """
/ /attention/ /palette/ /profile/ /profile/password/ /catalogue/ /intake/
/settings/people/ /settings/teams/ /settings/keys/ /settings/operations/ /settings/sources/ /settings/demo/
/settings/external/ /settings/external/new/ /settings/external/connections/new/postgresql/
/settings/tags/ /settings/taking/ /settings/places/ /settings/assignment/ /settings/assignment/people/
/contacts/ /contacts/?q=a /contacts/?view=archive /contacts/new/ /contacts/views/
/documents/ /companies/ /companies/views/ /companies/?trashed=1 /companies/new/ /segments/companies/
/duplicates/companies/
/segments/ /segments/?view=archive /segments/new/ /segments/buyers/ /segments/buyers/?cell=5-5
/segments/buyers/moves/ /segments/portrait/
/quality/ /journeys/ /outbox/ /outbox/suppressions/ /templates/ /templates/abandoned-cart/pl/
/settings/fields/ /settings/fields/added/ /settings/fields/new/date/
/nothing-of-that-name/
""".split()
POINTS = {"points": "number"}
PUBLIC = """
/sign-in/ /forms/newsletter/ /forms/newsletter/thanks/
/shop/ /shop/categories/kaski/ /shop/products/kurtka-sztorm/ /shop/privacy/ /shop/cart/
""".split()


@pytest.fixture
def screens(live_server, alice, deliver, settings, tmp_path) -> tuple[list[str], list[str]]:
    """Demo people, a cart left behind, letters, a sign-up: the addresses of what staff see, and of what others see."""
    now = timezone.now()
    settings.MEDIA_ROOT = str(tmp_path)
    messaging.ensure_ready_made(now)
    journey = journeys.ensure_ready_made(now=now)
    segments.ensure_ready_made(now=now)
    demo.load(now=now, contacts=40)
    source = web.add_source(name="Sklep", kind="browser", now=now)
    deliver(now)
    for segment in Segment.objects.all():
        segments.recount(segment, now=now)
    reader = make_reader(now, email="zofia@poczta.example")
    company = Company.objects.create(name="Studio Żak", name_key="studio zak", created_at=now)
    Company.objects.create(name="Studio Żuk", name_key="studio zuk", created_at=now)  # one to merge it with
    Contact.objects.filter(pk=reader.pk).update(company=company)
    record("Product Added", profile_id=reader.pk, at=now, now=now, channel="web", properties={"name": "Kask Mewa"})
    queue([reader], now)
    send_all(now)
    sign_ups.keep(email="jan@poczta.example", first_name="Jan", text=sign_ups.text_in("pl", now=now), now=now)
    tasks.sign_up(sign_up_id=SignUp.objects.get().pk)
    deliver(now)
    bought = Contact.objects.filter(stage="customer").first()
    tag = tagging.make_tag("Złoty klub na całe życie", colour="amber", now=now)
    for one in (reader, company, bought):
        tagging.retag(one, on=[tag], now=now)
    file = SimpleUploadedFile("Umowa ramowa na serwis rowerów w roku 2026.txt", b"Tak")
    for one in (reader, company):
        attaching.attach(one, [file], by=alice, now=now)
    outside = make_source(f"e-mail,points\n{reader.email},7\n,x\n", by=(By("e-mail", "email"),), kinds=POINTS, now=now)
    draft = make_draft(now=now)
    work(begin(draft, cause="trial", now=now))
    message, segment = Message.objects.earliest("pk"), Segment.objects.earliest("pk")
    staff = [
        *(f"/contacts/{contact.pk}/" for contact in (reader, bought)),
        *(f"/contacts/{bought.pk}/{part}/" for part in ("facts", "consents", "behaviour")),
        f"/companies/{company.pk}/",
        f"/companies/{company.pk}/details/",
        f"/companies/{company.pk}/facts/address/",
        f"/companies/{company.pk}/merge/{Company.objects.active().exclude(pk=company.pk).earliest('pk').pk}/",
        f"/segments/{segment.pk}/",
        f"/segments/{segment.pk}/?who={reader.email}",
        f"/segments/of/{reader.pk}/",
        *(f"/segments/{segment.pk}/{look}/" for look in ("rule", "size", "overlap", "profile", "history")),
        f"/journeys/{journey.key}/",
        f"/journeys/{journey.key}/people/?q=zofia",
        f"/journeys/{journey.key}/draft/",
        f"/journeys/{journey.key}/draft/audience/?at=trigger",
        f"/journeys/{journey.key}/people/{Enrolment.objects.get(contact=reader).contact_id}/",
        f"/outbox/{message.pk}/",
        f"/settings/sources/{source.pk}/",
        f"/settings/tags/{tag.pk}/",
        *(f"/settings/external/{outside.pk}/{part}" for part in ("", "columns/", "removal/")),
        f"/settings/external/{outside.pk}/refreshes/{outside.refreshes.get().pk}/",
        *(f"/settings/external/{draft.pk}/{part}/" for part in ("columns", "check")),
        f"/settings/tags/{tag.pk}/removal/",
    ]
    public = [
        links.url(links.UNSUBSCRIBE, message.pk),
        links.url(links.PREFERENCES, message.pk),
        links.url(links.CONFIRM, Confirmation.objects.latest("pk").pk),
    ]
    return STAFF + staff, PUBLIC + [address.partition("8000")[2] for address in public]


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
