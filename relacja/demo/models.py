"""Orders of the demonstration shop, and which records are demonstration data."""

from decimal import Decimal

from django.db import models
from django.db.models import Q

from relacja.contacts.models import Contact

FIRST_NUMBER = 10_000


class Order(models.Model):
    """What somebody ordered, at the prices of that moment. Never changed."""

    contact = models.ForeignKey(Contact, on_delete=models.CASCADE, related_name="+")
    at = models.DateTimeField()
    delivery = models.DecimalField(max_digits=10, decimal_places=2)
    total = models.DecimalField(max_digits=10, decimal_places=2)
    currency = models.CharField(max_length=3)
    recipient = models.CharField(max_length=250)
    street = models.CharField(max_length=200)
    postal_code = models.CharField(max_length=16)
    city = models.CharField(max_length=120)

    class Meta:
        constraints = [
            models.CheckConstraint(condition=Q(total__gte=0, delivery__gte=0), name="demo_order_not_negative")
        ]

    def __str__(self) -> str:
        return self.number

    @property
    def number(self) -> str:
        """What the customer and the shop call the order."""
        return f"RZ-{FIRST_NUMBER + self.pk}"

    @property
    def subtotal(self) -> Decimal:
        return self.total - self.delivery


class OrderLine(models.Model):
    """One product of an order."""

    order = models.ForeignKey(Order, on_delete=models.CASCADE, related_name="lines")
    sku = models.CharField(max_length=20)
    name = models.CharField(max_length=120)
    size = models.CharField(max_length=20, blank=True)
    price = models.DecimalField(max_digits=10, decimal_places=2)
    quantity = models.PositiveIntegerField()

    class Meta:
        constraints = [models.CheckConstraint(condition=Q(quantity__gt=0), name="demo_line_of_something")]

    def __str__(self) -> str:
        return f"{self.quantity} × {self.name}"

    @property
    def total(self) -> Decimal:
        return self.price * self.quantity


class MarkKind(models.TextChoices):
    CONTACT = "contact"
    COMPANY = "company"
    PROFILE = "profile"
    LOG = "log"
    STOP = "stop"
    LINK = "link"
    FIELD = "field"
    USER = "user"
    TEAM = "team"
    RULE = "rule"


class Mark(models.Model):
    """A record or a profile that was loaded as demonstration data, and goes when the data is removed.

    Kept apart from what it marks: whatever people do to a demonstration contact, it stays one. `log` is the last entry
    of the log that the loading wrote; a `stop` is an address on the do-not-write list, a `link` what a letter led to, a
    `field` one of those that hold dates of customers. A `user` is a colleague who was made up, with a `team` and a
    `rule`.
    """

    kind = models.CharField(max_length=7, choices=MarkKind)
    number = models.BigIntegerField()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["kind", "number"], name="demo_mark_once"),
            models.CheckConstraint(condition=Q(kind__in=MarkKind.values), name="demo_mark_known_kind"),
        ]

    def __str__(self) -> str:
        return f"{self.kind}:{self.number}"
