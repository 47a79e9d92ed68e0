"""Two hundred segments as a shop with a marketing department keeps them, the same every time, as plain JSON.

Nine of ten look at what people did, two of three change merely because time passes, and most are nested.
"""

import random
from typing import Any

from bench.data import CITIES

Json = dict[str, Any]
DAYS = (1, 3, 7, 14, 30, 60, 90, 180, 365)
CATEGORIES = [f"c{number}" for number in range(20)]
TAGS = ("vip", "b2b", "hurt", "targi", "allegro", "reklamacja")


def audiences(count: int = 200) -> list[Json]:
    """The rules, each by a recipe in turn with numbers of its own."""
    dice = random.Random(200)
    return [RECIPES[number % len(RECIPES)](dice) for number in range(count)]


def did(name: str, times: int = 1, within: int | None = None, unit: str = "days", **more: Any) -> Json:
    window = {"within": within, "unit": unit} if within else {}
    return {"kind": "event", "name": name, "op": "at_least", "times": times, **window, **more}


def never(*rules: Json) -> Json:
    return {"not": {"any": list(rules)}}


def known(field: str, op: str, value: Any = None) -> Json:
    return {"kind": "attribute", "field": field, "op": op} | ({} if value is None else {"value": value})


def tag(name: str, op: str = "has") -> Json:
    return {"kind": "tag", "op": op, "tag": name}


def stage(name: str) -> Json:
    return {"kind": "stage", "stage": name}


def orders(what: str, amount: int, within: int | None = None) -> Json:
    window = {"within": within} if within else {}
    return {"kind": "orders", "what": what, "op": "at_least", "amount": amount, **window}


def derived(what: str, op: str, value: Any) -> Json:
    return {"kind": "derived", "what": what, "op": op, "value": value}


AGREED = {"kind": "consent", "purpose": "newsletter", "channel": "email", "state": "given"}


def where(name: str, op: str, value: Any) -> list[Json]:
    return [{"property": name, "op": op, "value": value}]


def _looked_not_bought(dice: random.Random) -> Json:
    days = dice.choice(DAYS[2:7])
    return {"all": [AGREED, did("Product Viewed", dice.randint(1, 5), days), never(did("Order Completed", 1, days))]}


def _category(dice: random.Random) -> Json:
    of = where("category", "is", dice.choice(CATEGORIES))
    times, days = dice.randint(1, 3), dice.choice(DAYS[4:])
    return {"all": [did("Product Viewed", times, days, where=of), {"any": [AGREED, tag(dice.choice(TAGS))]}]}


def _cart(dice: random.Random) -> Json:
    days, quiet = dice.choice((1, 2, 3, 7)), dice.choice((30, 60, 120, 240))
    added = did("Product Added", 1, days, after_last="Order Completed")
    return {"all": [added, never(did("Product Added", 1, quiet, "minutes"))]}


def _good_customers(dice: random.Random) -> Json:
    spent = where("price", "greater", dice.choice((100, 300, 500, 700)))
    return {
        "all": [stage("customer"), did("Order Completed", dice.randint(1, 3), dice.choice((180, 365)), where=spent)]
    }


def _asleep(dice: random.Random) -> Json:
    days = dice.choice((30, 60, 90, 180))
    return {"all": [did("Order Completed"), never(did("Order Completed", 1, days), did("Signed In", 1, days))]}


def _reads_letters(dice: random.Random) -> Json:
    days = dice.choice(DAYS[3:7])
    opens = did("Email Opened", dice.randint(1, 5), days)
    return {"all": [AGREED, {"any": [opens, did("Email Link Clicked", 1, days)]}, never(tag("reklamacja"))]}


def _does_not_read(dice: random.Random) -> Json:
    days = dice.choice((60, 90, 180))
    return {"all": [AGREED, never(did("Email Opened", 1, days), did("Email Link Clicked", 1, days))]}


def _from_city(dice: random.Random) -> Json:
    cities = dice.sample(CITIES, 3)
    return {"all": [known("city", "in", cities), did("Page Viewed", dice.randint(3, 20), dice.choice(DAYS[2:7]))]}


def _new_people(dice: random.Random) -> Json:
    return {"all": [known("created_at", "in_last", dice.choice(DAYS[2:])), {"any": [stage("lead"), stage("prospect")]}]}


def _points(dice: random.Random) -> Json:
    enough = known("attributes.points", "greater", dice.choice((100, 500, 900)))
    named = known("attributes.size", "in", dice.sample(["S", "M", "L", "XL"], 2))
    return {"all": [enough, named, {"not": known("city", "is", dice.choice(CITIES))}]}


def _busy(dice: random.Random) -> Json:
    days = dice.choice(DAYS[2:6])
    views = did("Page Viewed", dice.randint(5, 10), days)
    seen = {"any": [did("Product Added", 1, days), did("Product Viewed", 3, days)]}
    return {"all": [views, seen, {"not": stage("lost")}]}


def _exactly(dice: random.Random) -> Json:
    once = {**did("Order Completed", 1, dice.choice((90, 180, 365))), "op": "exactly"}
    return {"all": [once, {"any": [tag(dice.choice(TAGS)), AGREED]}, never(did("Product Viewed", 1, 7))]}


def _spenders(dice: random.Random) -> Json:
    spent = orders("total", dice.choice((500, 1000, 2000)), dice.choice((180, 365)))
    return {"all": [AGREED, spent, never(did("Order Completed", 1, dice.choice((7, 30))))]}


def _buyers(dice: random.Random) -> Json:
    bought = {"kind": "bought", "op": "bought", "by": "category", "value": dice.choice(CATEGORIES)}
    return {"all": [bought, orders("average", dice.choice((300, 600)))]}


def _devoted(dice: random.Random) -> Json:
    loves = {"kind": "devoted", "by": "brand", "percent": dice.choice((30, 50)), "orders": 2}
    return {"all": [{"any": [loves, derived("favourite_category", "is", dice.choice(CATEGORIES))]}, AGREED]}


def _due(dice: random.Random) -> Json:
    return {"all": [AGREED, derived("days_between_orders", "less", dice.choice((30, 60))), orders("number", 3)]}


def _to_meet(dice: random.Random) -> Json:
    there = derived("channel", "is", dice.choice(("email", "web", "store")))
    return {"all": [derived("hour", "greater", dice.choice((9, 17))), {"any": [there, tag(dice.choice(TAGS))]}]}


RECIPES = (
    _looked_not_bought,
    _category,
    _cart,
    _good_customers,
    _asleep,
    _reads_letters,
    _does_not_read,
    _from_city,
    _new_people,
    _points,
    _busy,
    _exactly,
    _spenders,
    _buyers,
    _devoted,
    _due,
    _to_meet,
)
