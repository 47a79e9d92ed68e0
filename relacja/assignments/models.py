"""Rules that give new people to whoever takes care of them, and whom they were given to."""

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from relacja.staff.models import Team


class Way(models.TextChoices):
    """Who of a team gets the next one."""

    TURNS = "turns", _("one after another")
    FEWEST = "fewest", _("whoever has the fewest people")


class RuleQuerySet(models.QuerySet["AssignmentRule"]):
    def live(self) -> "RuleQuerySet":
        return self.filter(archived_at=None)

    def in_order(self) -> "RuleQuerySet":
        return self.live().select_related("person", "team").order_by("position", "pk")


class AssignmentRule(models.Model):
    """People whom `rule` describes go to one person, or to somebody of a team. The first rule that fits decides.

    `turn` is who of the team got the last one. Whoever assigns takes the row first, by raising `version`.
    """

    name = models.CharField(_("name"), max_length=80)
    rule = models.JSONField()
    person = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.CASCADE, null=True, blank=True, related_name="+"
    )
    team = models.ForeignKey(Team, on_delete=models.CASCADE, null=True, blank=True, related_name="+")
    way = models.CharField(max_length=8, choices=Way, default=Way.TURNS)
    position = models.PositiveIntegerField()
    turn = models.BigIntegerField(default=0)
    version = models.BigIntegerField(default=1)
    created_at = models.DateTimeField()
    archived_at = models.DateTimeField(null=True, blank=True)

    objects = RuleQuerySet.as_manager()

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=Q(person__isnull=True, team__isnull=False) | Q(person__isnull=False, team__isnull=True),
                name="assignments_to_a_person_or_a_team",
            ),
            models.CheckConstraint(condition=Q(way__in=Way.values), name="assignments_known_way"),
        ]

    def __str__(self) -> str:
        return self.name


class Assigned(models.Model):
    """A contact was given to somebody by a rule: that happens to whoever comes once, however often it is heard."""

    contact_id = models.BigIntegerField(unique=True)
    rule = models.ForeignKey(AssignmentRule, on_delete=models.SET_NULL, null=True, related_name="+")
    at = models.DateTimeField()

    def __str__(self) -> str:
        return f"{self.contact_id} by {self.rule_id}"
