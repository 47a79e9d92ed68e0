"""What named one segment names an audience: the same people, written as every other audience."""

from typing import Any

from django.apps.registry import Apps
from django.db import migrations
from django.db.backends.base.schema import BaseDatabaseSchemaEditor


def write_audiences(apps: Apps, schema_editor: BaseDatabaseSchemaEditor) -> None:
    for model, field in (("Journey", "draft"), ("JourneyVersion", "definition")):
        for one in apps.get_model("journeys", model).objects.all():
            before = getattr(one, field)
            setattr(one, field, written(before))
            if getattr(one, field) != before:
                one.save(update_fields=[field])


def written(data: Any) -> Any:
    """The definition with an audience wherever an event or a condition named a segment."""
    if isinstance(data, list):
        return [written(one) for one in data]
    if not isinstance(data, dict):
        return data
    found = {name: value if name == "rule" else written(value) for name, value in data.items()}
    if data.get("kind") == "condition" and "segment" in data:
        key = found.pop("segment")
        return {**found, "rule": _of(key)} if key and not data.get("rule") else found
    if "event" in data and "segment" in data:
        key = found.pop("segment")
        return {**found, "audience": _of(key)} if key else found
    return found


def _of(key: str) -> dict[str, Any]:
    return {"all": [{"kind": "segment", "op": "in", "segment": key}]}


class Migration(migrations.Migration):
    dependencies = [("journeys", "0002_trouble")]
    operations = [migrations.RunPython(write_audiences, migrations.RunPython.noop)]
