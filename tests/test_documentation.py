"""What is declared is documented: every event, condition and channel has its heading."""

from pathlib import Path

import pytest

from relacja.events import vocabulary
from relacja.messaging import channels
from relacja.segments import rules

REFERENCE = Path(__file__).resolve().parent.parent / "docs" / "reference"


def headings(file: str) -> set[str]:
    text = (REFERENCE / file).read_text(encoding="utf-8")
    return {line.removeprefix("## ") for line in text.splitlines() if line.startswith("## ")}


@pytest.mark.parametrize(
    ("file", "declared"),
    [
        ("events.md", lambda: {name.name for name in vocabulary.names()}),
        ("segment-rules.md", lambda: set(rules.kinds())),
        ("channels.md", lambda: set(channels.kinds())),
    ],
)
def test_everything_declared_has_its_heading(file, declared):
    assert headings(file) == declared(), "run: python ops/reference.py"
