"""The whole suite: on SQLite, then on PostgreSQL where one was started; one summary line at the end."""

import os
import re
import subprocess
import sys

PARTS = [
    ("records on SQLite", {}, ["-n", "2", "-m", "not slow and not browser"]),
    ("whole processes and browsers", {}, ["-m", "slow or browser"]),
]
ON_POSTGRESQL = ("records on PostgreSQL", ["-n", "2", "-m", "not slow and not browser"])
WORDS = ("passed", "failed", "skipped", "error", "errors")


def main(arguments: list[str]) -> int:
    parts = list(PARTS)
    if url := os.environ.get("TEST_DATABASE_URL"):
        redis = os.environ.get("TEST_REDIS_URL", "")
        parts.insert(1, (ON_POSTGRESQL[0], {"DATABASE_URL": url, "REDIS_URL": redis}, ON_POSTGRESQL[1]))
    totals = dict.fromkeys(WORDS, 0)
    worst = 0
    for name, environment, options in parts:
        print(f"\n=== {name} ===", flush=True)
        code, counts = run([*options, *arguments], environment)
        for word, count in counts.items():
            totals[word] += count
        worst = max(worst, code)
    failed = totals["failed"] + totals["error"] + totals["errors"]
    print(f"\n{totals['passed']} passed, {failed} failed, {totals['skipped']} skipped")
    return worst


def run(options: list[str], environment: dict[str, str]) -> tuple[int, dict[str, int]]:
    """Run pytest, show what it says, and read its summary line."""
    process = subprocess.Popen(
        [sys.executable, "-m", "pytest", "-rs", *options],
        env={**os.environ, **environment},
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
    )
    last = ""
    assert process.stdout is not None
    for line in process.stdout:
        print(line, end="", flush=True)
        if re.search(r"\d+ (passed|failed|error|skipped)", line):
            last = line
    counts = {word: int(number) for number, word in re.findall(r"(\d+) (passed|failed|skipped|errors?)", last)}
    return process.wait(), counts


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
