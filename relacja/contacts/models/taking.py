from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _


class Whose(models.TextChoices):
    """Whose people may be taken over."""

    NOBODYS = "nobodys", _("whom nobody takes care of")
    TEAM = "team", _("the same, and those of colleagues in one's team")
    ANYBODYS = "anybodys", _("anybody")


class Taking(models.Model):
    """The rule under which people here take customers over. One row at most: `Taking.present()`."""

    whose = models.CharField(max_length=10, choices=Whose, default=Whose.NOBODYS)
    of_gone = models.BooleanField(default=True)
    most = models.PositiveIntegerField(null=True, blank=True)

    class Meta:
        constraints = [
            models.CheckConstraint(condition=Q(pk=1), name="contacts_one_rule_of_taking"),
            models.CheckConstraint(condition=Q(whose__in=Whose.values), name="contacts_known_rule_of_taking"),
        ]

    def __str__(self) -> str:
        return str(Whose(self.whose).label)

    @classmethod
    def present(cls) -> "Taking":
        """The rule in force; where nobody made one, the usual one. One query."""
        return cls.objects.filter(pk=1).first() or cls(pk=1)
