"""Days of dates that are written into the history of people."""

from django.db import models
from django.db.models import Q

from relacja.contacts.models.contact import Contact

MOST_DAYS = 365


class Notice(models.Model):
    """That so many `days` after a date, or before it below zero, the history says so.

    `path` is the date as rules name it. What was before `noted_until` is done; that day itself may go on.
    """

    path = models.CharField(max_length=60)
    days = models.SmallIntegerField()
    noted_until = models.DateField()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["path", "days"], name="contacts_notice_once"),
            models.CheckConstraint(
                condition=Q(days__gte=-MOST_DAYS, days__lte=MOST_DAYS), name="contacts_notice_within_a_year"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.path} {self.days:+}"


class Noted(models.Model):
    """That the history of somebody says what came on `day`: nothing is written down twice."""

    contact = models.ForeignKey(Contact, on_delete=models.CASCADE, related_name="+")
    path = models.CharField(max_length=60)
    days = models.SmallIntegerField()
    day = models.DateField()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["contact", "path", "days", "day"], name="contacts_noted_once"),
        ]
        indexes = [models.Index(fields=["path", "days", "day", "contact"], name="contacts_noted_by_day")]

    def __str__(self) -> str:
        return f"{self.path} {self.days:+}, {self.day}: {self.contact_id}"
