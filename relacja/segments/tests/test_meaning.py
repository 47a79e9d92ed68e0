"""The SQL of a rule means what its plain Python says, for everybody at once and for a few asked again."""

import uuid
from collections import Counter
from datetime import timedelta

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from relacja.segments import queries, rules
from relacja.segments.rules import Happened
from relacja.segments.tests.randomly import NAMES, PEOPLE, RANDOMLY, event_row, trees


@RANDOMLY
@given(tree=trees())
def test_the_answer_is_what_plain_python_says(people, now, tree):
    rule = rules.read(tree)

    found = queries.ids(rule, now)

    assert Counter(found) == Counter(one.id for one in people.values() if rule.check(one))
    assert set(queries.everybody([rule], now)[0]) == set(found)


@RANDOMLY
@given(asked=st.lists(trees(), min_size=1, max_size=6), touched=st.sets(st.integers(1, PEOPLE + 3), min_size=1))
def test_asking_again_for_a_few_gives_the_same_answer_as_asking_for_everybody(people, now, asked, touched):
    questions = [rules.read(tree) for tree in asked]

    found = queries.holding(questions, sorted(touched), now)

    assert found == [{one.id for one in people.values() if one.id in touched and rule.check(one)} for rule in questions]


@settings(RANDOMLY, max_examples=RANDOMLY.max_examples // 5)
@given(tree=trees(), who=st.integers(1, PEOPLE))
def test_an_explanation_agrees_with_the_answer_clause_by_clause(people, now, tree, who):
    rule = rules.read(tree)

    explained = queries.explain(rule, who, now)

    assert explained.holds == (who in queries.ids(rule, now))
    assert [clause.holds for clause in explained.clauses] == [
        node.check(people[who]) for _depth, node in rules.nodes(rule)
    ]


@RANDOMLY
@given(tree=trees(), who=st.integers(1, PEOPLE))
def test_what_is_missing_is_what_nobody_who_meets_the_rule_lacks(people, now, tree, who):
    rule = rules.read(tree)

    [absent] = queries.missing_of([rule], who, now)

    assert (absent is None) == rule.check(people[who])
    if absent is not None:
        assert not absent.check(people[who])
        assert all(absent.check(one) for one in people.values() if rule.check(one))
        assert rules.sentence(absent).endswith(".")


@RANDOMLY
@given(tree=trees())
def test_a_rule_survives_being_written_down(people, tree):
    rule = rules.read(tree)

    assert rules.read(rule.to_json()) == rule


def test_members_come_in_pages_and_are_as_many_as_counted(people, now):
    rule = rules.read({"kind": "event", "name": "Product Viewed", "op": "at_least", "times": 1})

    first = queries.members(rule, 0, 5, now)
    rest = queries.members(rule, first[-1], 1000, now)

    assert first + rest == sorted(queries.ids(rule, now))
    assert queries.count(rule, now) == len(first + rest)


def test_nobody_is_explained_who_is_not_there(people, now):
    with pytest.raises(queries.NobodyThere):
        queries.explain(rules.Every(), 99, now)


def test_times_are_right_in_the_night_the_clocks_go_back(facts, now):
    facts.insert("contact", [{"id": 1, "created_at": now, "version": 1, "is_deleted": 0, "attributes": {}}])
    twice = now + timedelta(hours=1)  # 02:30 in Warsaw, for the second time
    facts.insert("event", [event_row(Happened(uuid.uuid4(), NAMES[0], twice - timedelta(minutes=31)), 1)])
    rule = rules.read(
        {"kind": "event", "name": NAMES[0], "op": "at_least", "times": 1, "within": 30, "unit": "minutes"}
    )

    assert queries.ids(rule, twice - timedelta(minutes=2)) == [1]
    assert queries.ids(rule, twice) == []
