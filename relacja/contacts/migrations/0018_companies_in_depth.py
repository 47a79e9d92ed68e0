"""Companies have versions, a trash, and a VAT id that is theirs alone.

Of companies that share a VAT id already the first added keeps it; the others are marked and stay for people to decide.
"""

import django.db.models.functions.datetime
from django.conf import settings
from django.db import migrations, models
from django.db.models import Exists, F, OuterRef
from django.utils import timezone


def settle(apps, schema_editor):
    Company = apps.get_model("contacts", "Company")
    Company.objects.update(changed_at=F("created_at"))
    earlier = Company.objects.filter(vat_id=OuterRef("vat_id"), archived_at=None, pk__lt=OuterRef("pk"))
    named = Company.objects.filter(archived_at=None).exclude(vat_id="")
    doubles = list(named.filter(Exists(earlier)).values_list("pk", flat=True))
    for start in range(0, len(doubles), 500):
        Company.objects.filter(pk__in=doubles[start : start + 500]).update(doubled_at=timezone.now())


class Migration(migrations.Migration):
    dependencies = [
        ("contacts", "0017_taking"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.RemoveIndex(
            model_name="company",
            name="contacts_firms_by_created",
        ),
        migrations.AddField(
            model_name="company",
            name="changed_at",
            field=models.DateTimeField(db_default=django.db.models.functions.datetime.Now()),
        ),
        migrations.AddField(
            model_name="company",
            name="doubled_at",
            field=models.DateTimeField(blank=True, null=True),
        ),
        migrations.AddField(
            model_name="company",
            name="last_changes",
            field=models.JSONField(blank=True, default=dict),
        ),
        migrations.AddField(
            model_name="company",
            name="left",
            field=models.JSONField(blank=True, default=list),
        ),
        migrations.AddField(
            model_name="company",
            name="trashed_at",
            field=models.DateTimeField(blank=True, null=True),
        ),
        migrations.AddField(
            model_name="company",
            name="version",
            field=models.BigIntegerField(default=1),
        ),
        migrations.RunPython(settle, migrations.RunPython.noop),
        migrations.AddIndex(
            model_name="company",
            index=models.Index(
                condition=models.Q(("archived_at", None)), fields=["name_key", "id"], name="contacts_firms_by_name"
            ),
        ),
        migrations.AddIndex(
            model_name="company",
            index=models.Index(
                condition=models.Q(("archived_at", None)),
                fields=["-created_at", "-id"],
                name="contacts_firms_by_created",
            ),
        ),
        migrations.AddIndex(
            model_name="company",
            index=models.Index(
                condition=models.Q(("archived_at", None)),
                fields=["-changed_at", "-id"],
                name="contacts_firms_by_changed",
            ),
        ),
        migrations.AddIndex(
            model_name="company",
            index=models.Index(
                condition=models.Q(("archived_at__isnull", False)),
                fields=["name_key", "id"],
                name="contacts_firms_put_away",
            ),
        ),
        migrations.AddIndex(
            model_name="company",
            index=models.Index(
                condition=models.Q(("trashed_at__isnull", False)),
                fields=["trashed_at"],
                name="contacts_firms_in_the_trash",
            ),
        ),
        migrations.AddConstraint(
            model_name="company",
            constraint=models.CheckConstraint(
                condition=models.Q(("trashed_at", None), ("archived_at__isnull", False), _connector="OR"),
                name="contacts_company_trash_is_put_away",
            ),
        ),
        migrations.AddConstraint(
            model_name="company",
            constraint=models.UniqueConstraint(
                condition=models.Q(
                    ("archived_at", None), ("doubled_at", None), models.Q(("vat_id", ""), _negated=True)
                ),
                fields=("vat_id",),
                name="contacts_vat_id_of_one_company",
            ),
        ),
    ]
