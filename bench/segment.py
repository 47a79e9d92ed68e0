"""Segments over a filled base: a question about everybody, and the same question for a few who were touched.

`python -m bench.segment` fills a base of its own below a temporary folder, or uses the filled one in RELACJA_HOME.
"""

import os
import random
import statistics
import time
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from bench.data import NOW

CITY = {"kind": "attribute", "field": "city", "op": "is", "value": "Warszawa"}
VIEWED = {"kind": "event", "name": "Product Viewed", "op": "at_least", "times": 3, "within": 30, "unit": "days"}
ORDERED = {"kind": "event", "name": "Order Completed", "op": "at_least", "times": 1, "within": 90, "unit": "days"}
ADDED = {"kind": "event", "name": "Product Added", "op": "at_least", "times": 1}
NAMES = "Page Viewed,Product Viewed,Product Added,Email Opened,Email Link Clicked,Order Completed,Signed In".split(",")

RAW = """
SELECT count() FROM contact WHERE is_deleted = 0 AND city = 'Warszawa'
AND id IN (SELECT profile_id FROM event WHERE name = 'Product Viewed' AND at >= {viewed:DateTime64(3)}
           GROUP BY profile_id HAVING count() >= 3)
AND id NOT IN (SELECT profile_id FROM event WHERE name = 'Order Completed' AND at >= {ordered:DateTime64(3)})
"""


@dataclass(frozen=True, slots=True)
class Figure:
    """One line of the table: seconds, the median of several rounds; `found` is what was counted, as a check."""

    name: str
    seconds: float
    found: int
    aim: float | None = None


def measure(*, rounds: int = 5) -> list[Figure]:
    """The figures of the store of facts that is open in this process."""
    from relacja.segments import queries, ready_made, rules

    one = rules.read({"all": [CITY, VIEWED, {"not": {"any": [ORDERED]}}]})
    wide = rules.read({"all": [CITY, {**VIEWED, "within": 90}, ADDED]})
    cart = rules.read(ready_made.abandoned_carts(60))
    found = [
        _timed("Segment: an attribute and two event conditions", lambda: queries.count(one, NOW), rounds, aim=0.5),
        _timed("The same in raw ClickHouse, duplicates and aliases ignored", _raw, rounds),
        _timed("Segment: one of its conditions over the whole history", lambda: queries.count(wide, NOW), rounds),
        _timed("Segment: abandoned carts", lambda: queries.count(cart, NOW), rounds),
        _timed("Segment: everybody in it, as ids", lambda: len(queries.ids(one, NOW)), rounds),
    ]
    people = _contacts()
    return found + [_touched(random.Random(number).sample(people, number), rounds) for number in (1, 100)]


def _touched(chosen: list[int], rounds: int) -> Figure:
    from relacja.segments import queries, rules

    asked = [rules.read(_made_up(random.Random(number))) for number in range(200)]
    name = f"200 segments asked again for {len(chosen)} touched"
    return _timed(name, lambda: sum(map(len, queries.holding(asked, chosen, NOW))), rounds, aim=2)


def _timed(name: str, question: Callable[[], int], rounds: int, aim: float | None = None) -> Figure:
    answer = question()
    seconds = []
    for _round in range(rounds):
        started = time.perf_counter()
        question()
        seconds.append(time.perf_counter() - started)
    return Figure(name, statistics.median(seconds), answer, aim)


def _raw() -> int:
    from datetime import timedelta

    from relacja.clickhouse import facts

    since = {"viewed": NOW - timedelta(days=30), "ordered": NOW - timedelta(days=90)}
    return int(facts.ask(RAW, since)[0]["count()"])


def _contacts() -> list[int]:
    from relacja.clickhouse import facts

    return list(facts.ask("SELECT groupArray(id) AS ids FROM contact WHERE is_deleted = 0")[0]["ids"])


def _made_up(dice: random.Random) -> dict[str, Any]:
    did = {"kind": "event", "name": dice.choice(NAMES), "op": "at_least", "times": dice.randint(1, 5)}
    not_did = {"kind": "event", "name": dice.choice(NAMES), "op": "at_least", "times": 1}
    windows = [{"within": days, "unit": "days"} for days in (7, 30, 90)]
    return {"all": [CITY, did | dice.choice(windows), {"not": {"any": [not_did | dice.choice(windows)]}}]}


def main() -> None:
    """Fill a base if none is named, and print the table."""
    import tempfile
    from pathlib import Path

    own = "RELACJA_HOME" not in os.environ
    home = Path(os.environ.setdefault("RELACJA_HOME", tempfile.mkdtemp(prefix="relacja-bench-")))
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "relacja.config.settings")
    import django

    django.setup()
    if own:
        from django.core.management import call_command

        from bench.data import fill

        call_command("migrate", verbosity=0)
        fill(home / "records.sqlite3", contacts=1_000_000, events=20_000_000)
    for figure in measure():
        aim = f"{figure.aim:.1f} s" if figure.aim else ""
        print(f"{figure.name:62} {figure.seconds * 1000:8.0f} ms {aim:>6}  {figure.found:,}")


if __name__ == "__main__":
    main()
