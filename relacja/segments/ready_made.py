"""The segments every company starts with. Their thresholds are theirs to change."""

from dataclasses import dataclass
from typing import Any

from django.utils.translation import gettext as _

from relacja.contacts import consents
from relacja.contacts.models import ConsentAct, Stage

Json = dict[str, Any]


@dataclass(frozen=True, slots=True)
class ReadyMade:
    key: str
    name: str
    description: str
    rule: Json


def segments(*, cart_minutes: int) -> list[ReadyMade]:
    """All of them, in the language that is active. A cart counts as left after `cart_minutes` of quiet."""
    return [
        ReadyMade(
            "abandoned-carts",
            _("Abandoned carts"),
            _("Put something into the cart in the last 3 days, did not order, and has been quiet for a while."),
            abandoned_carts(cart_minutes),
        ),
        ReadyMade(
            "new-contacts",
            _("New contacts"),
            _("Added in the last 30 days."),
            {"all": [{"kind": "attribute", "field": "created_at", "op": "in_last", "value": 30}]},
        ),
        ReadyMade(
            "birthdays-and-anniversaries",
            _("Birthday or anniversary this month"),
            _("Their birthday, or the day on which they were added, returns this month."),
            {"any": [_returns("attributes.birthday"), _returns("created_at")]},
        ),
        ReadyMade(
            "newsletter-subscribers",
            _("Newsletter subscribers"),
            _("Agreed to the newsletter by e-mail and confirmed it."),
            {"all": [_agreed(consents.NEWSLETTER, consents.EMAIL)]},
        ),
        ReadyMade(
            "customers",
            _("Customers"),
            _("Ordered at least once and are customers now."),
            {"all": [{"kind": "stage", "stage": str(Stage.CUSTOMER)}]},
        ),
        ReadyMade(
            "viewed-never-bought",
            _("Viewed but never bought"),
            _("Looked at a product and has not ordered anything yet."),
            {"all": [_did("Product Viewed"), {"not": {"any": [_did("Order Completed")]}}]},
        ),
    ]


def abandoned_carts(minutes: int) -> Json:
    """Put into the cart in the last 3 days after the last order, and nothing more in the last `minutes`."""
    added = {**_did("Product Added"), "after_last": "Order Completed", "within": 3, "unit": "days"}
    just_now = {**_did("Product Added"), "within": minutes, "unit": "minutes"}
    return {"all": [added, {"not": {"any": [just_now]}}]}


def _did(name: str) -> Json:
    return {"kind": "event", "name": name, "op": "at_least", "times": 1}


def _returns(field: str) -> Json:
    return {"kind": "attribute", "field": field, "op": "returns_this_month"}


def _agreed(purpose: str, channel: str) -> Json:
    return {"kind": "consent", "purpose": purpose, "channel": channel, "state": str(ConsentAct.GIVEN)}
