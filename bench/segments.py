"""`python -m bench.segments`: two hundred segments over the base in RELACJA_HOME, asked in this process, as JSON.

Times are seconds of the clock, `work` seconds of processor time of all threads: the second says what the machine had
to do, whoever else uses it.
"""

import json
import os
import random
import resource
import statistics
import sys
import time
from collections.abc import Callable
from dataclasses import asdict, dataclass
from datetime import timedelta
from pathlib import Path
from typing import Any

ROUNDS = 5


@dataclass(frozen=True, slots=True)
class Took:
    """How long several turns took: the middle, the slow one of twenty, and the middle of the work."""

    median: float
    p95: float
    work: float


@dataclass(frozen=True, slots=True)
class Figures:
    """What two hundred segments cost. `by_hand` is how many times a preview takes the time of hand-written SQL."""

    preview: Took
    by_hand: list[float]
    reaction_to_one: Took
    reaction_to_many: Took
    following: Took
    everybody: Took
    megabytes_before: float
    megabytes_peak: float


def main() -> None:
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "relacja.config.settings")
    import django

    django.setup()
    from bench import by_hand
    from bench.audiences import audiences
    from bench.data import NOW
    from relacja.clickhouse import facts
    from relacja.segments import drafts, previews, queries, rules

    asked = [rules.read(one) for one in audiences()]

    def preview(number: int) -> Any:
        return previews.preview(drafts.Draft.of_rule(asked[number]), now=NOW)

    def hand(number: int) -> Any:
        return facts.ask(by_hand.STATEMENTS[number], {"now": NOW.replace(tzinfo=None), "c": "c0"})[0]["found"]

    previews_took = turns([lambda number=number: preview(number) for number in range(40)])  # type: ignore[misc]
    ratios = []
    for number in range(len(by_hand.STATEMENTS)):
        mine, theirs = preview(number).size, hand(number)
        if abs(mine - theirs) > theirs / 33 + 5:
            raise SystemExit(f"audience {number} is {mine:,} people, by hand {theirs:,}")
        pairs = [
            (turns([lambda: preview(number)], 1), turns([lambda: hand(number)], 1))  # noqa: B023
            for _ in range(ROUNDS)
        ]
        ratios.append(statistics.median(a.work for a, _b in pairs) / statistics.median(b.work for _a, b in pairs))
    begin(asked, NOW)
    before = megabytes("VmRSS")
    figures = Figures(
        preview=previews_took,
        by_hand=[round(one, 2) for one in ratios],
        reaction_to_one=turns([react(1)]),
        reaction_to_many=turns([react(200)]),
        following=turns([follow()]),
        everybody=turns([lambda: queries.everybody(asked, NOW)], 1),
        megabytes_before=before,
        megabytes_peak=megabytes("VmHWM"),
    )
    json.dump(asdict(figures), sys.stdout)


def begin(asked: list[Any], now: Any) -> None:
    """The segments are there, with their members; those that were there before are not."""
    from bench.audiences import audiences
    from relacja.jobs.models import Job
    from relacja.segments import actions, queries
    from relacja.segments.models import Segment

    Segment.objects.all().delete()
    for number, (rule, people) in enumerate(zip(audiences(), queries.everybody(asked, now), strict=True)):
        actions.create(name=f"Bench {number}", rule=rule, now=now).settle(people, counted_at=now)
    Job.objects.all().delete()


def react(people: int) -> Callable[[], Any]:
    """Something happened to so many people, scattered over everybody, that concerns every segment."""
    from bench.data import NOW
    from relacja.segments import actions

    chosen = random.Random(people).sample(range(1, 1_000_000), people)
    return lambda: actions.ask_again(chosen, now=NOW)


def follow() -> Callable[[], Any]:
    """Fifteen more seconds have passed, each time it is called."""
    from bench.data import NOW
    from relacja.segments import actions
    from relacja.segments.models import Clock

    at = [NOW]

    def step() -> None:
        Clock.objects.update_or_create(pk=1, defaults={"followed_at": at[0], "lost_at": NOW - timedelta(days=1)})
        at[0] += timedelta(seconds=15)
        actions.follow(now=at[0])

    return step


def turns(questions: list[Callable[[], Any]], rounds: int = ROUNDS) -> Took:
    """Each asked once to warm up unless it is asked only once, and then so many rounds."""
    if rounds > 1:
        for question in questions:
            question()
    took, work = [], []
    for question in questions * rounds:
        started, worked = time.perf_counter(), _work()
        question()
        took.append(time.perf_counter() - started)
        work.append(_work() - worked)
    return Took(statistics.median(took), sorted(took)[int(len(took) * 0.95)], statistics.median(work))


def megabytes(what: str) -> float:
    lines = Path("/proc/self/status").read_text(encoding="ascii").splitlines()
    return int(next(line for line in lines if line.startswith(what)).split()[1]) / 1024


def _work() -> float:
    used = resource.getrusage(resource.RUSAGE_SELF)
    return used.ru_utime + used.ru_stime


if __name__ == "__main__":
    main()
