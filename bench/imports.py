"""An import of many new people while somebody else uses the pages: rows a second, memory, and how long pages take."""

import json
import tempfile
import time
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any

from bench.server import Client, Server, told

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
        number = told(server.home, BEGIN, str(path)).strip()
        person, program, pages = server.person(), server.program(), []
        while (one := _looked(program, number))["state"] == "running":
            pages += [_page(person, "/contacts/"), _page(person, "/contacts/1/")]
            time.sleep(0.2)
        if (one["state"], one["position"]) != ("done", rows):
            raise SystemExit(f"the import ended {one['state']} at row {one['position']}")
        took = datetime.fromisoformat(one["ended_at"]) - datetime.fromisoformat(one["started_at"])
        return Imported(rows, took.total_seconds(), pages)


def _looked(program: Client, number: str) -> dict[str, Any]:
    """How far the import is."""
    return json.loads(program.ask("GET", f"/api/v1/imports/{number}")[1])


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
