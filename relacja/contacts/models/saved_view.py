"""Lists as people keep them."""

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from relacja.contacts.models.field import Record


class SavedViewQuerySet(models.QuerySet["SavedView"]):
    def there(self) -> "SavedViewQuerySet":
        """Those that nobody deleted."""
        return self.filter(removed_at=None)


class SavedView(models.Model):
    """A list under a name: `state` holds the parameters of its address, each as text (see `views.state`).

    It is for whoever made it, or for everybody once it is shared.
    """

    of = models.CharField(max_length=10, choices=Record)
    name = models.CharField(_("name"), max_length=60)
    state = models.JSONField(default=dict)
    made_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="+")
    is_shared = models.BooleanField(_("everybody sees it"), default=False)
    made_at = models.DateTimeField()
    changed_at = models.DateTimeField()
    removed_at = models.DateTimeField(null=True, blank=True)

    objects = SavedViewQuerySet.as_manager()

    class Meta:
        constraints = [
            models.CheckConstraint(condition=Q(of__in=Record.values), name="contacts_view_known_record"),
            models.UniqueConstraint(
                fields=["of", "made_by", "name"],
                condition=Q(removed_at=None, is_shared=False),
                name="contacts_view_once_for_a_person",
            ),
            models.UniqueConstraint(
                fields=["of", "name"], condition=Q(removed_at=None, is_shared=True), name="contacts_view_once_for_all"
            ),
        ]

    def __str__(self) -> str:
        return self.name


class Pin(models.Model):
    """A view that somebody has above their list, in their order."""

    person = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="+")
    view = models.ForeignKey(SavedView, on_delete=models.CASCADE, related_name="pins")
    position = models.PositiveIntegerField()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["person", "view"], name="contacts_pinned_once")]


class UsualView(models.Model):
    """The view with which a list opens for somebody."""

    person = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="+")
    of = models.CharField(max_length=10, choices=Record)
    view = models.ForeignKey(SavedView, on_delete=models.CASCADE, related_name="usual_for")

    class Meta:
        constraints = [models.UniqueConstraint(fields=["person", "of"], name="contacts_one_usual_view")]
