"""The first fourteen audiences as somebody who knows ClickHouse well would write them: the least a preview can cost.

They look away where rules may not: an event stored twice counts twice, and visitors who turned out to be somebody are
left out. The words of the rules are in `bench.audiences`; that both count the same people is checked when measuring.
"""

AGREED = "attributes.consent.newsletter.email = 'given'"


def did(name: str, days: float | None = None, more: str = "", having: str = "") -> str:
    since = f" AND at >= {{now:DateTime64(3)}} - toIntervalMinute({days * 1440:.0f})" if days else ""
    grouped = f" GROUP BY profile_id HAVING {having}" if having else ""
    return f"id IN (SELECT profile_id FROM event WHERE name = '{name}'{since}{more}{grouped})"


def tag(name: str) -> str:
    return f"has(attributes.tags.:`Array(Nullable(String))`, '{name}')"


LAST_ADDED = (
    "id IN (SELECT profile_id FROM event WHERE name IN ('Product Added', 'Order Completed')"
    " AND at >= {now:DateTime64(3)} - toIntervalDay(1) GROUP BY profile_id"
    " HAVING maxIf(at, name = 'Product Added') > maxIf(at, name = 'Order Completed'))"
)
STANDS = " AND order_number NOT IN (SELECT order_number FROM event WHERE name = 'Order Cancelled')"
CONDITIONS = [
    f"{AGREED} AND {did('Product Viewed', 7, having='count() >= 2')} AND NOT {did('Order Completed', 7)}",
    f"{did('Product Viewed', 365, ' AND properties.category = {c:String}')} AND ({AGREED} OR {tag('hurt')})",
    f"{LAST_ADDED} AND NOT {did('Product Added', 1 / 6)}",
    "stage = 'customer' AND "
    + did("Order Completed", 180, " AND toFloat64OrNull(toString(properties.price)) > 300", "count() >= 3"),
    f"{did('Order Completed')} AND NOT {did('Order Completed', 180)} AND NOT {did('Signed In', 180)}",
    f"{AGREED} AND ({did('Email Opened', 60, having='count() >= 4')} OR {did('Email Link Clicked', 60)})"
    f" AND NOT {tag('reklamacja')}",
    f"{AGREED} AND NOT {did('Email Opened', 90)} AND NOT {did('Email Link Clicked', 90)}",
    f"city IN ('Poznań', 'Białystok', 'Kraków') AND {did('Page Viewed', 60, having='count() >= 12')}",
    "created_at >= {now:DateTime64(3)} - toIntervalDay(30) AND created_at <= {now:DateTime64(3)}"
    " AND stage IN ('lead', 'prospect')",
    "toFloat64OrNull(toString(attributes.points)) > 900 AND toString(attributes.size) IN ('S', 'M')"
    " AND city != 'Gdynia'",
    f"{did('Page Viewed', 14, having='count() >= 10')} AND stage != 'lost'"
    f" AND ({did('Product Added', 14)} OR {did('Product Viewed', 14, having='count() >= 3')})",
    f"{did('Order Completed', 180, having='count() = 1')} AND ({tag('hurt')} OR {AGREED})"
    f" AND NOT {did('Product Viewed', 7)}",
    f"{AGREED} AND {did('Order Completed', 180, STANDS, 'sum(order_total) >= 200000')}"
    f" AND NOT {did('Order Completed', 7)}",
    did("Order Completed", more=" AND has(order_category, 'c4')")
    + f" AND {did('Order Completed', more=STANDS, having='avg(order_total) >= 60000')}",
]
STATEMENTS = [
    f"SELECT count() AS found, groupArraySorted(10)(id) AS people FROM contact FINAL WHERE is_deleted = 0 AND {one}"
    for one in CONDITIONS
]
