"""What is declared is documented: every event, condition, channel and setting has its heading."""

import ast
from pathlib import Path

import pytest

from relacja.events import vocabulary
from relacja.lib import env
from relacja.messaging import channels
from relacja.segments import rules

ROOT = Path(__file__).resolve().parent.parent
REFERENCE = ROOT / "docs" / "reference"
READERS = {"text", "flag", "number", "url", "address", "zone", "hours", "one_of", "secret"}
# The terminal's own, and what a program tells those it starts.
NOT_OURS = {"LC_ALL", "LC_MESSAGES", "LANG", "DJANGO_SETTINGS_MODULE"}


def headings(file: str) -> set[str]:
    text = (REFERENCE / file).read_text(encoding="utf-8")
    return {line.removeprefix("## ") for line in text.splitlines() if line.startswith("## ")}


@pytest.mark.parametrize(
    ("file", "declared"),
    [
        ("events.md", lambda: {name.name for name in vocabulary.names()}),
        ("segment-rules.md", lambda: set(rules.kinds())),
        ("channels.md", lambda: set(channels.kinds())),
        ("settings.md", lambda: {setting.name for setting in env.settings()}),
    ],
)
def test_everything_declared_has_its_heading(file, declared):
    assert headings(file) == declared(), "run: python ops/reference.py"


def asked_of_the_environment(source: str) -> set[str]:
    """The names that a file asks of the environment, through `env` or past it."""
    names = set()
    for node in ast.walk(ast.parse(source)):
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute) and node.args:
            called, first = ast.unparse(node.func), node.args[0]
            is_reader = called.startswith("env.") and node.func.attr in READERS
            if (is_reader or called in {"os.environ.get", "os.getenv"}) and isinstance(first, ast.Constant):
                names.add(first.value)
        elif isinstance(node, ast.Subscript) and ast.unparse(node.value) == "os.environ":
            names.update([node.slice.value] if isinstance(node.slice, ast.Constant) else [])
        elif isinstance(node, ast.keyword) and node.arg == "envvar" and isinstance(node.value, ast.Constant):
            names.add(node.value.value)
    return names


def test_everything_asked_of_the_environment_is_a_documented_setting():
    files = [file for file in (ROOT / "relacja").rglob("*.py") if "tests" not in file.parts]
    asked = set().union(*(asked_of_the_environment(file.read_text(encoding="utf-8")) for file in files))

    assert {"DATABASE_URL", "DEMO", "SECRET_KEY"} <= asked
    assert asked - NOT_OURS == headings("settings.md")


def test_every_setting_says_its_kind_what_holds_without_it_and_what_it_means():
    text = (REFERENCE / "settings.md").read_text(encoding="utf-8")
    for entry in text.split("\n## ")[1:]:
        name, _empty, about, *_rest = entry.splitlines()
        assert len(about) > 20, name
        assert "\n- Kind: " in entry, name
        assert "\n- Without it: " in entry, name
