"""Fields of one's own."""

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _


class Record(models.TextChoices):
    """What a field describes."""

    CONTACT = "contact", _("Contact")
    COMPANY = "company", _("Company")


class Field(models.Model):
    """A field of one's own, made without code. Its values stand in `attributes` of the record, under `key`.

    `kind` is a code of `field_kinds` and stays; so does `key`, for conditions and texts speak of it. `choices` is a
    list of {key, label}; `default` is in the normal form of the kind.
    """

    of = models.CharField(max_length=10, choices=Record)
    key = models.CharField(max_length=40)
    label = models.CharField(_("name"), max_length=80)
    kind = models.CharField(_("kind"), max_length=20)
    help_text = models.CharField(_("help"), max_length=200, blank=True)
    is_required = models.BooleanField(_("needed"), default=False)
    is_personal = models.BooleanField(_("personal data"), default=False)
    default = models.JSONField(null=True, blank=True)
    choices = models.JSONField(default=list, blank=True)
    currency = models.CharField(max_length=3, default="PLN")
    target = models.CharField(max_length=10, choices=Record, default=Record.CONTACT)
    position = models.PositiveIntegerField()
    created_at = models.DateTimeField()
    archived_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["of", "key"], name="contacts_field_key_once"),
            models.CheckConstraint(condition=Q(of__in=Record.values), name="contacts_field_known_record"),
            models.CheckConstraint(condition=Q(target__in=Record.values), name="contacts_field_known_target"),
        ]

    def __str__(self) -> str:
        return self.label
