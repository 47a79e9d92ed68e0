"""Files that belong to a contact or a company."""

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from relacja.contacts.models.company import Company
from relacja.contacts.models.contact import Contact


class DocumentQuerySet(models.QuerySet["Document"]):
    def there(self) -> "DocumentQuerySet":
        """Those that are not in the trash."""
        return self.filter(trashed_at=None)


class Document(models.Model):
    """A file of one contact or one company. Its bytes lie under their `digest`, once for all documents alike."""

    contact = models.ForeignKey(Contact, on_delete=models.CASCADE, null=True, blank=True, related_name="documents")
    company = models.ForeignKey(Company, on_delete=models.CASCADE, null=True, blank=True, related_name="documents")
    name = models.CharField(_("name"), max_length=200)
    name_key = models.CharField(max_length=200)
    digest = models.CharField(max_length=64, db_index=True)
    size = models.PositiveBigIntegerField()
    media_type = models.CharField(max_length=100)
    added_at = models.DateTimeField()
    added_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.SET_NULL, null=True, blank=True, related_name="+"
    )
    trashed_at = models.DateTimeField(null=True, blank=True)

    objects = DocumentQuerySet.as_manager()

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=Q(contact__isnull=True) ^ Q(company__isnull=True), name="contacts_document_of_one_record"
            )
        ]
        indexes = [
            models.Index(
                fields=["trashed_at"], name="contacts_documents_in_trash", condition=Q(trashed_at__isnull=False)
            )
        ]

    def __str__(self) -> str:
        return self.name

    @property
    def record(self) -> Contact | Company:
        """Whose it is. A query unless both were loaded along."""
        found = self.contact or self.company
        assert found is not None
        return found
