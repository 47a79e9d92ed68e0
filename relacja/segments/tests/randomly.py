"""People with short histories, and rules of every kind, drawn at random.

EXAMPLES=1000 tries a thousand rules of each kind of question instead of two hundred.
"""

import os
import random
import uuid
from datetime import timedelta

import pytest
from hypothesis import HealthCheck, settings
from hypothesis import strategies as st

from relacja.contacts.by_day import OPERATORS
from relacja.events.models import Alias
from relacja.segments import scales
from relacja.segments.models import RfmScale, Segment
from relacja.segments.rules import Happened, Person
from relacja.segments.tests.anything import anything
from relacja.staff.models import Membership, Team, User

NAMES = ["Product Viewed", "Product Added", "Order Completed", "Order Cancelled", "Zażółć 'gęślą'"]
LETTERS = ["Email Sent", "Email Sent", "Email Opened", "Email Link Clicked"]
CITIES = ["Warszawa", "warszawa", "Łódź", "Kraków", "", "O'Fallon"]
PLACES = [
    {},
    {"place": "unknown", "town": "Xyz", "town_key": "xyz", "postcode": "99999"},
    {"place": "town", "town": "Kraków", "town_key": "krakow", "region": "PL.77", "lat": 50.0614, "lon": 19.9366},
    {"place": "postcode", "town": "Łódź", "town_key": "lodz", "postcode": "90001", "lat": 51.77058, "lon": 19.47395},
    {"place": "postcode", "town": "Suva", "town_key": "suva", "postcode": "31", "lat": -18.14161, "lon": 178.44149},
    {"place": "postcode", "town": "Lambasa", "town_key": "lambasa", "postcode": "31042", "lat": -16.4, "lon": -179.9},
]
STAGES = ["lead", "prospect", "customer"]
ATTRIBUTES = [
    {},
    {"tier": "Gold", "points": 120},
    {"tier": "silver", "points": 120.5, "vip": True},
    {"tier": "", "points": "77", "since": "2026-10-20"},
    {"since": "2026-10-24T22:15:00Z", "tags": ["vip", "b2b"], "deep": {"er": {"key": "value"}}},
    {"since": "2026-03-29T02:30:00", "points": -3, "vip": False},
    {"consent": {"newsletter": {"email": "given"}}, "tags": [], "VIP": {"since": "2026-10-01", "reason": ""}},
    {"consent": {"newsletter": {"email": "withdrawn", "sms": "asked"}}, "since": "not a day"},
]
PROPERTIES = [
    {},
    {"category": "Bikes", "price": 100},
    {"category": "bikes", "price": 99.5},
    {"category": "Lamps", "price": "250", "deep": {"er": 1}},
    {"on": "2026-10-01"},
    {"total": 100, "products": [{"category": "Bikes", "name": "Rower"}, {"category": "LAMPS", "sku": 7}]},
    {"total": "99.995", "products": [{"category": "bikes"}, "x"]},
    {"total": -20.5, "products": "none"},
    {"order_id": "Z1", "total": 0.29, "currency": "pln", "products": [{"name": "kask", "category": None}]},
    {"order_id": "Z1", "total": 1234.56, "currency": "EUR", "products": []},
    {"order_id": 7, "total": "nan"},
    {"message": "m1"},
    {"message": 2},
]
PEOPLE = 40
STRANGER = (1 << 62) + 5000
ASKED = {
    "looked": {"kind": "event", "name": NAMES[0], "op": "at_least", "times": 2, "within": 30, "unit": "minutes"},
    "others": {"not": {"kind": "segment", "op": "in", "segment": "looked"}},
}


def make_people(now, seed: int = 7) -> dict[int, Person]:
    """Forty people with short histories at awkward times, some under profiles that were joined later."""
    chance = random.Random(seed)
    people = {}
    for number in range(1, PEOPLE + 1):
        columns = {
            "email": f"p{number}@example.com",
            "first_name": chance.choice(["Ada", "Jan", "Żaneta"]),
            "last_name": chance.choice(["Nowak", "Kowalska", ""]),
            "name": "",
            "phone": chance.choice(["", "+48600100200"]),
            "city": chance.choice(CITIES),
            **chance.choice(PLACES),
            "country": chance.choice(["PL", "DE", ""]),
            "company": chance.choice(["", "Żuraw sp. z o.o."]),
            "stage": chance.choice(STAGES),
            "owner_id": chance.choice([0, 0, 1, 2, 7]),
            "created_at": now - timedelta(hours=chance.randrange(0, 24 * 20), milliseconds=chance.randrange(1000)),
            "name_key": chance.choice(["nowak ada", "żak", "kowalska jan", "~"]),
            "changed_at": now - timedelta(minutes=chance.randrange(5)),
        }
        events = tuple(
            Happened(
                uuid.UUID(int=chance.getrandbits(128)),
                chance.choice([*NAMES, *LETTERS]),
                now - timedelta(minutes=chance.choice([0, 1, 29, 30, 31, 59, 60, 61, 1439, 1440, 4320, 10_000])),
                chance.choice(PROPERTIES),
            )
            for _ in range(chance.randrange(0, 12))
        )
        people[number] = Person(number, columns, chance.choice(ATTRIBUTES), events, now)
    return people


@pytest.fixture
def people(facts, now):
    """The people of `make_people` in the store: some events stored twice, strangers' events among them."""
    people = make_people(now)
    team = Team.objects.create(pk=1, name="Pomorze", name_key="pomorze", created_at=now)
    for pk in (1, 7):
        user = User.objects.create(pk=pk, email=f"u{pk}@firma.example")
        Membership.objects.create(team=team, user=user)
    for key, rule in ASKED.items():
        Segment.objects.create(key=key, name=key, rule=rule, created_at=now)
    edges = {"recency": [0, 1, 2, 6], "frequency": [1, 2, 3, 4], "money": [29, 5000, 9999, 12_345]}
    RfmScale.objects.create(day=now.date(), buyers=20, **edges)
    scales.forget_remembered()
    chance = random.Random(3)
    facts.insert(
        "contact",
        [
            {"id": one.id, **one.columns, "attributes": one.attributes, "version": 1, "is_deleted": 0}
            for one in people.values()
        ]
        + [{"id": 99, "city": "Warszawa", "version": 2, "is_deleted": 1, "created_at": now, "attributes": {}}],
    )
    rows = []
    for one in people.values():
        other = (1 << 62) + one.id
        if one.id % 3 == 0:
            Alias.objects.create(profile_id=other, contact_id=one.id, since=now)
            facts.insert("alias", [{"profile_id": other, "contact_id": one.id, "version": 1, "is_deleted": 0}])
        for event in one.events:
            profile = chance.choice([one.id, other]) if one.id % 3 == 0 else one.id
            rows += [event_row(event, profile)] * chance.choice([1, 1, 2])
    rows += [event_row(Happened(uuid.uuid4(), NAMES[0], now), profile) for profile in (STRANGER, 99, 12345)]
    for half in (rows[::2], rows[1::2]):
        facts.insert("event", half)
    facts.command("SYSTEM RELOAD DICTIONARY alias_of")
    return people


def event_row(event: Happened, profile: int) -> dict:
    return {
        "id": event.id,
        "name": event.name,
        "at": event.at,
        "received_at": event.at,
        "profile_id": profile,
        "channel": event.channel or "web",
        "source": "test",
        "properties": event.properties,
        "context": event.context,
    }


def comparison() -> st.SearchStrategy[dict]:
    words = st.sampled_from(["Warszawa", "łódź", "a", "gold", "bikes", "true", "120", "given", "O'F", "77", "value"])
    days = st.sampled_from(["2026-10-20", "2026-10-24", "2026-10-25", "2026-03-29"])
    return st.one_of(
        st.builds(
            lambda op, value: {"op": op, "value": value},
            st.sampled_from(["is", "is_not", "contains", "starts_with"]),
            words,
        ),
        st.builds(lambda value: {"op": "in", "value": value}, st.lists(words, min_size=1, max_size=3)),
        st.builds(
            lambda op, value: {"op": op, "value": value},
            st.sampled_from(["greater", "less"]),
            st.sampled_from([0, 100, 99.5, 120, -3]),
        ),
        st.builds(lambda op, value: {"op": op, "value": value}, st.sampled_from(["before", "after"]), days),
        st.builds(lambda value: {"op": "in_last", "value": value}, st.sampled_from([1, 5, 7, 400])),
        st.sampled_from([{"op": "empty"}, {"op": "filled"}]),
        by_day(),
    )


def by_day() -> st.SearchStrategy[dict]:
    return st.sampled_from(sorted(OPERATORS)).flatmap(
        lambda op: (
            st.builds(lambda value: {"op": op, "value": value}, st.sampled_from([1, 4, 24, 210, 364]))
            if OPERATORS[op].counts
            else st.just({"op": op})
        )
    )


def attribute() -> st.SearchStrategy[dict]:
    paths = [f"attributes.{key}" for key in ("tier", "points", "vip", "since", "tags", "deep.er.key", "none")]
    columns = st.sampled_from(["city", "email", "last_name", "phone", "company", "country"])
    timely = {"before", "after", "in_last", *OPERATORS}
    textual = comparison().filter(lambda one: one["op"] not in {"greater", "less", *timely})
    temporal = comparison().filter(lambda one: one["op"] in timely)
    return st.one_of(
        st.builds(
            lambda field, test: {"kind": "attribute", "field": field, **test}, st.sampled_from(paths), comparison()
        ),
        st.builds(lambda field, test: {"kind": "attribute", "field": field, **test}, columns, textual),
        st.builds(lambda test: {"kind": "attribute", "field": "created_at", **test}, temporal),
    )


def event() -> st.SearchStrategy[dict]:
    window = st.sampled_from(
        [{}, *({"within": n, "unit": u} for n, u in ((30, "minutes"), (1, "hours"), (24, "hours"), (3, "days")))]
    )
    count = st.one_of(
        st.builds(lambda n: {"op": "at_least", "times": n}, st.sampled_from([1, 2, 3, 101])),
        st.builds(lambda op, n: {"op": op, "times": n}, st.sampled_from(["at_most", "exactly"]), st.integers(0, 3)),
    )
    filters = st.lists(
        st.builds(
            lambda name, test: {"property": name, **test},
            st.sampled_from(["category", "price", "on", "deep.er", "none"]),
            comparison(),
        ),
        max_size=2,
    ).map(lambda found: {"where": found} if found else {})
    after = st.sampled_from([{}, {}, *({"after_last": name} for name in NAMES)])
    return st.builds(
        lambda name, count, window, filters, after: {
            "kind": "event",
            "name": name,
            **count,
            **window,
            **filters,
            **after,
        },
        st.sampled_from(NAMES),
        count,
        window,
        filters,
        after,
    )


def written(kind: str, **blanks: list) -> st.SearchStrategy[dict]:
    """Conditions of one kind with any of these in their blanks; None leaves a blank out."""
    return st.fixed_dictionaries({"kind": st.just(kind), **{key: st.sampled_from(blanks[key]) for key in blanks}}).map(
        lambda found: {key: value for key, value in found.items() if value is not None}
    )


def history() -> st.SearchStrategy[dict]:
    """Conditions on what followed what, on orders and on letters."""
    within, limits, amounts = [None, 1, 3], ["at_least", "at_most"], [0.29, 50, 99.9, 100, 100.29]
    before = [None, None, 1, 2]
    of_lines = {"category": [None, None, "bikes"], "product": [None, None, "KASK"]}
    return st.one_of(
        written("sequence", first=NAMES, op=["did", "did_not"], then=NAMES, days=[1, 2, 7], within=within),
        written(
            "orders",
            what=["number"],
            op=[*limits, "exactly"],
            amount=[1, 2, 101],
            within=within,
            before=before,
            **of_lines,
        ),
        written("orders", what=["number", "total"], op=["at_most", "exactly"], amount=[0], within=within, **of_lines),
        written("orders", what=["total", "average", "largest"], op=[*limits, "exactly"], amount=amounts, **of_lines),
        written(
            "orders",
            what=["total", "largest"],
            op=limits,
            amount=amounts,
            within=within,
            before=before,
            currency=["PLN", "EUR"],
        ),
        written("orders", what=["days"], op=limits, amount=[1, 3, 7], within=within, before=before, **of_lines),
        written("bought", op=["bought", "not_bought"], by=["category", "name", "sku"], value=["bikes", "ROWER", "7"]),
        written("letters", op=["opened", "clicked", "ignored"], letters=[1, 2, 3]),
    )


def moment() -> st.SearchStrategy[dict]:
    """Conditions on the first and the last time, also of events with a property."""
    compared = comparison().filter(lambda one: one["op"] in {"before", "after", "in_last", *OPERATORS})
    where = st.one_of(
        st.just({}),
        comparison().map(lambda test: {"where": [{"property": "category", **test}]}),
        comparison().map(lambda test: {"where": [{"property": "on", **test}]}),
    )
    return st.builds(
        lambda which, name, test, where: {"kind": "moment", "which": which, "name": name, **test, **where},
        st.sampled_from(["first", "last"]),
        st.sampled_from(NAMES),
        compared,
        where,
    )


def devoted() -> st.SearchStrategy[dict]:
    return written(
        "devoted",
        by=["category", "name", "sku"],
        value=[None, None, "bikes", "Kask"],
        percent=[1, 34, 50, 100],
        orders=[1, 2, 3],
        within=[None, 1, 3],
    )


def place() -> st.SearchStrategy[dict]:
    """Conditions on where people live; some circles cross the 180th meridian or hold a pole."""
    spots = [("Kraków", 50.0614, 19.9366), ("Suva", -18.1416, 178.4415), ("pole", 90, 0), ("Łódź", 51.77058, 19.47395)]
    centres = [{"name": name, "lat": lat, "lon": lon} for name, lat, lon in spots]
    ops = ["is", "is_not"]
    return st.one_of(
        written("country", op=ops, country=["PL", "DE"]),
        written("region", op=ops, region=["PL.77", "PL.78"]),
        written("town", op=ops, town=["krakow", "ŁÓDŹ", "Xyz"]),
        written("postcode", country=["PL", "DE"], op=["is", "starts_with"], code=["31-042", "31", "9"]),
        written("postcode", country=["PL"], op=["between"], code=["31-000", "90-001"], upper=["90-001", "99-999"]),
        written("place", standing=["known", "unknown", "missing"]),
        written("near", km=[1, 190, 193, 400, 5000], of=centres),
    )


def trees() -> st.SearchStrategy[dict]:
    leaves = st.one_of(
        anything(NAMES),
        attribute(),
        event(),
        history(),
        moment(),
        devoted(),
        place(),
        st.builds(lambda stage: {"kind": "stage", "stage": stage}, st.sampled_from(STAGES)),
        st.builds(
            lambda channel, state: {"kind": "consent", "purpose": "newsletter", "channel": channel, "state": state},
            st.sampled_from(["email", "sms"]),
            st.sampled_from(["given", "asked", "withdrawn", "never"]),
        ),
        st.builds(
            lambda op, tag: {"kind": "tag", "op": op, "tag": tag},
            st.sampled_from(["has", "has_not"]),
            st.sampled_from(["vip", "b2b", "none"]),
        ),
        st.builds(lambda op: {"kind": "vip", "op": op}, st.sampled_from(["is", "is_not"])),
        st.sampled_from([{"kind": "owner", "op": op} for op in ("nobody", "somebody")]),
        st.builds(
            lambda op, person: {"kind": "owner", "op": op, "person": person},
            st.sampled_from(["is", "is_not"]),
            st.sampled_from(["1", "2", "9"]),
        ),
        st.builds(
            lambda op, team: {"kind": "team", "op": op, "team": team},
            st.sampled_from(["in", "not_in"]),
            st.sampled_from(["1", "2"]),
        ),
    )
    return st.recursive(
        leaves,
        lambda inner: st.one_of(
            st.builds(lambda found: {"all": found}, st.lists(inner, min_size=1, max_size=3)),
            st.builds(lambda found: {"any": found}, st.lists(inner, min_size=1, max_size=3)),
            st.builds(lambda found: {"not": found}, inner),
        ),
        max_leaves=5,
    )


RANDOMLY = settings(
    max_examples=int(os.environ.get("EXAMPLES", "200")),
    deadline=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
    derandomize=True,
)
