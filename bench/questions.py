"""`python -m bench.questions`: a segment over every contact and event of the base in RELACJA_HOME, as JSON."""

import json
import os
import statistics
import sys
import time

RULE = {
    "all": [
        {"kind": "attribute", "field": "city", "op": "is", "value": "Gdańsk"},
        {"kind": "event", "name": "Order Completed", "op": "at_least", "times": 2, "within": 365, "unit": "days"},
        {"kind": "event", "name": "Product Viewed", "op": "at_least", "times": 1, "within": 90, "unit": "days"},
    ]
}


def main() -> None:
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "relacja.config.settings")
    import django

    django.setup()
    from bench.data import NOW
    from relacja.segments import queries, rules

    rule = rules.read(RULE)
    found, times = 0, []
    for _ in range(15):
        started = time.perf_counter()
        found = queries.count(rule, NOW)
        times.append((time.perf_counter() - started) * 1000)
    times = sorted(times[1:])
    answer = {"found": found, "median": statistics.median(times), "p95": times[int(len(times) * 0.95)]}
    json.dump(answer, sys.stdout)


if __name__ == "__main__":
    main()
