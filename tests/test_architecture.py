"""The floors hold for foreign keys too, and no app reaches into the tables of one above it."""

import tomllib
from pathlib import Path

from django.apps import apps

ROOT = Path(__file__).resolve().parent.parent


def floors() -> dict[str, int]:
    """The floor of each app, as `pyproject.toml` lists them from the top."""
    contract = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["tool"]["importlinter"][
        "contracts"
    ][0]
    layers = contract["layers"]
    return {app.strip(): len(layers) - position for position, layer in enumerate(layers) for app in layer.split("|")}


def test_foreign_keys_only_point_down():
    floor = floors()
    upward = []
    for model in apps.get_models():
        here = model._meta.app_label
        for field in model._meta.get_fields():
            if field.is_relation and field.related_model and not field.auto_created and here in floor:
                there = field.related_model._meta.app_label
                if there in floor and there != here and floor[there] >= floor[here]:
                    upward.append(f"{model.__name__}.{field.name} → {there}")
    assert upward == []


def test_every_app_stands_on_a_floor():
    folders = {path.parent.name for path in (ROOT / "relacja").glob("*/__init__.py")}
    assert folders == set(floors())


def test_nothing_happens_behind_a_save():
    hidden = []
    for path in (ROOT / "relacja").rglob("*.py"):
        text = path.read_text(encoding="utf-8")
        if "tests" not in path.parts and "models.signals" in text:
            hidden.append(path.name)
    assert hidden == []


def test_every_statement_for_the_facts_is_understood(facts):
    """Each SQL file is explained by the store itself, with values of the types it declares."""
    import re

    samples = {
        "String": "UTC", "UInt64": 1, "UInt32": 1, "UInt8": 1, "Int64": 1, "Bool": True, "Float64": 1.0,
        "DateTime64(3)": "2026-01-01 00:00:00.000", "DateTime64(3, 'UTC')": "2026-01-01 00:00:00.000",
        "Date": "2026-01-01",
        "Identifier": "x", "UUID": "00000000-0000-0000-0000-000000000001",
    }  # fmt: skip
    for app, name in facts.statements():
        sql = facts.statement(app, name)
        parameters = {}
        for slot, kind in re.findall(r"\{(\w+):([^}]+)\}", sql):
            inner = re.fullmatch(r"Array\((.+)\)", kind)
            parameters[slot] = [samples[inner[1]]] if inner else samples[kind]
        assert facts.ask(f"EXPLAIN {sql}", parameters), f"{app}/{name}"
