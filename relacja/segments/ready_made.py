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
        ReadyMade(
            "active-customers",
            _("Active customers"),
            _("Ordered in the last 90 days."),
            {"all": [_orders("number", "at_least", 1, within=90)]},
        ),
        ReadyMade(
            "at-risk",
            _("At risk of leaving"),
            _("Ordered at least twice in a year, and not for 90 days."),
            {"all": [_orders("number", "at_least", 2, within=365), _orders("days", "at_least", 90)]},
        ),
        ReadyMade(
            "dormant-customers",
            _("Dormant customers"),
            _("Ordered last between half a year and a year ago."),
            {"all": [_orders("days", "at_least", 180), _orders("days", "at_most", 365)]},
        ),
        ReadyMade(
            "lost-customers",
            _("Lost customers"),
            _("Ordered once, and not for a year."),
            {"all": [_orders("days", "at_least", 365)]},
        ),
        ReadyMade(
            "won-back",
            _("Won-back customers"),
            _("Were lost and are here again."),
            {"all": [{"kind": "stage", "stage": str(Stage.WON_BACK)}]},
        ),
        ReadyMade("vips", _("VIPs"), _("Marked as a VIP."), {"all": [{"kind": "vip", "op": "is"}]}),
        ReadyMade(
            "high-value",
            _("High value"),
            _("Orders worth 2,000 or more in a year."),
            {"all": [_orders("total", "at_least", 2000, within=365)]},
        ),
        ReadyMade(
            "one-time-buyers",
            _("One-time buyers"),
            _("Ordered exactly once."),
            {"all": [_orders("number", "exactly", 1)]},
        ),
        ReadyMade(
            "repeat-buyers",
            _("Repeat buyers"),
            _("Ordered at least twice."),
            {"all": [_orders("number", "at_least", 2)]},
        ),
        ReadyMade(
            "category-lovers",
            _("Lovers of a category"),
            _("One and the same category is in half of their orders, and in three of them. Choose one in the rule."),
            {"all": [{"kind": "devoted", "by": "category", "percent": 50, "orders": 3}]},
        ),
        ReadyMade(
            "no-purchase-for-30-days",
            _("No purchase for 30 days"),
            _("Ordered before, and not in the last 30 days."),
            {"all": [_orders("days", "at_least", 30)]},
        ),
        ReadyMade(
            "engaged-with-email",
            _("Engaged with e-mail"),
            _("Opened a letter or clicked in one in the last 90 days."),
            {"any": [{**_did(name), "within": 90, "unit": "days"} for name in ("Email Opened", "Email Link Clicked")]},
        ),
        ReadyMade(
            "unengaged-with-email",
            _("Unengaged with e-mail"),
            _("Neither opened nor clicked the last 5 letters."),
            {"all": [{"kind": "letters", "op": "ignored", "letters": 5}]},
        ),
    ]


def abandoned_carts(minutes: int) -> Json:
    """Put into the cart in the last 3 days after the last order, and nothing more in the last `minutes`."""
    added = {**_did("Product Added"), "after_last": "Order Completed", "within": 3, "unit": "days"}
    just_now = {**_did("Product Added"), "within": minutes, "unit": "minutes"}
    return {"all": [added, {"not": {"any": [just_now]}}]}


def _orders(what: str, op: str, amount: int, **more: Any) -> Json:
    return {"kind": "orders", "what": what, "op": op, "amount": amount, **more}


def _did(name: str) -> Json:
    return {"kind": "event", "name": name, "op": "at_least", "times": 1}


def _returns(field: str) -> Json:
    return {"kind": "attribute", "field": field, "op": "returns_this_month"}


def _agreed(purpose: str, channel: str) -> Json:
    return {"kind": "consent", "purpose": purpose, "channel": channel, "state": str(ConsentAct.GIVEN)}
