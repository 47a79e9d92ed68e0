"""Whom somebody does not see is nowhere: every address of the product, walked by people with a narrow reach.

A contact and a company of somebody else carry one unmistakable word in every text and in all that hangs on them. It may
stand on no page, in no answer to a search, in no part that htmx asks for; what is sent to them changes nothing.
"""

import re
import uuid
from collections.abc import Iterator
from dataclasses import dataclass

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.urls import URLPattern, URLResolver, get_resolver
from pyroaring import BitMap64

from conftest import make_user
from relacja.contacts import actions, consents, copying, fields, rules
from relacja.contacts.actions import document, field, merge, several
from relacja.contacts.models import (
    Candidate,
    Company,
    Contact,
    Document,
    Likeness,
    Merge,
    Position,
    Record,
)
from relacja.contacts.tests.people import make_words
from relacja.events.actions import record
from relacja.imports.models import Import
from relacja.imports.tests.making import make_import, table
from relacja.journeys import actions as journeys
from relacja.journeys.models import Enrolment
from relacja.messaging import actions as messaging
from relacja.messaging.models import Message, Suppression
from relacja.messaging.tests.conftest import queue
from relacja.segments import actions as segments
from relacja.staff import access
from relacja.staff import actions as staff
from relacja.staff.access import PUBLIC
from relacja.staff.models import ChangeSet
from tests.test_access import filled

MARK, PART = "zzyzxq", "zzyz"  # what may stand nowhere, and what one looks for: a page repeats what was looked for
HERS = "Hanna"
HTMX = {"HX-Request": "true"}


@dataclass
class World:
    """Who looks, whom she sees, whom she does not, and everything that hangs on those."""

    olga: object
    mine: Contact
    theirs: Contact
    gone: Contact
    firm: Company
    shared: Company
    ids: dict[str, list[int]]
    key: str


def person(now, name: str, owner, *, company: str = "", **more: str) -> Contact:
    given = {"first_name": name, "last_name": name, "email": f"{name}@{name}.example", **more}
    return actions.create(values=rules.values(given), company=company, owner=owner, by=owner, now=now)


@pytest.fixture(params=["own", "team"])
def world(request, deliver, alice, now, tmp_path) -> World:
    """Olga sees her own customers, or those of her team; Zed, who is in none, takes care of the others."""
    olga, zed = make_user("olga@firma.example", "manager"), make_user("zed@firma.example", "manager")
    staff.make_team(name="Sklep", members=[olga.pk], now=now)
    staff.reach_of_person(olga, request.param, now=now)
    words = {"job_title": MARK, "street": MARK, "city": MARK, "postal_code": MARK}
    mine = person(now, HERS, olga, company="Wspólna")
    theirs = person(now, MARK, zed, company=f"{MARK} sp. z o.o.", **words)
    beside = person(now, f"{MARK}b", zed, company="Wspólna", **words)
    gone, archived, trashed = (person(now, f"{MARK}{letter}", zed, **words) for letter in "cde")
    merge.merge(theirs, gone, taken=[], by=zed, now=now)
    actions.archive(archived, by=zed, now=now)
    actions.discard(trashed, by=zed, now=now)
    theirs.refresh_from_db()
    firm, shared = Company.objects.get(name__startswith=MARK), Company.objects.get(name="Wspólna")
    given = {"website": f"https://{MARK}.example", "street": MARK, "city": MARK, "owner": zed.pk}
    actions.edit_company(firm, values=given, by=zed, now=now)
    firm.refresh_from_db()
    _own_fields(mine, theirs, firm, by=zed, now=now)
    Company.objects.filter(pk=shared.pk).update(parent=firm)
    role = actions.appoint(theirs, shared, role=MARK, by=zed, now=now)
    for one in (theirs, firm):
        document.attach(one, [SimpleUploadedFile(f"{MARK}.txt", MARK.encode())], by=zed, now=now)
    actions.add_note(theirs, text=MARK, by=zed, now=now)
    agreed = make_words(now)
    consents.give(
        theirs, purpose="newsletter", channel="email", text=agreed, address=theirs.email, source=MARK, now=now
    )
    record("Product Viewed", profile_id=theirs.pk, at=now, now=now, channel="web", properties={"name": MARK})
    for one, other in ((mine, theirs), (theirs, beside)):
        first, second = sorted((one, other), key=lambda each: each.pk)
        Candidate.objects.update_or_create(
            first=first,
            second=second,
            defaults={"level": Likeness.SURE, "score": 99, "reasons": [], "found_by": "sweep", "found_at": now},
        )
    messaging.ensure_ready_made(now)
    queue([theirs], now)
    messaging.suppress("email", theirs.email, "blocked", note=MARK, by=zed, now=now)
    journey = journeys.ensure_ready_made(now=now)
    version = journey.versions.latest("number")
    step = next(iter(version.definition["steps"]), {}).get("id", "") if version.definition.get("steps") else ""
    Enrolment.objects.create(
        journey=journey,
        version=version,
        contact=theirs,
        trigger_event_id=uuid.uuid4(),
        entered_at=now,
        due_at=now,
        step=step,
    )
    brought = make_import(table(("E-mail", "Imię"), (f"{MARK}x@firma.example", MARK)), now, by=zed, name=f"{MARK}.csv")
    batch = several.begin(
        "change", BitMap64([theirs.pk]), by=zed, now=now, options={"path": "attributes.uwaga", "value": f"{MARK}!"}
    )
    while several.step(batch, now=now):
        pass
    copying.copy_changed()
    deliver(now)
    segment = segments.create(name="Wszyscy", rule={"all": [{"kind": "stage", "stage": "lead"}]}, now=now)
    segments.recount(segment, now=now)
    deliver(now)
    people, firms = [theirs.pk, beside.pk, gone.pk, archived.pk, trashed.pk], [firm.pk]
    ids = {
        "contacts/": people,
        "contacts/batches/": [batch.pk],
        "companies/": firms,
        "segments/of/": people,
        "segments/draft/": people,
        "segments/": [segment.pk],
        "documents/": list(Document.objects.values_list("pk", flat=True)),
        "duplicates/": list(Candidate.objects.values_list("pk", flat=True)),
        "duplicates/merges/": list(Merge.objects.values_list("pk", flat=True)),
        "imports/": [brought.pk],
        "outbox/": list(Message.objects.values_list("pk", flat=True)),
        "outbox/suppressions/": list(Suppression.objects.values_list("pk", flat=True)),
        "changes/": list(ChangeSet.objects.values_list("pk", flat=True)),
        "position": [role.pk],
    }
    return World(olga, mine, theirs, gone, firm, shared, ids, journey.key)


def _own_fields(mine, theirs, firm, *, by, now) -> None:
    """Fields of one's own hold the word, and those of her own customer point to the others."""
    note = field.make_field(Record.CONTACT, kind="text", label="Uwaga", now=now)
    who = field.make_field(Record.CONTACT, kind="reference", label="Polecający", now=now)
    payer = field.make_field(Record.CONTACT, kind="reference", label="Płatnik", target=Record.COMPANY, now=now)
    fields.forget_remembered()
    assert (note.key, who.key, payer.key) == ("uwaga", "polecajacy", "platnik")
    actions.edit(theirs, values=fields.values({"attributes.uwaga": MARK}), by=by, now=now)
    points = {"attributes.polecajacy": theirs.pk, "attributes.platnik": firm.pk}
    actions.edit(mine, values=fields.values(points), by=by, now=now)


@pytest.fixture
def as_olga(world) -> Client:
    client = Client(raise_request_exception=False)
    client.force_login(world.olga)
    return client


def routes() -> list[str]:
    def walk(resolver, prefix="") -> Iterator[tuple[str, object]]:
        for entry in resolver.url_patterns:
            route = prefix + str(entry.pattern)
            if isinstance(entry, URLResolver):
                yield from walk(entry, route) if not route.startswith("api/") else ()
            elif isinstance(entry, URLPattern):
                yield route, entry.callback

    found = [(route, access.required(view)) for route, view in walk(get_resolver())]
    return sorted({route for route, code in found if code != PUBLIC})


def paths(route: str, world: World) -> list[str]:
    """The route with the numbers of all that hangs on whom she does not see."""
    if "<int:" not in route and "<" in route:
        route = route.replace("<slug:key>", world.key) if route.startswith("journeys/") else route
        return ["/" + filled(route)]
    owner = max((prefix for prefix in world.ids if route.startswith(prefix)), key=len, default="")
    numbers = world.ids.get(owner, [1])
    if route.startswith("journeys/"):
        route, numbers = route.replace("<slug:key>", world.key), [world.theirs.pk]
    if route.startswith("settings/"):
        numbers = [1]
    others = [world.mine.pk, *world.ids["position"]] if owner == "companies/" else [world.mine.pk]
    found = []
    for number in numbers:
        first = re.sub(r"<int:\w+>", str(number), route, count=1)
        for other in others if "<int:" in first else [0]:
            whole = re.sub(r"<int:\w+>", str(other), first)
            for key in ("name", "address", "work", "owner") if "<slug:key>" in whole else ("",):
                found.append("/" + filled(whole.replace("<slug:key>", key)))
    return found


def of_hers(world: World) -> list[str]:
    """Pages of her own customer and company, and what lists and searches answer."""
    mine, shared, (segment,) = world.mine.pk, world.shared.pk, world.ids["segments/"]
    columns = "columns=attributes.polecajacy,attributes.platnik,company,owner,city"
    rule = '{"all":[{"kind":"stage","stage":"lead"}]}'
    lists = ["", "archived=1", "trashed=1", "owner=none", f"q={PART}", "sort=city", f"company={world.firm.pk}"]
    return [
        *(f"/contacts/?{asked}&{columns}" for asked in [*lists, f"rule={rule}", "sort=-name", "sort=owner"]),
        *(
            f"/companies/?{asked}&columns=parent,owner,people"
            for asked in ["", "archived=1", f"q={PART}", "sort=people"]
        ),
        *(f"/contacts/{mine}/{part}" for part in ("", "facts/", "changes/", "consents/", "merge/", f"merge/?q={PART}")),
        *(f"/contacts/{mine}/facts/own-{key}/" for key in ("polecajacy", "platnik")),
        *(f"/contacts/{mine}/cells/attributes.{key}/" for key in ("polecajacy", "platnik")),
        *(
            f"/companies/{shared}/{part}"
            for part in ("", "?parts=1", "facts/", "facts/parent/", "details/", "changes/")
        ),
        *(f"/contacts/suggestions/{of}/?q={PART}" for of in ("contact", "company", "company-name")),
        f"/palette/?q={PART}",
        f"/documents/?q={PART}",
        f"/segments/{segment}/?who={PART}",
        f"/segments/{segment}/?who=%23{world.theirs.pk}",
        f"/journeys/{world.key}/people/?q={PART}",
        f"/outbox/suppressions/?q={PART}",
        f"/settings/assignment/?who={PART}",
        f"/segments/new/?rule={rule}",
        f"/segments/people/?rule={rule}&list=",
        "/duplicates/?decision=merged",
        "/changes/",
        "/changes/?mine=1",
    ]


def test_whom_one_does_not_see_stands_on_no_page(world, as_olga):
    told = []
    for path in [one for route in routes() for one in paths(route, world)] + of_hers(world):
        for headers in ({}, HTMX):
            answer = as_olga.get(path, headers=headers)
            body = b"".join(answer.streaming_content) if answer.streaming else answer.content
            if answer.status_code >= 500 or MARK.encode() in body.lower():
                told.append((path, answer.status_code, bool(headers), _where(body)))
    assert not told, "\n".join(map(str, told))


def _where(body: bytes) -> str:
    text = body.decode(errors="replace")
    place = text.lower().find(MARK)
    return re.sub(r"\s+", " ", text[max(0, place - 160) : place + 40])


def test_their_own_pages_are_not_there(world, as_olga):
    there = []
    for pk in world.ids["contacts/"]:
        there += [
            pk for path in ("", "facts/", "changes/", "consents/") if not _is_gone(as_olga, f"/contacts/{pk}/{path}")
        ]
    for path in ("", "facts/", "changes/", "details/"):
        there += [path] if not _is_gone(as_olga, f"/companies/{world.firm.pk}/{path}") else []
    for kind in ("documents/", "outbox/", "imports/", "duplicates/merges/"):
        there += [(kind, pk) for pk in world.ids[kind] if not _is_gone(as_olga, f"/{kind}{pk}/")]
    there += [pk for pk in [world.theirs.pk] if not _is_gone(as_olga, f"/segments/of/{pk}/")]
    assert there == []


def _is_gone(client: Client, path: str) -> bool:
    return client.get(path).status_code == 404


def test_what_is_sent_to_them_changes_nothing(world, as_olga):
    before = _state(world)
    given = {"ids": [*world.ids["contacts/"], world.firm.pk], "text": "x", "add": "x", "do": "change", "path": "city"}
    given |= {"value": "Hel", "first_name": "X", "last_name": "X", "name": "X", "role": "X", "reason": "x"}
    given |= {"since": "2026-01-01", "stays": world.mine.pk, "because": "x", "person": f"#{world.theirs.pk}"}
    for route in routes():
        if route.startswith(("settings/", "sign-", "profile/", "templates/", "demo/")):
            continue
        for path in paths(route, world):
            answer = as_olga.post(path, given)
            assert answer.status_code < 500, path
            assert MARK not in answer.content.decode(errors="replace").lower(), path
            assert _state(world) == before, path
    as_olga.post(f"/companies/{world.shared.pk}/people/", given)
    as_olga.post("/contacts/trash/", {**given, "all": 1, "list": f"?q={PART}"})

    assert _state(world) == before


def _state(world: World) -> list[object]:
    people = Contact.objects.filter(pk__in=world.ids["contacts/"]).order_by("pk")
    return [
        list(people.values_list("pk", "version", "city", "archived_at", "trashed_at", "owner")),
        list(
            Company.objects.filter(name__startswith=MARK).values_list("pk", "version", "city", "archived_at", "owner")
        ),
        list(Candidate.objects.order_by("pk").values_list("pk", "decision")),
        list(Document.objects.order_by("pk").values_list("pk", "trashed_at")),
        list(Message.objects.order_by("pk").values_list("pk", "state")),
        list(Suppression.objects.order_by("pk").values_list("pk", "lifted_at")),
        list(Import.objects.order_by("pk").values_list("pk", "state")),
        list(Merge.objects.order_by("pk").values_list("pk", "parted_at")),
        list(Position.objects.order_by("pk").values_list("pk", "contact")),
    ]


def test_the_walk_would_find_them(world, as_alice):
    """Whoever sees everybody meets the word everywhere: the walk looks where it stands."""
    places = [
        "/contacts/",
        "/companies/",
        "/documents/",
        "/duplicates/",
        "/outbox/",
        "/outbox/suppressions/",
        "/imports/",
        f"/contacts/{world.theirs.pk}/",
        f"/contacts/{world.mine.pk}/",
        f"/companies/{world.shared.pk}/",
        f"/segments/{world.ids['segments/'][0]}/",
        f"/palette/?q={PART}",
        f"/journeys/{world.key}/people/?q={PART}",
    ]
    assert [path for path in places if MARK not in as_alice.get(path).text.lower()] == []
