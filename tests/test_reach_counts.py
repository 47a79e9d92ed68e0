"""How many there are whom somebody does not see is nowhere either: a crowd of others, and its number on no page."""

import html
import itertools
import re
import uuid
from datetime import timedelta

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.utils import timezone

from relacja.contacts import copying
from relacja.contacts.actions import document
from relacja.contacts.actions import tags as tagging
from relacja.contacts.models import Batch, Candidate, Contact, Document, Likeness, Position, SavedView
from relacja.events import actions as events
from relacja.events.event import Event
from relacja.external.tests.making import make_source
from relacja.imports.models import Import
from relacja.journeys.models import Enrolment, Journey, Trace
from relacja.messaging.models import Cause, Message, Suppression
from relacja.segments import actions as segments
from relacja.segments.models import Segment, SegmentSize
from relacja.staff.models import Change, ChangeSet, User
from tests.reaching import HTMX, World, make_world, of_hers, paths, routes

MANY = 931  # with whoever else there is in a house of tests a little more
NUMBER = re.compile(r"(?<![\d.,:#/])9[34]\d(?![\d:])")
CUSTOMERS = '{"all":[{"kind":"stage","stage":"customer"}]}'


@pytest.fixture
def world(deliver, now) -> World:
    """The house with a crowd of people of somebody else, of whom there is one of everything."""
    found = make_world("own", deliver, now)
    zed = User.objects.get(email="zed@firma.example")
    tag = tagging.make_tag("Tłum", colour="amber", now=now)
    people = _people(zed, found, tag.key, now)
    _sent(people, now)
    _inside(people, now)
    _kept(people, zed, found, now)
    copying.copy_changed()
    everybody = Segment.objects.get()
    crowd = segments.create(name="Tłum", rule={"kind": "tag", "op": "has", "tag": tag.key}, now=now)
    for one in (everybody, crowd):
        segments.recount(one, now=now)
    days = [timezone.localdate(now) - timedelta(days=number) for number in range(1, 40)]
    SegmentSize.objects.bulk_create(
        [SegmentSize(segment=one, day=day, size=MANY) for one in (everybody, crowd) for day in days]
    )
    found.ids["segments/"] = [everybody.pk, crowd.pk]
    happened = [
        ("Product Viewed", {}),
        ("Segment Entered", {"segment_id": crowd.pk}),
        ("Order Completed", {"total": 9}),
    ]
    events.append_many([[_event(one, name, now, said) for one in people] for name, said in happened])
    deliver(now)
    segments.set_scale(now=now)
    change = ChangeSet.objects.create(label="contacts.edited", count=MANY, by=zed, source="staff", at=now)
    fields = {"kind": "contact", "before": {"city": ""}, "after": {"city": "Hel"}}
    Change.objects.bulk_create([Change(change_set=change, record_id=one.pk, **fields) for one in people])
    found.ids["changes/"].append(change.pk)
    return found


def _people(zed: User, found: World, tag: str, now) -> list[Contact]:
    """The crowd, all of whom work at the company that Olga sees as well."""
    given = {"country": "PL", "city": "Hel", "company": found.shared, "owner": zed, "source": "tłum"}
    return Contact.objects.bulk_create(
        [
            Contact(
                first_name=f"Osoba {letters}",
                email=f"osoba-{letters}@tlum.example",
                name_key=f"osoba {letters}",
                attributes={"tags": [tag]},
                created_at=now,
                changed_at=now,
                **given,
            )
            for letters in map(_letters, range(MANY))
        ]
    )


def _letters(number: int) -> str:
    """A name without digits."""
    return "".join(chr(ord("a") + number // place % 26) for place in (676, 26, 1))


def _event(person: Contact, name: str, at, properties) -> Event:
    return Event.of(
        id=uuid.uuid4(), name=name, at=at, received_at=at, profile_id=person.pk, properties=properties, channel="web"
    )


def _sent(people: list[Contact], now) -> None:
    """Messages that wait, addresses that nobody may write to."""
    told = {"what": "tłum", "kind": "transactional", "channel": "email", "queued_at": now, "not_before": now}
    Message.objects.bulk_create(
        [Message(contact=one, occurrence="x", language="pl", to=one.email, **told) for one in people]
    )
    Suppression.objects.bulk_create(
        [
            Suppression(channel="email", address_key=f"{one.pk:064}", address=one.email, cause=Cause.BLOCKED, at=now)
            for one in people
        ]
    )


def _inside(people: list[Contact], now) -> None:
    """All are inside of the journey, where a message was put off for each."""
    journey = Journey.objects.get()
    version = journey.versions.latest("number")
    step = Enrolment.objects.get().step
    entries = Enrolment.objects.bulk_create(
        [
            Enrolment(
                journey=journey,
                version=version,
                contact=one,
                trigger_event_id=uuid.uuid4(),
                entered_at=now,
                due_at=now,
                step=step,
            )
            for one in people
        ]
    )
    passed = (("queued", True), ("refused", False))
    Trace.objects.bulk_create(
        [
            Trace(enrolment=one, version=version, step=step, outcome=outcome, at=now, passed=is_passed)
            for one in entries
            for outcome, is_passed in passed
        ]
    )


def _kept(people: list[Contact], zed: User, found: World, now) -> None:
    """Files, pairs that may be one person, roles, an import, work on many, a view, a table from outside."""
    like = {"level": Likeness.SURE, "score": 99, "reasons": [], "found_by": "sweep", "found_at": now}
    pairs = itertools.pairwise(people)
    Candidate.objects.bulk_create([Candidate(first=one, second=other, **like) for one, other in pairs])
    document.attach(people[0], [SimpleUploadedFile("t.txt", b"t")], by=zed, now=now)
    first = Document.objects.latest("pk")
    same = {name: getattr(first, name) for name in ("name", "name_key", "digest", "size", "media_type", "added_at")}
    Document.objects.bulk_create([Document(contact=one, **same) for one in people[1:]])
    Position.objects.bulk_create([Position(contact=one, company=found.firm, role="x", since=now) for one in people])
    Import.objects.update(total=MANY, created=MANY, state="done")
    Batch.objects.update(total=MANY, position=MANY, changed=MANY)
    SavedView.objects.create(
        of="contact", name="Tłum", made_by=zed, is_shared=True, made_at=now, changed_at=now, state={"rule": CUSTOMERS}
    )
    source = make_source("email,tier\nosoba-aaa@tlum.example,x\n", now=now, kinds={"tier": "text"})
    type(source).objects.update(people=MANY)
    source.refreshes.update(people=MANY, rows=MANY, changed=MANY)
    found.ids["settings/external/"] = [source.pk]


def numbers(body: bytes) -> list[str]:
    """Numbers of the crowd in the words of a page, with what stands before them; of addresses and code nothing."""
    text = body.decode(errors="replace")
    words = re.sub(r"<(style|script)\b.*?</\1>|<svg\b.*?</svg>", " ", text, flags=re.DOTALL)
    spoken = re.findall(r'(?:title|aria-label|placeholder|data-said)="([^"]*)"', words)
    plain = html.unescape(re.sub(r"<[^>]*>", " ", words)) + " ".join(map(html.unescape, spoken))
    plain = re.sub(r"\s+", " ", plain)
    return [plain[max(0, one.start() - 60) : one.end() + 20] for one in NUMBER.finditer(plain)]


def asked(world: World) -> list[tuple[str, dict]]:
    """What pages ask for by a form, with nobody left out."""
    draft = {"0:mode": "all", "0.0:kind": "stage", "0.0:stage": "customer"}
    keys = list(Segment.objects.values_list("key", flat=True))
    audience = {"audience-for": "assignment", "audience-segments": keys, "audience-match": "any"}
    everybody = {"all": "1", "list": ""}
    return [
        ("/segments/draft/", draft),
        ("/segments/draft/", {**draft, "list": ""}),
        ("/segments/audience/", audience),
        ("/segments/audience/", {**audience, "audience-contacts": "nobody"}),
        ("/settings/assignment/new/", {**audience, "audience-do": "look"}),
        *((f"/contacts/{place}/", everybody) for place in ("export", "change", "tags", "owner", "merge")),
    ]


def walk(client: Client, world: World) -> list[tuple]:
    found = []
    every = [(path, None) for route in routes() for path in paths(route, world)]
    every += [(path, None) for path in of_hers(world)] + asked(world)
    every += [("/segments/?sort=-size", None), ("/segments/?view=archive", None), ("/companies/?sort=-people", None)]
    for path, sent in every:
        for headers in ({}, HTMX):
            answer = client.get(path, headers=headers) if sent is None else client.post(path, sent, headers=headers)
            body = b"".join(answer.streaming_content) if answer.streaming else answer.content
            assert answer.status_code < 500, path
            found += [(path, bool(headers), words) for words in numbers(body)]
    return found


def counted(client: Client, path: str, sent: dict | None = None) -> list[str]:
    return numbers((client.get(path) if sent is None else client.post(path, sent)).content)


def test_a_crowd_is_counted_for_whoever_sees_it_and_on_no_page_of_others(world, as_alice):
    as_olga = Client(raise_request_exception=False)
    as_olga.force_login(world.olga)
    crowd, key = world.ids["segments/"][1], world.key
    places = ["/", "/contacts/", "/companies/", "/segments/", f"/segments/{crowd}/size/", "/segments/buyers/"]
    places += [f"/segments/{crowd}/{look}/" for look in ("overlap", "profile", "rule")]
    places += ["/journeys/", f"/journeys/{key}/", "/outbox/", "/duplicates/", "/quality/", "/imports/", "/changes/"]
    places += ["/settings/tags/", "/settings/external/", f"/companies/{world.shared.pk}/"]

    told = walk(as_olga, world)

    assert [place for place in places if not counted(as_alice, place)] == []
    assert [place for place, sent in asked(world)[:2] if not counted(as_alice, place, sent)] == []
    assert not told, "\n".join(map(str, told))
