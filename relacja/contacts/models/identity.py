"""What names a contact."""

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from relacja.contacts.models.contact import Contact


class IdentityKind(models.TextChoices):
    EMAIL = "email", _("E-mail")
    PHONE = "phone", _("Phone")
    EXTERNAL = "external", _("Customer number elsewhere")
    VISITOR = "visitor", _("Browser")


class Identity(models.Model):
    """Something that names exactly one contact.

    `made_for` is the contact it named before a merge, if another: what comes under it later is still that one's.
    """

    kind = models.CharField(max_length=10, choices=IdentityKind)
    value = models.CharField(max_length=320)
    contact = models.ForeignKey(Contact, on_delete=models.CASCADE, related_name="identities")
    made_for = models.ForeignKey(Contact, on_delete=models.SET_NULL, null=True, blank=True, related_name="+")
    since = models.DateTimeField()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["kind", "value"], name="contacts_identity_names_one"),
            models.CheckConstraint(condition=Q(kind__in=IdentityKind.values), name="contacts_identity_known_kind"),
        ]

    def __str__(self) -> str:
        return f"{self.kind}:{self.value}"

    @property
    def profile_id(self) -> int:
        """Under which profile things happen to whom it names."""
        return self.made_for_id or self.contact_id
