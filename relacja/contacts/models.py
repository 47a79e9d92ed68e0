"""People and companies we know, what names them, and what they agreed to."""

from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _


class Stage(models.TextChoices):
    """Where somebody stands in the life of a customer."""

    LEAD = "lead", _("Lead")
    PROSPECT = "prospect", _("Prospect")
    CUSTOMER = "customer", _("Customer")
    DORMANT = "dormant", _("Dormant")
    LOST = "lost", _("Lost")
    WON_BACK = "won_back", _("Won back")


class Company(models.Model):
    """A company we deal with, through one or more people."""

    name = models.CharField(_("name"), max_length=200)
    name_key = models.CharField(max_length=200, db_index=True)
    vat_id = models.CharField(_("VAT id"), max_length=20, blank=True)
    city = models.CharField(_("city"), max_length=120, blank=True)
    created_at = models.DateTimeField()
    archived_at = models.DateTimeField(null=True, blank=True)

    def __str__(self) -> str:
        return self.name


class ContactQuerySet(models.QuerySet["Contact"]):
    def active(self) -> "ContactQuerySet":
        return self.filter(archived_at=None)


class Contact(models.Model):
    """A person. `version` grows with every change; the facts copy what they have not seen yet.

    `last_changes` keeps, for each field that was ever edited, the version, the person (or null) and the time.
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
    name_key = models.CharField(max_length=250)
    search_text = models.TextField(blank=True)
    last_changes = models.JSONField(default=dict, blank=True)
    version = models.BigIntegerField(default=1)
    copied_version = models.BigIntegerField(default=0)

    objects = ContactQuerySet.as_manager()

    class Meta:
        constraints = [models.CheckConstraint(condition=Q(stage__in=Stage.values), name="contacts_known_stage")]
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
            models.Index(fields=["id"], name="contacts_to_copy", condition=~Q(version=F("copied_version"))),
        ]

    def __str__(self) -> str:
        return f"{self.first_name} {self.last_name}".strip() or self.email or self.phone or f"#{self.pk}"


class IdentityKind(models.TextChoices):
    EMAIL = "email", _("E-mail")
    PHONE = "phone", _("Phone")
    EXTERNAL = "external", _("Customer number elsewhere")
    VISITOR = "visitor", _("Browser")


class Identity(models.Model):
    """Something that names exactly one contact."""

    kind = models.CharField(max_length=10, choices=IdentityKind)
    value = models.CharField(max_length=320)
    contact = models.ForeignKey(Contact, on_delete=models.CASCADE, related_name="identities")
    since = models.DateTimeField()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["kind", "value"], name="contacts_identity_names_one"),
            models.CheckConstraint(condition=Q(kind__in=IdentityKind.values), name="contacts_identity_known_kind"),
        ]

    def __str__(self) -> str:
        return f"{self.kind}:{self.value}"


class ConsentText(models.Model):
    """The words somebody agreed to. Never changed: new words are a new version."""

    purpose = models.CharField(max_length=40)
    channel = models.CharField(max_length=20)
    version = models.PositiveIntegerField()
    language = models.CharField(max_length=2)
    body = models.TextField()
    since = models.DateTimeField()

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["purpose", "channel", "language", "version"], name="contacts_consent_text_version"
            )
        ]

    def __str__(self) -> str:
        return f"{self.purpose}/{self.channel} v{self.version} ({self.language})"


class ConsentAct(models.TextChoices):
    ASKED = "asked", _("Asked to confirm")
    GIVEN = "given", _("Given")
    WITHDRAWN = "withdrawn", _("Withdrawn")


class ConsentEntry(models.Model):
    """One line of the consent ledger: never changed, never deleted while the contact exists."""

    contact = models.ForeignKey(Contact, on_delete=models.CASCADE, related_name="consent_entries")
    purpose = models.CharField(max_length=40)
    channel = models.CharField(max_length=20)
    act = models.CharField(max_length=10, choices=ConsentAct)
    text = models.ForeignKey(ConsentText, on_delete=models.PROTECT, null=True, blank=True)
    address = models.CharField(max_length=320, blank=True)
    source = models.CharField(max_length=80)
    proof = models.JSONField(default=dict)
    at = models.DateTimeField()

    class Meta:
        constraints = [
            models.CheckConstraint(condition=Q(act__in=ConsentAct.values), name="contacts_consent_known_act"),
            models.CheckConstraint(
                condition=~Q(act="given") | Q(text__isnull=False), name="contacts_consent_given_to_a_text"
            ),
        ]
        indexes = [models.Index(fields=["contact", "purpose", "channel", "-id"], name="contacts_consent_latest")]


class Consent(models.Model):
    """How things stand: the latest entry per contact, purpose and channel."""

    contact = models.ForeignKey(Contact, on_delete=models.CASCADE, related_name="consents")
    purpose = models.CharField(max_length=40)
    channel = models.CharField(max_length=20)
    act = models.CharField(max_length=10, choices=ConsentAct)
    entry = models.ForeignKey(ConsentEntry, on_delete=models.CASCADE, related_name="+")

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["contact", "purpose", "channel"], name="contacts_consent_one_state")
        ]
        indexes = [models.Index(fields=["purpose", "channel", "act", "contact"], name="contacts_consent_by_act")]
