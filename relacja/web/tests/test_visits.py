"""Conditions on visits and arrivals: their SQL means what their plain Python says.

EXAMPLES=1000 tries a thousand rules of each kind of question instead of eighty.
"""

import os
import random
import uuid
from dataclasses import replace
from datetime import timedelta

import pytest
from django.utils import translation
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from relacja.segments import queries, rules
from relacja.segments.rules import Happened, Person
from relacja.segments.tests.randomly import event_row, written
from relacja.web import visits
from relacja.web.tests.doors import stored

SITE = "https://www.sklep.example"
URLS = [f"{SITE}/rowery?x=1", f"{SITE}/Kontakt", "https://inny.example/rowery/mewa", "", 7, f"{SITE}"]
ARRIVALS = [
    None,
    None,
    None,
    {"medium": "direct"},
    {"medium": "search", "source": "Google", "term": "rower", "referrer": "www.google.com"},
    {"medium": "email", "source": "newsletter", "campaign": "Wiosna"},
    {"medium": "cpc", "source": "google", "campaign": "wiosna", "content": "baner"},
]
AGENTS = ["Mozilla/5.0 (iPhone; CPU) Mobile", "Mozilla/5.0 (iPad)", "Mozilla/5.0 (X11; Linux)", "", None]
MINUTES = [0, 1, 29, 30, 31, 60, 61, 1439, 1440, 4320, 4350, 10_000]
PEOPLE = 30
RANDOMLY = settings(
    max_examples=int(os.environ.get("EXAMPLES", "80")),
    deadline=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
    derandomize=True,
)


def page(chance: random.Random, now) -> Happened:
    arrival = chance.choice(ARRIVALS)
    context = {
        "locale": chance.choice(["pl-PL", "en", "PL", None]),
        "userAgent": chance.choice(AGENTS),
        **({"arrival": arrival} if arrival else {}),
        **({"page": {"url": chance.choice(URLS)}} if chance.random() < 0.3 else {}),
    }
    properties = {"url": chance.choice(URLS), "title": chance.choice(["Rowery", "kontakt z nami"])}
    return Happened(
        uuid.UUID(int=chance.getrandbits(128)),
        chance.choice(["Page Viewed", "Page Viewed", "Screen Viewed", "Product Viewed"]),
        now - timedelta(minutes=chance.choice(MINUTES)),
        properties if chance.random() < 0.8 else {},
        {key: value for key, value in context.items() if value is not None},
    )


@pytest.fixture
def people(facts, now) -> list[Person]:
    """People with visits at awkward times, some pages stored twice, some people without any."""
    chance = random.Random(11)
    found = [
        Person(number, {}, {}, tuple(page(chance, now) for _ in range(chance.choice([0, 1, 2, 4, 8]))), now)
        for number in range(1, PEOPLE + 1)
    ]
    facts.insert(
        "contact", [{"id": one.id, "created_at": now, "version": 1, "is_deleted": 0, "attributes": {}} for one in found]
    )
    rows = [event_row(event, one.id) for one in found for event in one.events for _ in range(chance.choice([1, 2]))]
    for half in (rows[::2], rows[1::2]):
        facts.insert("event", half)
    return found


def telling() -> st.SearchStrategy[dict]:
    of_pages = written("x", property=["page"], op=["contains"], value=["rowery", "KONTAKT", "sklep", "x=1"])
    starts = written(
        "x", property=["page"], op=["starts_with", "is"], value=["/rowery", "sklep.example/", SITE, "/Kontakt"]
    )
    titles = written("x", property=["title"], op=["is", "contains"], value=["rowery", "z nami"])
    texts = written(
        "x",
        property=["medium", "source", "campaign", "term", "content", "referrer"],
        op=["is", "is_not", "contains", "starts_with"],
        value=["google", "Search", "email", "direct", "wiosna", "rec"],
    )
    kinds = written(
        "x", property=["device", "language"], op=["is", "is_not"], value=["phone", "tablet", "pl", "computer"]
    )
    bare = written("x", property=["medium", "source", "campaign", "device"], op=["empty", "filled"])
    several = st.just({"property": "medium", "op": "in", "value": ["direct", "SEARCH"]})
    found = st.one_of(of_pages, starts, titles, texts, kinds, bare, several)
    return found.map(lambda one: {key: value for key, value in one.items() if key != "kind"})


def visit() -> st.SearchStrategy[dict]:
    counted = st.one_of(
        st.sampled_from([{"op": "at_least", "times": times} for times in (1, 1, 2, 3)]),
        st.sampled_from([{"op": op, "times": times} for op in ("at_most", "exactly") for times in (0, 1, 2)]),
    )
    within = st.sampled_from([{}, {"within": 1}, {"within": 3}])
    where = st.one_of(st.just({}), st.lists(telling(), min_size=1, max_size=2).map(lambda found: {"where": found}))
    return st.builds(
        lambda *parts: {"kind": "visit"} | {k: v for one in parts for k, v in one.items()}, counted, within, where
    )


def came() -> st.SearchStrategy[dict]:
    names = ["medium", "source", "campaign", "term", "content", "referrer"]
    texts = written(
        "came",
        which=["first", "last"],
        what=names,
        op=["is", "is_not", "contains", "starts_with"],
        value=["google", "direct", "wiosna", "search"],
    )
    return st.one_of(texts, written("came", which=["first", "last"], what=names, op=["empty", "filled"]))


@RANDOMLY
@given(asked=st.lists(st.one_of(visit(), came()), min_size=1, max_size=4))
def test_the_answer_is_what_plain_python_says(people, now, asked):
    questions = [rules.read(one) for one in asked]
    expected = [{one.id for one in people if rule.check(one)} for rule in questions]

    assert [set(found) for found in queries.everybody(questions, now)] == expected
    assert queries.holding(questions, list(range(1, PEOPLE + 1)), now) == expected


@settings(RANDOMLY, max_examples=RANDOMLY.max_examples // 4)
@given(asked=st.one_of(visit(), came()), who=st.integers(1, PEOPLE))
def test_an_explanation_agrees_and_speaks(people, now, asked, who):
    rule = rules.read(asked)

    explained = queries.explain(rule, who, now)

    assert explained.holds == rule.check(people[who - 1])
    assert rules.read(rule.to_json()) == rule
    for language in ("pl", "en"):
        with translation.override(language):
            assert "{" not in rules.sentence(rule)


def test_time_that_passes_concerns_whom_it_moves(people, now):
    rule = rules.read({"kind": "visit", "op": "at_least", "times": 2, "within": 3})
    later = now + timedelta(minutes=40)

    before, after = ({one.id for one in people if rule.check(replace(one, now=at))} for at in (now, later))

    assert before - after
    assert (before ^ after) <= set(queries.passed([rule], now, later, most=1000))


def test_a_visit_ends_with_half_an_hour_of_silence_or_a_new_arrival(now):
    def seen(minute, arrival=None):
        context = {"arrival": arrival} if arrival else {}
        return Happened(uuid.uuid4(), "Page Viewed", now + timedelta(minutes=minute), {}, context)

    google, direct = {"medium": "search", "source": "Google"}, {"medium": "direct"}
    pages = [seen(0), seen(29), seen(59), seen(60, google), seen(61), seen(62, direct)]

    assert [len(visit) for visit in visits.visits_of(pages[::-1])] == [2, 1, 3]


def test_what_a_tracker_reports_is_known_of_the_visit(door, browser, facts, now):

    told = {
        "writeKey": browser,
        "messageId": "m-1",
        "anonymousId": "v-1",
        "properties": {"url": f"{SITE}/rowery", "referrer": "https://www.google.com/"},
        "context": {"arrival": {"medium": "forged"}, "locale": "pl-PL"},
    }

    door.post("/v1/page", told, user_agent="Mozilla/5.0 (iPhone)")

    [event] = [one for one in stored() if one.name == "Page Viewed"]
    assert event.context["arrival"] == {"medium": "search", "source": "Google", "referrer": "www.google.com"}
    facts.insert("contact", [{"id": 1, "created_at": now, "version": 1, "is_deleted": 0, "attributes": {}}])
    seen = Happened(event.id, event.name, event.at, event.properties, event.context)
    facts.insert("event", [event_row(seen, 1)])
    for property, value in (("source", "google"), ("device", "phone"), ("language", "pl"), ("page", "/rowery")):
        where = [{"property": property, "op": "is", "value": value}]
        rule = rules.read({"kind": "visit", "op": "at_least", "times": 1, "where": where})
        assert queries.ids(rule, now) == [1], property
