"""Groups of people described by a rule, and who is in them."""

from datetime import datetime
from functools import partial
from typing import Any

from django.conf import settings
from django.db import models, transaction
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _
from pyroaring import BitMap64

from relacja.segments import memory


class SegmentQuerySet(models.QuerySet["Segment"]):
    def live(self) -> "SegmentQuerySet":
        return self.filter(archived_at=None)

    def named(self) -> "SegmentQuerySet":
        """Those that people gave a name, and see; the others are kept for audiences (`followed`)."""
        return self.filter(is_kept_for_audience=False)

    def counted(self) -> "SegmentQuerySet":
        return self.live().exclude(counted_at=None)

    def holding(self, contact_id: int) -> list[int]:
        """The numbers of those that the contact is in. Two queries; of members that are remembered only the versions.

        Every page of a contact asks this: two hundred objects made for it would be a fifth of the page.
        """
        known = {pk: memory.recall("people", pk, version) for pk, version in self.values_list("pk", "version")}
        unknown = [pk for pk, people in known.items() if people is None]
        if unknown:
            known |= {one.pk: one.people() for one in Segment.objects.only("version", "members").filter(pk__in=unknown)}
        return [pk for pk, people in known.items() if people is not None and contact_id in people]

    def with_people(self) -> "list[Segment]":
        """All of them; members are read only of those that are not remembered. Two queries."""
        found = list(self.defer("members"))
        unknown = [one.pk for one in found if memory.recall("people", one.pk, one.version) is None]
        fresh = Segment.objects.in_bulk(unknown) if unknown else {}
        return [fresh.get(one.pk, one) for one in found]


class Segment(models.Model):
    """People described by a rule. `members` is kept up to date by reactions and by the clock.

    `counted_at` is when everybody was last asked, and stays empty until the members are known for the first time.
    `version` grows whenever the rule or the members change: whoever writes members names the version they read.
    """

    name = models.CharField(_("name"), max_length=120)
    key = models.SlugField(max_length=80, unique=True)
    description = models.CharField(_("description"), max_length=300, blank=True)
    rule = models.JSONField()
    created_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.SET_NULL, null=True, blank=True, related_name="+"
    )
    created_at = models.DateTimeField()
    archived_at = models.DateTimeField(null=True, blank=True)
    members = models.BinaryField(default=b"")
    size = models.PositiveIntegerField(default=0)
    counted_at = models.DateTimeField(null=True, blank=True)
    broken = models.TextField(blank=True)
    version = models.BigIntegerField(default=1)
    is_kept_for_audience = models.BooleanField(default=False)

    objects = SegmentQuerySet.as_manager()

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["name"],
                condition=Q(archived_at=None, is_kept_for_audience=False),
                name="segments_one_live_segment_of_a_name",
            )
        ]

    def __str__(self) -> str:
        return self.name

    def people(self) -> BitMap64:
        """The ids of the members. Shared with others who ask: look at them, do not change them."""
        found: BitMap64 | None = memory.recall("people", self.pk, self.version)
        if found is None:
            version, written = self._written()
            found = BitMap64.deserialize(written) if written else BitMap64()
            memory.keep("people", self.pk, version, found, size=len(written))
        return found

    def _written(self) -> tuple[int, bytes]:
        """The members as they are written down, and the version that has them."""
        if "members" not in self.get_deferred_fields():
            return self.version, bytes(self.members)
        version, members = Segment.objects.values_list("version", "members").get(pk=self.pk)
        return version, bytes(members)

    def settle(self, people: BitMap64, *, counted_at: datetime | None) -> bool:
        """From now on `people` are the members; False when somebody else changed the segment meanwhile."""
        written, version = people.serialize(), self.version
        done = self._set(
            members=written,
            size=len(people),
            counted_at=counted_at,
            broken="",
            version=F("version") + 1,
        )
        if done:
            keep = partial(memory.keep, "people", self.pk, version + 1, people, size=len(written))
            transaction.on_commit(keep)
            transaction.on_commit(partial(memory.carry, "rule", self.pk, version + 1))
        return done

    def stand(self, *, counted_at: datetime | None) -> bool:
        """The members are right as they are; False when somebody else changed the segment meanwhile."""
        return self._set(counted_at=counted_at, broken="")

    def fail(self, sentence: str, *, at: datetime) -> None:
        """The rule cannot be asked, and `sentence` says why. The members stay as they were."""
        self._set(broken=sentence, counted_at=at if self.counted_at else None)

    def archive(self, *, at: datetime) -> None:
        """Put the segment away: nothing counts it any more."""
        Segment.objects.filter(pk=self.pk, archived_at=None).update(archived_at=at, version=F("version") + 1)
        self.refresh_from_db()

    def _set(self, **values: Any) -> bool:
        return Segment.objects.live().filter(pk=self.pk, version=self.version).update(**values) == 1


class SegmentVersion(models.Model):
    """How a segment is described from `at` on. A new one stands beside it when somebody saves something else."""

    segment = models.ForeignKey(Segment, on_delete=models.CASCADE, related_name="versions")
    number = models.PositiveIntegerField()
    name = models.CharField(max_length=120)
    description = models.CharField(max_length=300, blank=True)
    rule = models.JSONField()
    by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.SET_NULL, null=True, blank=True, related_name="+")
    at = models.DateTimeField()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["segment", "number"], name="segments_versions_are_numbered")]

    def __str__(self) -> str:
        return f"{self.name} {self.number}"


class SegmentSize(models.Model):
    """How many were in a segment at the end of a day, of the company's zone; of today, how many are so far."""

    segment = models.ForeignKey(Segment, on_delete=models.CASCADE, related_name="sizes")
    day = models.DateField()
    size = models.PositiveIntegerField()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["segment", "day"], name="segments_one_size_a_day")]

    def __str__(self) -> str:
        return f"{self.day}: {self.size}"


class Clock(models.Model):
    """One row: until when the passing of time is reckoned with in every segment that was counted since `lost_at`.

    `crowded` are the segments at whose edges too many stood to be asked: by number, since when (seconds) nobody was.
    """

    followed_at = models.DateTimeField()
    lost_at = models.DateTimeField()
    crowded = models.JSONField(default=dict)


class RfmScale(models.Model):
    """Where the fifths of the buyers of a year began and ended on a day: by days since the last order, orders, money.

    Each has four edges, of money in hundredths. `buyers` is how many people were compared.
    """

    day = models.DateField(unique=True)
    recency = models.JSONField()
    frequency = models.JSONField()
    money = models.JSONField()
    buyers = models.PositiveIntegerField()

    def __str__(self) -> str:
        return str(self.day)
