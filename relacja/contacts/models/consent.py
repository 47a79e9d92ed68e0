"""What contacts agreed to."""

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from relacja.contacts.models.contact import Contact


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
