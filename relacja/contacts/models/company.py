"""A company, and what stands about it."""

from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.db.models.functions import Now
from django.utils.translation import gettext_lazy as _


class CompanyQuerySet(models.QuerySet["Company"]):
    def active(self) -> "CompanyQuerySet":
        return self.filter(archived_at=None)


class Company(models.Model):
    """A company we deal with, through its people. It may belong to another one, but never to itself in the end.

    `version` and `last_changes` are as a contact has them. What is in the trash is archived as well, and `left` names
    the people who worked there then. `doubled_at` says since when its VAT id is known to be that of another one too:
    two may not come to share one, but two that did before are told apart by people. `located_version` is the one whose
    address was looked up.
    """

    name = models.CharField(_("name"), max_length=200)
    name_key = models.CharField(max_length=200, db_index=True)
    vat_id = models.CharField(_("VAT id"), max_length=20, blank=True, db_index=True)
    website = models.CharField(_("website"), max_length=2_000, blank=True)
    phone = models.CharField(_("phone"), max_length=20, blank=True)
    street = models.CharField(_("street"), max_length=200, blank=True)
    postal_code = models.CharField(_("postal code"), max_length=16, blank=True)
    city = models.CharField(_("city"), max_length=120, blank=True)
    country = models.CharField(_("country"), max_length=2, blank=True)
    parent = models.ForeignKey(
        "self", verbose_name=_("parent company"), on_delete=models.SET_NULL, null=True, blank=True, related_name="parts"
    )
    owner = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        verbose_name=_("owner"),
        on_delete=models.SET_NULL,
        null=True,
        blank=True,
        related_name="+",
    )
    attributes = models.JSONField(default=dict, blank=True)
    created_at = models.DateTimeField()
    changed_at = models.DateTimeField(db_default=Now())
    archived_at = models.DateTimeField(null=True, blank=True)
    trashed_at = models.DateTimeField(null=True, blank=True)
    doubled_at = models.DateTimeField(null=True, blank=True)
    left = models.JSONField(default=list, blank=True)
    last_changes = models.JSONField(default=dict, blank=True)
    version = models.BigIntegerField(default=1)
    located_version = models.BigIntegerField(default=0, db_default=0)

    objects = CompanyQuerySet.as_manager()

    def __str__(self) -> str:
        return self.name

    class Meta:
        constraints = [
            models.CheckConstraint(condition=~Q(parent=F("id")), name="contacts_company_not_its_own_parent"),
            models.CheckConstraint(
                condition=Q(trashed_at=None) | Q(archived_at__isnull=False), name="contacts_company_trash_is_put_away"
            ),
            models.UniqueConstraint(
                fields=["vat_id"],
                condition=Q(archived_at=None, doubled_at=None) & ~Q(vat_id=""),
                name="contacts_vat_id_of_one_company",
            ),
        ]
        indexes = [
            models.Index(
                fields=["name_key", "id", "vat_id"], name="contacts_firms_by_name", condition=Q(archived_at=None)
            ),
            models.Index(
                fields=["-created_at", "-id"], name="contacts_firms_by_created", condition=Q(archived_at=None)
            ),
            models.Index(
                fields=["-changed_at", "-id"], name="contacts_firms_by_changed", condition=Q(archived_at=None)
            ),
            models.Index(
                fields=["name_key", "id"], name="contacts_firms_put_away", condition=Q(archived_at__isnull=False)
            ),
            models.Index(
                fields=["trashed_at"], name="contacts_firms_in_the_trash", condition=Q(trashed_at__isnull=False)
            ),
            models.Index(fields=["id"], name="contacts_firms_to_locate", condition=~Q(version=F("located_version"))),
        ]


class CompanyPlace(models.Model):
    """Where a company is, as far as lists of places tell: read from its address, never written into it.

    `by` says what told it, or that the place is unknown, or that there is no address.
    """

    company = models.OneToOneField(Company, on_delete=models.CASCADE, primary_key=True, related_name="place")
    by = models.CharField(max_length=8, blank=True, db_index=True)
    postcode = models.CharField(max_length=20, blank=True)
    town = models.CharField(max_length=120, blank=True)
    town_key = models.CharField(max_length=130, blank=True, db_index=True)
    region = models.CharField(max_length=24, blank=True, db_index=True)
    lat = models.FloatField(null=True, db_index=True)
    lon = models.FloatField(null=True)

    def __str__(self) -> str:
        return self.town or self.by
