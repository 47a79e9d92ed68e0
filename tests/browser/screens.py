"""Every page there is, with something on it: the addresses of what staff see, and of what others see."""

from django.core.files.uploadedfile import SimpleUploadedFile
from django.utils import timezone
from pyroaring import BitMap64

from relacja.assignments.actions import make_rule
from relacja.contacts.actions import document as attaching
from relacja.contacts.actions import field, merge, several
from relacja.contacts.actions import tags as tagging
from relacja.contacts.models import Candidate, Company, Contact, Likeness, Record, SavedView
from relacja.demo import actions as demo
from relacja.events.actions import record
from relacja.external.actions import begin
from relacja.external.matching import By
from relacja.external.models import Connection
from relacja.external.tests.making import make_draft, make_source, work
from relacja.imports.tests.making import checked, make_import, ran, table
from relacja.journeys import actions as journeys
from relacja.journeys.models import Enrolment
from relacja.messaging import actions as messaging
from relacja.messaging import links
from relacja.messaging.models import Confirmation, Message
from relacja.messaging.tests.conftest import make_reader, queue, send_all
from relacja.places.tests.making import make_gazetteer
from relacja.segments import actions as segments
from relacja.segments.models import Segment
from relacja.staff import actions as staffing
from relacja.staff.models import ChangeSet
from relacja.web import actions as web
from relacja.web import sign_ups, tasks
from relacja.web.models import SignUp

STAFF = """
/ /attention/ /palette/ /profile/ /profile/password/ /catalogue/ /intake/
/settings/people/ /settings/teams/ /settings/keys/ /settings/operations/ /settings/sources/ /settings/demo/
/settings/external/ /settings/external/new/ /settings/external/connections/new/postgresql/
/settings/tags/ /settings/taking/ /settings/places/ /settings/assignment/ /settings/assignment/new/
/settings/assignment/people/ /changes/ /changes/?mine=1 /imports/ /duplicates/ /duplicates/companies/ /segments/people/
/contacts/?trashed=1 /quality/shouted_name/correction/
/contacts/ /contacts/?q=a /contacts/?view=archive /contacts/new/ /contacts/views/
/documents/ /companies/ /companies/views/ /companies/?trashed=1 /companies/new/ /segments/companies/
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


def make_screens(alice, deliver) -> tuple[list[str], list[str]]:
    """Demo people, a cart left behind, letters, a sign-up: the addresses of what staff see, and of what others see."""
    now = timezone.now()
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
        f"/journeys/{journey.key}/versions/1/steps/{next(iter(journey.versions.get().definition['steps']))['id']}/",
        f"/journeys/{journey.key}/draft/",
        f"/journeys/{journey.key}/draft/audience/?at=trigger",
        "/segments/people/audience/?aim=email/newsletter",
        f"/journeys/{journey.key}/people/{Enrolment.objects.get(contact=reader).contact_id}/",
        f"/outbox/{message.pk}/",
        f"/settings/sources/{source.pk}/",
        f"/settings/tags/{tag.pk}/",
        *(f"/settings/external/{outside.pk}/{part}" for part in ("", "columns/", "removal/")),
        f"/settings/external/{outside.pk}/refreshes/{outside.refreshes.get().pk}/",
        *(f"/settings/external/{draft.pk}/{part}/" for part in ("columns", "check")),
        *(f"/settings/tags/{tag.pk}/{part}/" for part in ("removal", "merge")),
        *(f"/contacts/{reader.pk}/{part}/" for part in ("changes", "merge", "facts/name", "cells/city")),
        f"/contacts/{reader.pk}/merge/{bought.pk}/",
        *(f"/companies/{company.pk}/{part}/" for part in ("facts", "changes", "cells/city")),
    ]
    staff += _settings(alice, now) + _history(alice, reader, bought, company, now)
    public = [
        links.url(links.UNSUBSCRIBE, message.pk),
        links.url(links.PREFERENCES, message.pk),
        links.url(links.CONFIRM, Confirmation.objects.latest("pk").pk),
    ]
    return STAFF + staff, PUBLIC + [address.partition("8000")[2] for address in public]


def _settings(alice, now) -> list[str]:
    """A team, a field, a rule of assignment, a list of places, a database that does not answer."""
    team = staffing.make_team(name="Sklep w Gdyni", members=[alice.pk], now=now, by=alice)
    own = field.make_field(Record.CONTACT, kind="text", label="Rozmiar", now=now)
    given = {"name": "Z Gdyni", "person": alice.pk, "team": None, "way": ""}
    rule = make_rule(values={**given, "rule": {"kind": "stage", "stage": "lead"}}, now=now, by=alice)
    places = make_gazetteer(now)
    base = Connection.objects.create(name="Magazyn", kind="postgresql", host="127.0.0.1", port=9, created_at=now)
    return [
        f"/settings/teams/{team.pk}/",
        f"/settings/people/{alice.pk}/absence/",
        *(f"/settings/fields/{own.pk}/{part}" for part in ("", "removal/")),
        f"/settings/assignment/{rule.pk}/",
        f"/settings/places/{places.pk}/",
        *(f"/settings/external/connections/{base.pk}/{part}" for part in ("", "tables/")),
    ]


def _history(alice, reader, bought, company, now) -> list[str]:
    """Imports at every stage, work on many, a merge, two who may be one, a change, a view of a list."""
    rows = ("E-mail", "Imię"), ("ola@poczta.example", "Ola"), ("wrong", "Jan")
    one, other = (make_import(table(*rows), now, by=alice) for _number in range(2))
    checked(one, now)
    ran(other, now)
    batch = several.begin("tag", BitMap64([bought.pk]), by=alice, now=now, options={"add": [], "remove": []})
    pair = sorted((reader, bought), key=lambda each: each.pk)
    like = {"level": Likeness.SURE, "score": 99, "reasons": [], "found_by": "sweep", "found_at": now}
    Candidate.objects.create(first=pair[0], second=pair[1], **like)
    stays, goes = Contact.objects.filter(stage="lead", archived_at=None).order_by("pk")[:2]
    made = merge.merge(stays, goes, taken=[], by=alice, now=now)
    view = SavedView.objects.create(of="contact", name="Moje", made_by=alice, made_at=now, changed_at=now)
    return [
        *(f"/imports/{one.pk}/{part}/" for part in ("columns", "check")),
        *(f"/imports/{other.pk}/{part}" for part in ("", "run/", "reversal/", "refused/2/")),
        f"/contacts/batches/{batch.pk}/",
        f"/contacts/merge/?ids={reader.pk}&ids={bought.pk}",
        f"/duplicates/merges/{made.pk}/",
        f"/changes/{ChangeSet.objects.filter(count__gt=0).latest('pk').pk}/",
        f"/views/{view.pk}/",
    ]
