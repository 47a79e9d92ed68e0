"""An import whose process is killed again and again handles every row once, and all of it can be taken back."""

import random
import sqlite3
import time
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

import pytest

from tests.processes import Installation, until

pytestmark = pytest.mark.slow
ROWS, KILLS = 100_000, 20
BEGIN = """
from django.utils import timezone
from relacja.imports import actions, queries, tasks
from relacja.imports.models import Import
from relacja.jobs.work import later
now = timezone.now()
with open({path!r}, "rb") as file:
    one = actions.receive(file=file, name="mixed.csv", size=1, by=None, now=now)
columns = [{{**column, "policy": "overwrite"}} for column in one.columns]
actions.choose(one, columns=columns, options=queries.options_of(one), now=now)
actions.start_check(one)
one.refresh_from_db()
actions.check(one, now=now)
one.refresh_from_db()
actions.start(one, now=now)
later(tasks.run, import_id=one.pk)
print(json.dumps(one.forecast))
"""
TAKE_BACK = """
from relacja.imports import actions, tasks
from relacja.imports.models import Import
from relacja.jobs.work import later
one = Import.objects.latest("pk")
actions.start_undo(one)
later(tasks.undo, import_id=one.pk)
print("null")
"""
DIGEST = """
from relacja.imports.tests.making import digest
print(json.dumps(digest()))
"""


@pytest.fixture
def installation(tmp_path: Path) -> Iterator[Installation]:
    with Installation(tmp_path / "home") as installation:
        yield installation


def test_an_import_killed_at_twenty_random_rows_is_whole_and_taken_back_whole(installation, tmp_path):
    dice = random.Random(11)
    installation.command("migrate")
    known = table(tmp_path / "known.csv", (f"osoba{n};Kraków" for n in range(0, 20_000, 2)))
    installation.told("import", str(known), "--run")
    before = installation.ask(DIGEST)
    mixed = table(tmp_path / "mixed.csv", (line(dice) for _ in range(ROWS)))
    forecast = installation.ask(BEGIN.format(path=str(mixed)))

    marks = sorted(dice.sample(range(2_000, ROWS - 2_000), KILLS))
    for mark in marks:
        server = installation.serve()
        until(lambda mark=mark: position(installation) >= mark, seconds=120, what=f"row {mark}", pause=0.02)
        server.kill()
    server = installation.serve()
    until(lambda: state(installation) == "done", seconds=180, what="the import is done")

    names = ("created", "updated", "unchanged", "refused")
    [counts] = records(installation, f"SELECT {', '.join(names)} FROM imports_import ORDER BY id DESC LIMIT 1")
    assert dict(zip(names, counts, strict=True)) == {name: forecast[name] for name in names}
    assert sum(counts) == ROWS
    assert all(counts)
    blocks = records(installation, "SELECT place, count FROM imports_block WHERE of_id = 2 ORDER BY place")
    assert [place for place, _count in blocks] == list(range(0, ROWS, 1_000))
    assert records(installation, "SELECT count(*) FROM contacts_contact") == [(10_000 + forecast["created"],)]

    installation.ask(TAKE_BACK)
    for _ in range(3):
        time.sleep(dice.uniform(1, 4))
        server.kill()
        server = installation.serve()
    until(lambda: state(installation) == "undone", seconds=300, what="the import is taken back")
    server.end()

    assert installation.ask(DIGEST) == before


def table(path: Path, lines: Iterator[str]) -> Path:
    """A file of people: who they are, and where they live."""
    with path.open("w", encoding="utf-8") as file:
        file.write("Nazwisko;Miasto;E-mail;Telefon\n")
        for text in lines:
            who, city = text.split(";")[:2]
            file.write(f"{who};{city};{'zły' if text.endswith('!') else who + '@x.example'};\n")
    return path


def line(dice: random.Random) -> str:
    """Somebody new or known, told before or not, or nobody at all."""
    bad = "!" if dice.random() < 0.01 else ""
    return f"osoba{dice.randrange(ROWS)};{dice.choice(['Sopot', 'Hel', 'Kraków'])};{bad}"


def position(installation: Installation) -> int:
    return records(installation, "SELECT position FROM imports_import ORDER BY id DESC LIMIT 1")[0][0]


def state(installation: Installation) -> str:
    return records(installation, "SELECT state FROM imports_import ORDER BY id DESC LIMIT 1")[0][0]


def records(installation: Installation, question: str) -> list[tuple]:
    path = installation.home / "records.sqlite3"
    with closing(sqlite3.connect(f"file:{path}?mode=ro", uri=True, timeout=20)) as connection:
        return connection.execute(question).fetchall()
