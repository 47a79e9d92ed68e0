"""Where places are: postcodes and towns with their regions, as GeoNames writes them (CC BY 4.0)."""

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

LIVE = Q(loaded_at__isnull=False, retired_at=None)


class GazetteerQuerySet(models.QuerySet["Gazetteer"]):
    def live(self) -> "GazetteerQuerySet":
        """Those that are asked."""
        return self.filter(LIVE)


class Gazetteer(models.Model):
    """A list of places: the postcodes of a country, or the towns of the world, which have no country.

    One is loaded beside the one in force and takes its place at once. `digest` says of which file it was made; one that
    came with the program has no `path`. `refusals` are the first of the lines that could not be read.
    """

    country = models.CharField(_("country"), max_length=2, blank=True)
    name = models.CharField(_("file"), max_length=200)
    path = models.CharField(max_length=200, blank=True)
    digest = models.CharField(max_length=64)
    by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.SET_NULL, null=True, related_name="+")
    at = models.DateTimeField()
    loaded_at = models.DateTimeField(null=True)
    retired_at = models.DateTimeField(null=True)
    problem = models.CharField(max_length=300, blank=True)
    postcodes = models.PositiveIntegerField(default=0)
    towns = models.PositiveIntegerField(default=0)
    refused = models.PositiveIntegerField(default=0)
    refusals = models.JSONField(default=list)

    objects = GazetteerQuerySet.as_manager()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["country"], condition=LIVE, name="places_one_in_force")]

    def __str__(self) -> str:
        return self.country or self.name


class Region(models.Model):
    """The largest part of a country: a voivodeship, a state. `code` is GeoNames' and the country's, such as PL.77."""

    code = models.CharField(max_length=24, primary_key=True)
    name = models.CharField(max_length=120)

    def __str__(self) -> str:
        return self.name


class Postcode(models.Model):
    """A postcode in one of the places it stands for. `code` is without signs, `key` the town as names are compared."""

    gazetteer = models.ForeignKey(Gazetteer, on_delete=models.CASCADE, related_name="+")
    code = models.CharField(max_length=20)
    town = models.CharField(max_length=120)
    key = models.CharField(max_length=130)
    region = models.CharField(max_length=24, blank=True)
    lat = models.FloatField()
    lon = models.FloatField()

    class Meta:
        indexes = [models.Index(fields=["code", "gazetteer"], name="places_by_postcode")]

    def __str__(self) -> str:
        return f"{self.code} {self.town}"


class Town(models.Model):
    """A town under one of its names. `people` is 0 where nobody said how many live there."""

    gazetteer = models.ForeignKey(Gazetteer, on_delete=models.CASCADE, related_name="+")
    country = models.CharField(max_length=2)
    key = models.CharField(max_length=130)
    name = models.CharField(max_length=120)
    region = models.CharField(max_length=24, blank=True)
    lat = models.FloatField()
    lon = models.FloatField()
    people = models.PositiveIntegerField(default=0)

    class Meta:
        indexes = [models.Index(fields=["key", "country"], name="places_by_name")]

    def __str__(self) -> str:
        return self.name
