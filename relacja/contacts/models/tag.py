"""The words that people here put on people and companies."""

from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy


class Colour(models.TextChoices):
    """What a tag looks like: a tone of the badges."""

    GREY = "grey", _("Grey")
    BALTIC = "baltic", pgettext_lazy("colour", "Baltic")
    MOSS = "moss", pgettext_lazy("colour", "Moss")
    AMBER = "amber", pgettext_lazy("colour", "Amber")
    RASPBERRY = "raspberry", pgettext_lazy("colour", "Raspberry")


class TagQuerySet(models.QuerySet["Tag"]):
    def live(self) -> "TagQuerySet":
        return self.filter(merged_into=None, archived_at=None)


class Tag(models.Model):
    """A word that people here put on people and companies. Those hold its `key`, which stays when it is renamed.

    A tag that was merged into another one leads there, one that was taken away leads nowhere. What records hold is left
    alone, so that both are taken back at once.
    """

    key = models.CharField(max_length=40, unique=True)
    name = models.CharField(_("name"), max_length=60)
    name_key = models.CharField(max_length=60)
    colour = models.CharField(_("colour"), max_length=10, choices=Colour, default=Colour.GREY)
    merged_into = models.ForeignKey("self", on_delete=models.PROTECT, null=True, blank=True, related_name="merged")
    archived_at = models.DateTimeField(null=True, blank=True)
    created_at = models.DateTimeField()

    objects = TagQuerySet.as_manager()

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["name_key"],
                condition=Q(merged_into=None, archived_at=None),
                name="contacts_tag_name_once",
            ),
            models.CheckConstraint(condition=Q(colour__in=Colour.values), name="contacts_tag_known_colour"),
            models.CheckConstraint(condition=~Q(merged_into=F("id")), name="contacts_tag_not_into_itself"),
        ]

    def __str__(self) -> str:
        return self.name
