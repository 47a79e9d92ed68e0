"""A flaw means the same in SQL and in plain Python."""

import uuid
from datetime import timedelta

import pytest

from relacja.quality.flaws import FLAWS
from relacja.segments import queries, rules
from relacja.segments.rules import Happened, Person

EMAILS = [
    "",
    "ola@gmial.com",
    "OLA@GMIAL.COM",
    "biuro@firma.example",
    "Biuro@firma.example",
    "ola@firma.example",
    "biuro",
]
PEOPLE = ["", "NOWAK", "Nowak", "ŻÓŁĆ", "Żółć", "JO", "Anna2", "a<b>", "李小龍", "O'Neil", "d'ARC"]


@pytest.fixture
def people(facts, now):
    """Every address with every name, some of whom did something, as long ago as matters."""
    found = {}
    ages = [None, 0, 364, 365, 366]
    for number, (email, name) in enumerate(((e, n) for e in EMAILS for n in PEOPLE), start=1):
        age = ages[number % len(ages)]
        events = () if age is None else (Happened(uuid.uuid4(), "Page Viewed", now - timedelta(days=age)),)
        columns = {
            "email": email,
            "phone": "+48600100200" if number % 3 else "",
            "first_name": name if number % 2 else "",
            "last_name": "" if number % 2 else name,
            "place": ["", "unknown", "town", "postcode"][number % 4],
        }
        found[number] = Person(number, columns, {}, events, now)
    facts.insert("contact", [{"id": one.id, **one.columns, "version": 1, "is_deleted": 0} for one in found.values()])
    facts.insert(
        "event",
        [
            {"id": event.id, "name": event.name, "at": event.at, "received_at": event.at, "profile_id": one.id}
            for one in found.values()
            for event in one.events
        ],
    )
    return found


@pytest.mark.parametrize("code", FLAWS)
def test_sql_and_python_agree(people, now, code):
    rule = rules.read({"kind": "flaw", "flaw": code})

    expected = {one.id for one in people.values() if rule.check(one)}

    assert expected
    assert len(expected) < len(people)
    assert set(queries.ids(rule, now)) == expected
    assert queries.holding([rule], list(people), now) == [expected]


@pytest.mark.parametrize("code", FLAWS)
def test_a_flaw_is_explained(people, now, code):
    rule = rules.read({"kind": "flaw", "flaw": code})
    contact_id = queries.ids(rule, now)[0]

    explained = queries.explain(rule, contact_id, now)

    assert explained.holds
    assert explained.clauses[0].evidence is not None
