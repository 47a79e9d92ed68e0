"""Indexes for the list of contacts, and who changed what last.

SQLite rebuilds a table to add a column and loses its triggers: a migration that changes contacts puts the search index
away first and builds it again, as this one does.
"""

from importlib import import_module

from django.conf import settings
from django.db import migrations, models

search = import_module("relacja.contacts.migrations.0002_search")


class Migration(migrations.Migration):
    dependencies = [
        ("contacts", "0002_search"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.RunPython(search.drop, search.build),
        migrations.AddField(
            model_name="contact", name="last_changes", field=models.JSONField(blank=True, default=dict)
        ),
        migrations.AddIndex(
            model_name="consent",
            index=models.Index(fields=["purpose", "channel", "act", "contact"], name="contacts_consent_by_act"),
        ),
        migrations.AddIndex(
            model_name="contact",
            index=models.Index(
                condition=models.Q(("archived_at", None)),
                fields=["stage", "-created_at", "-id"],
                name="contacts_by_stage",
            ),
        ),
        migrations.AddIndex(
            model_name="contact",
            index=models.Index(
                condition=models.Q(("archived_at", None)),
                fields=["owner", "-created_at", "-id"],
                name="contacts_by_owner",
            ),
        ),
        migrations.AddIndex(
            model_name="contact",
            index=models.Index(
                condition=models.Q(("archived_at__isnull", False)),
                fields=["-created_at", "-id"],
                name="contacts_put_away",
            ),
        ),
        migrations.RunPython(search.build, search.drop),
    ]
