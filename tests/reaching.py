"""A house in which one person sees few customers, and every address with the numbers of those whom she does not see.

A contact and a company of somebody else carry one unmistakable word in every text and in all that hangs on them.
"""

import re
import uuid
from collections.abc import Iterator
from dataclasses import dataclass

from django.core.files.uploadedfile import SimpleUploadedFile
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
    Record,
)
from relacja.contacts.tests.people import make_words
from relacja.events.actions import record
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


def make_world(reach: str, deliver, now) -> World:
    """Olga sees her own customers, or those of her team; Zed, who is in none, takes care of the others."""
    olga, zed = make_user("olga@firma.example", "manager"), make_user("zed@firma.example", "manager")
    staff.make_team(name="Sklep", members=[olga.pk], now=now)
    staff.reach_of_person(olga, reach, now=now)
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
    mine, shared, segment = world.mine.pk, world.shared.pk, world.ids["segments/"][0]
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
