"""Two contacts who may be one person, and those who were made one."""

from datetime import datetime

from django.conf import settings
from django.db import models
from django.db.models import Case, F, Q, When
from django.utils.translation import gettext_lazy as _

from relacja.contacts.models.contact import Contact
from relacja.staff.models import User


class MatchKey(models.Model):
    """A key under which a contact is looked for among possible duplicates; see `matching.keys`."""

    key = models.BigIntegerField()
    contact = models.ForeignKey(Contact, on_delete=models.CASCADE, related_name="+")

    class Meta:
        constraints = [models.UniqueConstraint(fields=["key", "contact"], name="contacts_match_key_once")]


class Likeness(models.TextChoices):
    """How much speaks for two contacts being one person. Sure ones wait for a person as well."""

    SURE = "sure", _("Sure")
    DOUBTFUL = "doubtful", _("Doubtful")


class Decision(models.TextChoices):
    OPEN = "open", _("Waiting")
    MERGED = "merged", _("Merged")
    DISMISSED = "dismissed", _("Two people")


class Finder(models.TextChoices):
    """What a candidate was found by."""

    ARRIVAL = "arrival", _("A form or a program")
    CHANGE = "change", _("A new or changed contact")
    SWEEP = "sweep", _("Looking through everybody")
    PERSON = "person", _("A person")


class CandidateQuerySet(models.QuerySet["Candidate"]):
    def waiting(self) -> "CandidateQuerySet":
        """Those that a person still has to decide about: both contacts are there."""
        return self.filter(decision=Decision.OPEN, first__archived_at=None, second__archived_at=None)


class Suspicion(models.Model):
    """That two records may be of one and the same. Once dismissed it stays so: the two are never suggested again.

    `reasons` are codes of `matching.reasons`, the weightiest first.
    """

    score = models.PositiveSmallIntegerField()
    level = models.CharField(max_length=8, choices=Likeness)
    reasons = models.JSONField(default=list)
    found_at = models.DateTimeField()
    decision = models.CharField(max_length=9, choices=Decision, default=Decision.OPEN)
    decided_at = models.DateTimeField(null=True, blank=True)
    decided_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.SET_NULL, null=True, blank=True, related_name="+"
    )

    class Meta:
        abstract = True

    def decide(self, decision: Decision, *, by: User | None, at: datetime) -> bool:
        """Give it an outcome, once: of two people who click at the same moment, one gets False."""
        opened = type(self)._default_manager.filter(pk=self.pk, decision=Decision.OPEN)
        decided = opened.update(decision=decision, decided_by=by, decided_at=at) == 1
        self.refresh_from_db()
        return decided

    def reopen(self) -> None:
        """It waits for a person again."""
        kept = type(self)._default_manager.filter(pk=self.pk)
        kept.update(decision=Decision.OPEN, decided_by=None, decided_at=None)
        self.refresh_from_db()


class Candidate(Suspicion):
    """Two contacts who may be one person. `first` is the older one."""

    first = models.ForeignKey(Contact, on_delete=models.CASCADE, related_name="+")
    second = models.ForeignKey(Contact, on_delete=models.CASCADE, related_name="+")
    found_by = models.CharField(max_length=8, choices=Finder)

    objects = CandidateQuerySet.as_manager()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["first", "second"], name="contacts_candidate_once"),
            models.CheckConstraint(condition=Q(first__lt=F("second")), name="contacts_candidate_in_order"),
            models.CheckConstraint(condition=Q(level__in=Likeness.values), name="contacts_candidate_known_level"),
            models.CheckConstraint(condition=Q(decision__in=Decision.values), name="contacts_candidate_known_decision"),
            models.CheckConstraint(condition=Q(found_by__in=Finder.values), name="contacts_candidate_known_finder"),
            models.CheckConstraint(
                condition=Q(decision="open") ^ Q(decided_at__isnull=False), name="contacts_candidate_decided_has_a_time"
            ),
        ]
        indexes = [models.Index(fields=["-score", "id"], name="contacts_candidates_open", condition=Q(decision="open"))]

    def __str__(self) -> str:
        return f"{self.first_id} = {self.second_id}?"


class Sweep(models.Model):
    """Looking through everybody for duplicates. `position` is how far it is: a killed sweep goes on from there.

    First the keys of all contacts are brought up to date, by id; then those who share a key are compared, by key.
    """

    started_at = models.DateTimeField()
    started_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.SET_NULL, null=True, blank=True, related_name="+"
    )
    is_keyed = models.BooleanField(default=False)
    position = models.BigIntegerField(default=0)
    percent = models.PositiveSmallIntegerField(default=0)
    people = models.PositiveIntegerField(default=0)
    compared = models.PositiveBigIntegerField(default=0)
    found = models.PositiveIntegerField(default=0)
    ended_at = models.DateTimeField(null=True, blank=True)
    is_stopped = models.BooleanField(default=False)

    class Meta:
        constraints = [
            models.UniqueConstraint(Case(When(ended_at__isnull=True, then=1)), name="contacts_one_sweep_at_a_time")
        ]


class MergeQuerySet(models.QuerySet["Merge"]):
    def standing(self) -> "MergeQuerySet":
        """Those that nobody took back."""
        return self.filter(parted_at=None)


class Merge(models.Model):
    """Two records of one person made one. The loser stays, put away; `kept` is all that it takes to part them again."""

    winner = models.ForeignKey(Contact, on_delete=models.CASCADE, related_name="merges")
    loser = models.ForeignKey(Contact, on_delete=models.CASCADE, related_name="+")
    merged_at = models.DateTimeField()
    merged_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.SET_NULL, null=True, blank=True, related_name="+"
    )
    kept = models.JSONField(default=dict)
    parted_at = models.DateTimeField(null=True, blank=True)
    parted_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.SET_NULL, null=True, blank=True, related_name="+"
    )

    objects = MergeQuerySet.as_manager()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["loser"], condition=Q(parted_at=None), name="contacts_merged_into_one"),
            models.CheckConstraint(condition=~Q(winner=F("loser")), name="contacts_merge_of_two"),
        ]

    def __str__(self) -> str:
        return f"{self.loser_id} → {self.winner_id}"
