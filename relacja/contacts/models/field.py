"""Fields of one's own."""

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _


class Record(models.TextChoices):
    """What a field describes."""

    CONTACT = "contact", _("Contact")
    COMPANY = "company", _("Company")


class Meaning(models.TextChoices):
    """What a date says: something that happens once, or a day that returns every year."""

    ONCE = "once", _("Once")
    BIRTHDAY = "birthday", _("Every year: a birthday")
    ANNIVERSARY = "anniversary", _("Every year: an anniversary")


class Field(models.Model):
    """A field of one's own, made without code. Its values stand in `attributes` of the record, under `key`.

    `kind` is a code of `field_kinds` and stays; so does `key`, for conditions and texts speak of it. `choices` is a
    list of {key, label}; `default` is in the normal form of the kind. `meaning` is that of dates. `basis` says by what
    right the values are kept, in words for whoever writes them down; a birthday is not kept without one.
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
    meaning = models.CharField(_("how often"), max_length=12, choices=Meaning, default=Meaning.ONCE)
    basis = models.CharField(_("basis"), max_length=200, blank=True, default="")
    position = models.PositiveIntegerField()
    created_at = models.DateTimeField()
    archived_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["of", "key"], name="contacts_field_key_once"),
            models.CheckConstraint(condition=Q(of__in=Record.values), name="contacts_field_known_record"),
            models.CheckConstraint(condition=Q(target__in=Record.values), name="contacts_field_known_target"),
            models.CheckConstraint(condition=Q(meaning__in=Meaning.values), name="contacts_field_known_meaning"),
            models.CheckConstraint(
                condition=~Q(meaning=Meaning.BIRTHDAY) | (~Q(basis="") & Q(is_personal=True)),
                name="contacts_birthday_has_a_basis",
            ),
        ]

    def __str__(self) -> str:
        return self.label
