"""Whoever has an address on the do-not-write list is copied into the facts once more, which now say so."""

from django.apps.registry import Apps
from django.db import migrations
from django.db.backends.base.schema import BaseDatabaseSchemaEditor
from django.db.models import F

AT_ONCE = 500


def copy_again(apps: Apps, schema_editor: BaseDatabaseSchemaEditor) -> None:
    standing = apps.get_model("messaging", "Suppression").objects.filter(lifted_at=None, channel="email")
    values = [address.strip().casefold() for address in standing.exclude(address="").values_list("address", flat=True)]
    named = apps.get_model("contacts", "Identity").objects.filter(kind="email")
    people = apps.get_model("contacts", "Contact").objects
    for start in range(0, len(values), AT_ONCE):
        found = named.filter(value__in=values[start : start + AT_ONCE]).values_list("contact_id", flat=True)
        people.filter(pk__in=list(found)).update(version=F("version") + 1)


class Migration(migrations.Migration):
    dependencies = [("messaging", "0002_made_for"), ("contacts", "0020_copy_stages")]
    operations = [migrations.RunPython(copy_again, migrations.RunPython.noop)]
