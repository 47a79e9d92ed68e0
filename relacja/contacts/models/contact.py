"""A person, where they stand, and what they do for companies."""

from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from relacja.contacts.models.company import Company


class Stage(models.TextChoices):
    """Where somebody stands in the life of a customer."""

    LEAD = "lead", _("Lead")
    PROSPECT = "prospect", _("Prospect")
    CUSTOMER = "customer", _("Customer")
    DORMANT = "dormant", _("Dormant")
    LOST = "lost", _("Lost")
    WON_BACK = "won_back", _("Won back")


class ContactQuerySet(models.QuerySet["Contact"]):
    def active(self) -> "ContactQuerySet":
        return self.filter(archived_at=None)


class Contact(models.Model):
    """A person. `version` grows with every change; the facts copy what they have not seen yet.

    `last_changes` keeps, for each field that was ever edited, the version, the person (or null) and the time. Who is in
    the trash is archived as well, since then or longer.
    """

    first_name = models.CharField(_("first name"), max_length=120, blank=True)
    last_name = models.CharField(_("last name"), max_length=120, blank=True)
    email = models.CharField(_("e-mail"), max_length=320, blank=True)
    phone = models.CharField(_("phone"), max_length=20, blank=True)
    company = models.ForeignKey(
        Company, verbose_name=_("company"), on_delete=models.PROTECT, null=True, blank=True, related_name="people"
    )
    job_title = models.CharField(_("job title"), max_length=120, blank=True)
    street = models.CharField(_("street"), max_length=200, blank=True)
    postal_code = models.CharField(_("postal code"), max_length=16, blank=True)
    city = models.CharField(_("city"), max_length=120, blank=True)
    country = models.CharField(_("country"), max_length=2, blank=True, default="PL")
    language = models.CharField(_("language"), max_length=2, default="pl")
    owner = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        verbose_name=_("owner"),
        on_delete=models.SET_NULL,
        null=True,
        blank=True,
        related_name="+",
    )
    stage = models.CharField(_("stage"), max_length=10, choices=Stage, default=Stage.LEAD)
    source = models.CharField(_("source"), max_length=40, default="staff")
    attributes = models.JSONField(default=dict, blank=True)
    created_at = models.DateTimeField()
    changed_at = models.DateTimeField()
    archived_at = models.DateTimeField(null=True, blank=True)
    trashed_at = models.DateTimeField(null=True, blank=True)
    name_key = models.CharField(max_length=250)
    search_text = models.TextField(blank=True)
    last_changes = models.JSONField(default=dict, blank=True)
    version = models.BigIntegerField(default=1)
    copied_version = models.BigIntegerField(default=0)

    objects = ContactQuerySet.as_manager()

    class Meta:
        constraints = [
            models.CheckConstraint(condition=Q(stage__in=Stage.values), name="contacts_known_stage"),
            models.CheckConstraint(
                condition=Q(trashed_at=None) | Q(archived_at__isnull=False), name="contacts_trash_is_put_away"
            ),
        ]
        indexes = [
            models.Index(fields=["name_key", "id"], name="contacts_by_name", condition=Q(archived_at=None)),
            models.Index(fields=["-created_at", "-id"], name="contacts_by_created", condition=Q(archived_at=None)),
            models.Index(fields=["-changed_at", "-id"], name="contacts_by_changed", condition=Q(archived_at=None)),
            models.Index(
                fields=["stage", "-created_at", "-id"], name="contacts_by_stage", condition=Q(archived_at=None)
            ),
            models.Index(
                fields=["owner", "-created_at", "-id"], name="contacts_by_owner", condition=Q(archived_at=None)
            ),
            models.Index(
                fields=["-created_at", "-id"], name="contacts_put_away", condition=Q(archived_at__isnull=False)
            ),
            models.Index(fields=["company"], name="contacts_by_company", condition=Q(archived_at=None)),
            models.Index(fields=["trashed_at"], name="contacts_in_the_trash", condition=Q(trashed_at__isnull=False)),
            models.Index(fields=["id"], name="contacts_to_copy", condition=~Q(version=F("copied_version"))),
        ]

    def __str__(self) -> str:
        return f"{self.first_name} {self.last_name}".strip() or self.email or self.phone or f"#{self.pk}"


class Position(models.Model):
    """What somebody does for a company besides the one they work at: sits on its board, signs its contracts."""

    contact = models.ForeignKey(Contact, on_delete=models.CASCADE, related_name="positions")
    company = models.ForeignKey(Company, on_delete=models.CASCADE, related_name="positions")
    role = models.CharField(_("role"), max_length=120)
    since = models.DateTimeField()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["contact", "company"], name="contacts_one_position_at_a_company")
        ]

    def __str__(self) -> str:
        return f"{self.role}, {self.company}"
