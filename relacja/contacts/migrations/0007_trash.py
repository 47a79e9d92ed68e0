"""A trash for contacts. It changes the table of contacts: see 0003 about the search index."""

from importlib import import_module

from django.conf import settings
from django.db import migrations, models

search = import_module("relacja.contacts.migrations.0002_search")


class Migration(migrations.Migration):
    dependencies = [
        ("contacts", "0006_copy_sorting"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.RunPython(search.drop, search.build),
        migrations.AddField(
            model_name="contact",
            name="trashed_at",
            field=models.DateTimeField(blank=True, null=True),
        ),
        migrations.AddIndex(
            model_name="contact",
            index=models.Index(
                condition=models.Q(("trashed_at__isnull", False)), fields=["trashed_at"], name="contacts_in_the_trash"
            ),
        ),
        migrations.AddConstraint(
            model_name="contact",
            constraint=models.CheckConstraint(
                condition=models.Q(("trashed_at", None), ("archived_at__isnull", False), _connector="OR"),
                name="contacts_trash_is_put_away",
            ),
        ),
        migrations.RunPython(search.build, search.drop),
    ]
