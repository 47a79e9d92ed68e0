import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):
    initial = True

    dependencies = [
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.CreateModel(
            name="Region",
            fields=[
                ("code", models.CharField(max_length=24, primary_key=True, serialize=False)),
                ("name", models.CharField(max_length=120)),
            ],
        ),
        migrations.CreateModel(
            name="Gazetteer",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("country", models.CharField(blank=True, max_length=2, verbose_name="country")),
                ("name", models.CharField(max_length=200, verbose_name="file")),
                ("path", models.CharField(blank=True, max_length=200)),
                ("digest", models.CharField(max_length=64)),
                ("at", models.DateTimeField()),
                ("loaded_at", models.DateTimeField(null=True)),
                ("retired_at", models.DateTimeField(null=True)),
                ("problem", models.CharField(blank=True, max_length=300)),
                ("postcodes", models.PositiveIntegerField(default=0)),
                ("towns", models.PositiveIntegerField(default=0)),
                ("refused", models.PositiveIntegerField(default=0)),
                ("refusals", models.JSONField(default=list)),
                (
                    "by",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.SET_NULL,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
            ],
        ),
        migrations.CreateModel(
            name="Postcode",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("code", models.CharField(max_length=20)),
                ("town", models.CharField(max_length=120)),
                ("key", models.CharField(max_length=130)),
                ("region", models.CharField(blank=True, max_length=24)),
                ("lat", models.FloatField()),
                ("lon", models.FloatField()),
                (
                    "gazetteer",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE, related_name="+", to="places.gazetteer"
                    ),
                ),
            ],
        ),
        migrations.CreateModel(
            name="Town",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("country", models.CharField(max_length=2)),
                ("key", models.CharField(max_length=130)),
                ("name", models.CharField(max_length=120)),
                ("region", models.CharField(blank=True, max_length=24)),
                ("lat", models.FloatField()),
                ("lon", models.FloatField()),
                ("people", models.PositiveIntegerField(default=0)),
                (
                    "gazetteer",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE, related_name="+", to="places.gazetteer"
                    ),
                ),
            ],
        ),
        migrations.AddConstraint(
            model_name="gazetteer",
            constraint=models.UniqueConstraint(
                condition=models.Q(("loaded_at__isnull", False), ("retired_at", None)),
                fields=("country",),
                name="places_one_in_force",
            ),
        ),
        migrations.AddIndex(
            model_name="postcode",
            index=models.Index(fields=["code", "gazetteer"], name="places_by_postcode"),
        ),
        migrations.AddIndex(
            model_name="town",
            index=models.Index(fields=["key", "country"], name="places_by_name"),
        ),
    ]
