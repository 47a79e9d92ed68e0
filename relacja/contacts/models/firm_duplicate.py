"""Two companies that may be one, and what they are recognised by."""

from django.db import models
from django.db.models import F, Q

from relacja.contacts.models.company import Company
from relacja.contacts.models.duplicate import Decision, Likeness, Suspicion


class FirmPrint(models.Model):
    """What a company is recognised by, made comparable, as it was at that version of it; empty where nothing is known.

    `name` is without the legal form, `site` a host, `place` a street with its number and postal code.
    """

    company = models.OneToOneField(Company, on_delete=models.CASCADE, primary_key=True, related_name="print")
    version = models.BigIntegerField()
    name = models.CharField(max_length=200, blank=True)
    vat_id = models.CharField(max_length=20, blank=True)
    site = models.CharField(max_length=200, blank=True)
    phone = models.CharField(max_length=20, blank=True)
    place = models.CharField(max_length=240, blank=True)

    class Meta:
        indexes = [
            models.Index(fields=[ground], name=f"contacts_prints_{ground}", condition=~Q(**{ground: ""}))
            for ground in ("name", "vat_id", "site", "phone", "place")
        ]

    def __str__(self) -> str:
        return f"{self.company_id}: {self.name}"


class FirmCandidateQuerySet(models.QuerySet["FirmCandidate"]):
    def waiting(self) -> "FirmCandidateQuerySet":
        """Those that a person still has to decide about: both companies are there."""
        return self.filter(decision=Decision.OPEN, first__archived_at=None, second__archived_at=None)


class FirmCandidate(Suspicion):
    """Two companies that may be one. `first` is the older one."""

    first = models.ForeignKey(Company, on_delete=models.CASCADE, related_name="+")
    second = models.ForeignKey(Company, on_delete=models.CASCADE, related_name="+")

    objects = FirmCandidateQuerySet.as_manager()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["first", "second"], name="contacts_firm_candidate_once"),
            models.CheckConstraint(condition=Q(first__lt=F("second")), name="contacts_firm_candidate_in_order"),
            models.CheckConstraint(condition=Q(level__in=Likeness.values), name="contacts_firm_candidate_known_level"),
            models.CheckConstraint(
                condition=Q(decision__in=[Decision.OPEN, Decision.DISMISSED]),
                name="contacts_firm_candidate_known_decision",
            ),
            models.CheckConstraint(
                condition=Q(decision="open") ^ Q(decided_at__isnull=False),
                name="contacts_firm_candidate_decided_has_a_time",
            ),
        ]
        indexes = [
            models.Index(fields=["-score", "id"], name="contacts_firm_candidates_open", condition=Q(decision="open"))
        ]

    def __str__(self) -> str:
        return f"{self.first_id} = {self.second_id}?"
