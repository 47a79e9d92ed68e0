"""A company, and what stands about it."""

from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _


class Company(models.Model):
    """A company we deal with, through its people. It may belong to another one, but never to itself in the end."""

    name = models.CharField(_("name"), max_length=200)
    name_key = models.CharField(max_length=200, db_index=True)
    vat_id = models.CharField(_("VAT id"), max_length=20, blank=True, db_index=True)
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
    archived_at = models.DateTimeField(null=True, blank=True)

    def __str__(self) -> str:
        return self.name

    class Meta:
        constraints = [models.CheckConstraint(condition=~Q(parent=F("id")), name="contacts_company_not_its_own_parent")]
        indexes = [models.Index(fields=["-created_at", "-id"], name="contacts_firms_by_created")]
