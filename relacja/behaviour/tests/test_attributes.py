"""What the facts say of people's behaviour is what plain Python says of the same events.

EXAMPLES=1000 tries a thousand conditions instead of eighty.
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

from relacja.behaviour import attributes
from relacja.behaviour import queries as behaviour
from relacja.events.models import Alias
from relacja.segments import queries, rules
from relacja.segments.rules import Happened, Person
from relacja.segments.tests.randomly import by_day, event_row

ORDERS = ["Order Completed", "Order Completed", "Order Completed", "Order Cancelled"]
OTHERS = ["Email Opened", "Email Link Clicked", "Page Viewed", "Page Viewed", "Screen Viewed", "Signed In"]
LINES = [
    [{"category": "Rowery", "brand": "KTM", "name": "Mewa"}],
    [{"category": "rowery", "name": "Mewa 7"}, {"category": "Kaski", "brand": 7}, {"category": "ROWERY"}],
    [{"category": "Łańcuchy"}, {"category": "kaski", "brand": "ktm"}],
    [],
    "none",
]
TOTALS = [100, "99.995", 0.29, -20.5, "nan", None, 1234.56]
PEOPLE = 40
RANDOMLY = settings(
    max_examples=int(os.environ.get("EXAMPLES", "80")),
    deadline=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
    derandomize=True,
)


def order(chance: random.Random) -> dict:
    said = {
        "order_id": chance.choice(["", "A1", "A2", 7]),
        "total": chance.choice(TOTALS),
        "currency": chance.choice([None, "PLN", "EUR"]),
        "products": chance.choice(LINES),
        "channel": chance.choice([None, "store", "moon"]),
    }
    return {key: value for key, value in said.items() if value not in (None, "")}


def happened(chance: random.Random, now, habit: int) -> Happened:
    is_order = chance.random() < 0.4
    name = chance.choice(ORDERS if is_order else OTHERS)
    letter = {"message": chance.choice(["m1", "m2", "m3", 4])} if name.startswith("Email") else {}
    arrival = {"arrival": chance.choice(ARRIVALS)} if name.endswith("Viewed") and chance.random() < 0.5 else {}
    campaign = {"campaign": {"medium": "email"}} if is_order and chance.random() < 0.3 else {}
    days = chance.choice([0, 1, 2, 3, 7, 14, 29, 30, 31, 100, 179, 180, 181, 364, 365, 500])
    at = now - timedelta(days=days, hours=chance.choice([0, 0, 0, 5, habit]), minutes=chance.choice([0, 0, 29, 31]))
    return Happened(
        uuid.UUID(int=chance.getrandbits(128)), name, at, order(chance) if is_order else letter, {**arrival, **campaign}
    )


ARRIVALS = [
    {"medium": "direct"},
    {"medium": "search", "source": "Google"},
    {"medium": "email", "source": "newsletter", "campaign": "Maj"},
    {"medium": "referral"},
]


@pytest.fixture
def people(facts, now) -> list[Person]:
    """People whose habits differ, some events stored twice, some under profiles that were joined later."""
    chance = random.Random(5)
    found = []
    for number in range(1, PEOPLE + 1):
        habit = chance.randrange(24)
        events = tuple(happened(chance, now, habit) for _ in range(chance.choice([0, 1, 3, 8, 16, 30])))
        found.append(Person(number, {}, {}, events, now))
    facts.insert(
        "contact", [{"id": one.id, "created_at": now, "version": 1, "is_deleted": 0, "attributes": {}} for one in found]
    )
    rows = []
    for one in found:
        other = (1 << 62) + one.id
        if one.id % 3 == 0:
            Alias.objects.create(profile_id=other, contact_id=one.id, since=now)
            facts.insert("alias", [{"profile_id": other, "contact_id": one.id, "version": 1, "is_deleted": 0}])
        for event in one.events:
            profile = chance.choice([one.id, other]) if one.id % 3 == 0 else one.id
            rows += [event_row(event, profile)] * chance.choice([1, 1, 2])
    for half in (rows[::2], rows[1::2]):
        facts.insert("event", half)
    facts.command("SYSTEM RELOAD DICTIONARY alias_of")
    return found


def test_the_facts_say_of_everybody_what_plain_python_says(people, now):
    known = attributes.registered()
    told = behaviour.of_contacts([one.id for one in people], now)

    for person in people:
        found = told.get(person.id, {})
        for key, derived in known.items():
            expected = derived.found(person)
            short = expected and (expected.value, expected.number, expected.of)
            assert (key in found and (found[key].value, found[key].number, found[key].of)) == (short or False), key
    for key in known:
        assert any(key in found for found in told.values()), f"nobody here shows {key}"


def test_one_person_is_told_as_many_are(people, now):
    told = behaviour.of_contacts([one.id for one in people], now)
    few = behaviour.of_contacts([3, 7], now)

    assert {key: replace(one, events=()) for key, one in few[7].items()} == told[7]
    alone = behaviour.of_profiles([3, (1 << 62) + 3], now)
    assert {key: replace(one, events=()) for key, one in alone.items()} == told[3]
    assert behaviour.of_profiles([999], now) == {}
    assert behaviour.of_contacts([], now) == {}


def test_the_evidence_is_as_much_as_is_said(people, now):
    for person in people:
        for derived, found in behaviour.with_evidence(person.id, now):
            if found is None:
                continue
            assert found.events
            assert {event.name for event in found.events} <= derived.names
            for language in ("pl", "en"):
                with translation.override(language):
                    assert "{" not in derived.said(found) + derived.why(found) + str(derived.how)
                    assert derived.said(found)


VALUES = {
    "favourite_category": ["rowery", "kaski", "łań"],
    "favourite_brand": ["ktm", "7"],
    "favourite_product": ["mewa"],
    "channel": ["email", "web", "store"],
    "weekday": ["1", "5", "7"],
    "first_source": ["google", "direct", "news"],
    "last_source": ["Google", "referral", "direct"],
}


def condition() -> st.SearchStrategy[dict]:
    def of(key: str) -> st.SearchStrategy[dict]:
        operators = attributes.registered()[key].kind.operators
        begun = {"kind": "derived", "what": key}
        tests = [{"op": op} for op in ("empty", "filled")]
        tests += [
            {"op": op, "value": value} for op in ("is", "is_not", "contains") for value in VALUES.get(key, ["18"])
        ]
        tests += [{"op": op, "value": value} for op in ("greater", "less") for value in (0, 2, 18, 99.9, 100)]
        tests += [{"op": op, "value": "2026-10-01"} for op in ("before", "after")]
        fit = st.sampled_from([one for one in tests if one["op"] in operators])
        if "in_next" in operators:
            fit = st.one_of(fit, by_day())
        return fit.map(lambda test: {**begun, **test})

    return st.sampled_from(sorted(attributes.registered())).flatmap(of)


@RANDOMLY
@given(asked=st.lists(condition(), min_size=1, max_size=4))
def test_conditions_mean_what_plain_python_says(people, now, asked):
    questions = [rules.read(one) for one in asked]
    expected = [{one.id for one in people if rule.check(one)} for rule in questions]

    assert [set(found) for found in queries.everybody(questions, now)] == expected
    assert queries.holding(questions, list(range(1, PEOPLE + 1)), now) == expected


@settings(RANDOMLY, max_examples=RANDOMLY.max_examples // 3)
@given(asked=condition(), who=st.integers(1, PEOPLE))
def test_an_explanation_agrees_and_speaks(people, now, asked, who):
    rule = rules.read(asked)

    explained = queries.explain(rule, who, now)

    assert explained.holds == rule.check(people[who - 1])
    assert rules.read(rule.to_json()) == rule
    for language in ("pl", "en"):
        with translation.override(language):
            assert "{" not in rules.sentence(rule) + explained.clauses[0].evidence.value


@RANDOMLY
@given(asked=condition(), minutes=st.sampled_from([1, 31, 600]))
def test_time_that_passes_concerns_whom_it_moves(people, now, asked, minutes):
    rule = rules.read(asked)
    later = now + timedelta(minutes=minutes)
    before, after = ({one.id for one in people if rule.check(replace(one, now=at))} for at in (now, later))

    if not any(leaf.ages_by_day for leaf in rule.leaves()):
        assert before ^ after <= set(queries.passed([rule], now, later, most=1000))
