"""An import of many new people while somebody else uses the pages: rows a second, memory, and how long pages take."""

import json
import os
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from bench.server import Client, Server

ROOT = Path(__file__).resolve().parent.parent
BEGIN = """
import django, sys; django.setup()
from django.utils import timezone
from relacja.imports import actions, queries, tasks
from relacja.jobs.work import later
now, path = timezone.now(), sys.argv[1]
with open(path, "rb") as file:
    one = actions.receive(file=file, name="bench.csv", size=1, by=None, now=now)
actions.choose(one, columns=one.columns, options=queries.options_of(one), now=now)
actions.start_check(one)
one.refresh_from_db()
actions.check(one, now=now)
one.refresh_from_db()
actions.start(one, now=now)
later(tasks.run, import_id=one.pk)
print(one.pk)
"""
LOOK = """
import django, json, sys; django.setup()
from relacja.imports.models import Import
one = Import.objects.get(pk=sys.argv[1])
print(json.dumps([one.state, one.position, (one.ended_at - one.started_at).total_seconds() if one.ended_at else 0]))
"""


@dataclass(frozen=True, slots=True)
class Imported:
    """What importing came to. `pages` are milliseconds of pages opened meanwhile."""

    rows: int
    seconds: float
    pages: list[float]

    @property
    def rate(self) -> float:
        return self.rows / self.seconds


def imported(server: Server, rows: int) -> Imported:
    """Import that many new people, opening the list and a contact again and again meanwhile."""
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "people.csv"
        with path.open("w", encoding="utf-8") as file:
            file.writelines(_lines(rows))
        number = _told(server, BEGIN, str(path)).strip()
        started, pages = time.perf_counter(), []
        person = server.person()
        while True:
            pages += [_page(person, "/contacts/"), _page(person, "/contacts/1/")]
            time.sleep(0.2)
            if len(pages) % 20 == 0 and json.loads(_told(server, LOOK, number))[0] not in {"running"}:
                break
        state, position, _seconds = json.loads(_told(server, LOOK, number))
        if (state, position) != ("done", rows):
            raise SystemExit(f"the import ended {state} at row {position}")
        return Imported(rows, time.perf_counter() - started, pages)


def _lines(rows: int) -> Iterator[str]:
    yield "Imię;Nazwisko;E-mail;Telefon;Ulica;Kod pocztowy;Miasto;Firma\n"
    run = int(time.time())
    for n in range(rows):
        company = f"Firma {n % 3_000}" if n % 3 == 0 else ""
        yield (
            f"IMIĘ{n % 400};NAZWISKO{n % 5_000};n{n}.{run}@poczta{n % 50}.example;{500_000_000 + n};"
            f"ul. Długa {n % 200};{10_000 + n % 90_000};GDAŃSK;{company}\n"
        )


def _page(person: Client, path: str) -> float:
    status, _body, milliseconds = person.ask("GET", path)
    if status != 200:
        raise SystemExit(f"{path} answered {status}")
    return milliseconds


def _told(server: Server, script: str, *arguments: str) -> str:
    environment = {
        **os.environ,
        "RELACJA_HOME": str(server.home),
        "DJANGO_SETTINGS_MODULE": "relacja.config.settings",
    }
    done = subprocess.run(
        [sys.executable, "-c", script, *arguments],
        check=True,
        cwd=ROOT,
        env=environment,
        capture_output=True,
        text=True,
    )
    return done.stdout
