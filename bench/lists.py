"""Lists that people live in: narrowed by a rule, gone through, lists of companies, and a hundred thousand at once."""

import json
import os
import re
import time
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import quote

from bench.server import Client, Server, told

RULE = {
    "all": [{"kind": "attribute", "field": "city", "op": "is", "value": "Gdynia"}, {"kind": "stage", "stage": "lead"}]
}
COMPANIES = 100_000
CHANGED = int(os.environ.get("BENCH_CHANGED", 100_000))
PAGES = 60
ORDERS = ("name", "-people", "city", "-created")
FILL = """
import django, sys; django.setup()
from django.db import connection
from django.db.models import Max
from django.utils import timezone
from relacja.config import upgrades
from relacja.contacts.models import Company
from relacja.lib.rows import insert_many
upgrades.bring_up_to_date()
count, moment = int(sys.argv[1]), connection.ops.adapt_datetimefield_value(timezone.now())
empty = ("vat_id", "website", "phone", "street", "postal_code")
same = {**dict.fromkeys(empty, ""), "country": "PL", "attributes": "{}", "left": "[]", "version": 1,
        "last_changes": "{}", "created_at": moment, "changed_at": moment}
names = ["id", "name", "name_key", "city", *same]
cities = ["Gdynia", "Sopot", "Gdańsk", "Łódź", "Kraków", ""]
rows = [[n, f"Firma {n * 7919 % count}", f"firma {n * 7919 % count}", cities[n % 6], *same.values()]
        for n in range((Company.objects.aggregate(last=Max("pk"))["last"] or 0) + 1, count + 1)]
insert_many(Company, names, rows)
with connection.cursor() as cursor:
    cursor.execute("UPDATE contacts_contact SET company_id = 1 + id * 31 %% %s", [count])
    cursor.execute("ANALYZE")
"""
BEGIN = """
import django, sys; django.setup()
from django.utils import timezone
from relacja.contacts import listing, tasks
from relacja.contacts.actions import several
from relacja.jobs.work import later
from relacja.staff.models import User
everybody = listing.everybody(listing.Filters())[: int(sys.argv[1])]
batch = several.begin(
    "change", everybody, by=User.objects.earliest("pk"), now=timezone.now(),
    options={"path": "city", "value": "Hel"},
)
later(tasks.do_batch, batch_id=batch.pk)
print(batch.pk)
"""
LOOK = """
import django, json, sys; django.setup()
from relacja.contacts.models import Batch
from relacja.staff import changes
batch = Batch.objects.select_related("changes").get(pk=sys.argv[1])
undoing = getattr(batch.changes, "undoing", None)
print(json.dumps([batch.state, batch.changed, undoing.count if undoing and not changes.is_going_on(undoing) else -1]))
"""
UNDO = """
import django, sys; django.setup()
from relacja.contacts.models import Batch
from relacja.jobs.work import later
from relacja.staff import tasks
batch = Batch.objects.get(pk=sys.argv[1])
later(tasks.undo, change_set_id=batch.changes_id, by_id=batch.by_id)
"""


@dataclass(frozen=True, slots=True)
class Changed:
    """What changing many people at once came to: how many, the seconds there and back, and pages opened meanwhile."""

    people: int
    there: float
    back: float
    pages: list[float]


def ruled(person: Client) -> list[float]:
    """Milliseconds of pages of a list that a rule narrows, one after another."""
    return _onwards(person, f"/contacts/?rule={quote(json.dumps(RULE))}&sort=name")


def walked(person: Client) -> list[float]:
    """Milliseconds of contact pages, gone through along a list that a rule narrows."""
    way, found = quote(f"rule={quote(json.dumps(RULE))}&sort=name"), []
    answer = _asked(person, f"/contacts/?rule={quote(json.dumps(RULE))}&sort=name")[0]
    path = f"/contacts/{re.search(r'id=.contact-([0-9]+)', answer)[1]}/?list={way}"  # type: ignore[index]
    for _step in range(PAGES):
        answer, took = _asked(person, path)
        found.append(took)
        path = re.search(r'rel="next" data-press="j" href="([^"]+)"', answer)[1].replace("&amp;", "&")  # type: ignore[index]
    return found


def filled(home: Path) -> None:
    """Companies for everybody, in a base on which no server runs; an older base is brought up to date."""
    told(home, FILL, str(COMPANIES))


def companies(person: Client) -> list[float]:
    """Milliseconds of the list of companies in several orders, and narrowed by what people typed."""
    rule = quote(json.dumps({"all": [{"kind": "attribute", "field": "people", "op": "greater", "value": 1}]}))
    paths = [
        *(f"/companies/?sort={order}" for order in ORDERS),
        f"/companies/?rule={rule}",
        "/companies/?q=77",
        "/companies/?q=zzz",
    ]
    found = []
    for path in paths:
        _asked(person, path)
        found += [_asked(person, path)[1] for _time in range(15)]
    return found


def changed(server: Server) -> Changed:
    """Give everybody another city, and take that back, opening the list again and again meanwhile."""
    number = told(server.home, BEGIN, str(CHANGED)).strip()
    pages: list[float] = []
    there, (_state, people, _back) = _until(server, number, pages, lambda seen: seen[0] != "running")
    told(server.home, UNDO, number)
    back, _seen = _until(server, number, pages, lambda seen: seen[2] >= 0)
    return Changed(people, there, back, pages)


def _until(server: Server, number: str, pages: list[float], done) -> tuple[float, list]:  # type: ignore[no-untyped-def, type-arg]
    started, person = time.perf_counter(), server.person()
    while True:
        pages.append(_asked(person, "/contacts/?view=all")[1])
        time.sleep(0.5)
        if len(pages) % 4 == 0 and done(seen := json.loads(told(server.home, LOOK, number))):
            return time.perf_counter() - started, seen


def _onwards(person: Client, path: str) -> list[float]:
    found = []
    for _page in range(PAGES):
        answer, took = _asked(person, path)
        found.append(took)
        onwards = re.search(r'rel="next" href="(\?[^"]+)"', answer)
        path = f"/contacts/{onwards[1].replace('&amp;', '&')}" if onwards else path
    return found


def _asked(person: Client, path: str) -> tuple[str, float]:
    status, body, milliseconds = person.ask("GET", path)
    if status != 200:
        raise SystemExit(f"{path} answered {status}")
    return body.decode(), milliseconds
