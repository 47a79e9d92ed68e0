"""Conditions on external data mean what their plain Python says, hostile words and all."""

import random

import pytest
from hypothesis import given
from hypothesis import strategies as st

from relacja.contacts.models import Contact
from relacja.events.models import Alias
from relacja.external import queries, sources
from relacja.external.models import Column, Source
from relacja.external.tests.making import make_contact, make_source
from relacja.lib.errors import Refused
from relacja.segments import queries as segments
from relacja.segments import rules
from relacja.segments.tests.contract import keeps_the_contract
from relacja.segments.tests.randomly import RANDOMLY

PEOPLE = 30
KINDS = {"points": "number", "tier": "choice", "note": "text", "since": "date", "vip": "yes_no", "worth": "money"}
ROWS = [
    {},
    {"points": 120, "tier": "Gold", "vip": True, "since": "2026-10-20"},
    {"points": 99.5, "tier": "gold", "vip": False, "since": "2026-10-24", "note": "O'Fallon \\ {p0:String}"},
    {"points": -3, "note": "zażółć", "worth": {"amount": "100.00", "currency": "PLN"}},
    {"tier": "silver", "since": "2026-03-29", "worth": {"amount": "99.99", "currency": "EUR"}},
    {"note": "'; DROP TABLE contact --", "points": 0},
]


@pytest.fixture
def people(facts, now):
    """Thirty people, some of them in the table, some merged into another with or without a row of their own."""
    chance = random.Random(5)
    source = Source.objects.create(kind="upload", key="loyalty", names={"pl": "Klub"}, created_at=now, live_at=now)
    for key, kind in KINDS.items():
        Column.objects.create(source=source, position=0, key=key, heading=key, kind=kind)
    made = source.refreshes.create(cause="first", state="done", at=now, before=0)
    Source.objects.filter(pk=source.pk).update(generation=made.pk, taken_at=now)
    Contact.objects.bulk_create(
        [Contact(pk=pk, email=f"p{pk}@x.example", created_at=now, changed_at=now) for pk in range(1, PEOPLE + 1)]
    )
    facts.insert(
        "contact",
        [
            {
                "id": pk,
                "created_at": now,
                "changed_at": now,
                "version": 1,
                "is_deleted": int(pk % 7 == 0),
                "attributes": {},
            }
            for pk in range(1, PEOPLE + 1)
        ],
    )
    rows = [pk for pk in range(1, PEOPLE + 1) if chance.random() < 0.7]
    facts.insert(
        "external_row",
        [
            {"generation": made.pk, "contact_id": pk, "row": pk, "digest": pk, "data": chance.choice(ROWS)}
            for pk in rows
        ],
    )
    for loser in range(7, PEOPLE, 7):
        Alias.objects.create(profile_id=loser, contact_id=loser + 1, since=now)
        facts.insert("alias", [{"profile_id": loser, "contact_id": loser + 1, "version": 1, "is_deleted": 0}])
    facts.command("SYSTEM RELOAD DICTIONARY alias_of")
    sources.forget_remembered()
    return [pk for pk in range(1, PEOPLE + 1) if pk % 7]


def conditions() -> st.SearchStrategy[dict]:
    words = st.sampled_from(["gold", "Gold", "O'F", "zaŻ", "120", "true", "a", "{p0:String}"])
    tests = {
        "points": st.builds(
            lambda op, v: {"op": op, "value": v}, st.sampled_from(["greater", "less"]), st.integers(-5, 121)
        ),
        "tier": st.builds(lambda op, v: {"op": op, "value": v}, st.sampled_from(["is", "is_not"]), words),
        "note": st.builds(
            lambda op, v: {"op": op, "value": v}, st.sampled_from(["is", "is_not", "contains", "starts_with"]), words
        ),
        "since": st.builds(
            lambda op, v: {"op": op, "value": v},
            st.sampled_from(["before", "after"]),
            st.sampled_from(["2026-10-20", "2026-03-29", "2026-10-25"]),
        )
        | st.builds(lambda n: {"op": "in_last", "value": n}, st.sampled_from([1, 5, 300])),
        "vip": st.builds(lambda v: {"op": "is", "value": v}, st.sampled_from(["true", "false"])),
        "worth": st.builds(lambda op: {"op": op, "value": 99.995}, st.sampled_from(["greater", "less"])),
    }
    empty = st.sampled_from([{"op": "empty"}, {"op": "filled"}])
    columns = st.one_of(
        [
            (test | empty).map(lambda found, key=key: {"kind": "external", "field": f"external.loyalty.{key}", **found})
            for key, test in tests.items()
        ]
    )
    known = st.sampled_from(["in", "not_in"]).map(
        lambda op: {"kind": "external_known", "source": "external.loyalty", "op": op}
    )
    return st.recursive(
        columns | known,
        lambda inner: (
            st.builds(lambda found: {"all": found}, st.lists(inner, min_size=1, max_size=3))
            | st.builds(lambda found: {"not": found}, inner)
        ),
        max_leaves=4,
    )


@RANDOMLY
@given(tree=conditions(), touched=st.sets(st.integers(1, PEOPLE), min_size=1, max_size=5))
def test_the_answer_is_what_plain_python_says(people, now, tree, touched):
    rule = rules.read(tree)
    everybody = {
        pk: segments.Person(pk, {}, {}, (), now, beyond={"external": held}) for pk, held in held_by(people).items()
    }

    expected = {pk for pk, one in everybody.items() if rule.check(one)}

    assert set(segments.ids(rule, now)) == expected
    assert set(segments.everybody([rule], now)[0]) == expected
    assert segments.holding([rule], sorted(touched), now) == [expected & touched]


def held_by(people):
    held = queries.held(people)
    return {pk: {key: one.data for key, one in held.get(pk, {}).items()} for pk in people}


def test_conditions_keep_the_contract(facts, now):
    make_contact(now)
    make_source("email,points\nanna@zolc.example,5\n", kinds={"points": "number"}, now=now)

    keeps_the_contract({"kind": "external", "field": "external.loyalty.points", "op": "greater", "value": 100}, now)
    keeps_the_contract({"kind": "external_known", "source": "external.loyalty", "op": "in"}, now)


def test_the_answer_to_why_says_the_value_and_from_when(facts, now):
    from relacja.contacts import copying

    anna, jan = make_contact(now), make_contact(now, "jan@zuk.example")
    copying.copy_changed()
    make_source("email,points\nanna@zolc.example,5\n", kinds={"points": "number"}, now=now)
    rule = rules.read({"kind": "external", "field": "external.loyalty.points", "op": "less", "value": 100})

    hers, his = (segments.explain(rule, one.pk, now) for one in (anna, jan))

    assert (hers.holds, his.holds) == (True, False)
    assert "5" in hers.clauses[0].evidence.value
    assert "2026" in hers.clauses[0].evidence.value
    assert hers.clauses[0].words == "Loyalty: points: mniej niż 100"
    assert his.missing


@pytest.mark.parametrize(
    "path", ["external.loyalty.nothing", "external.other.points", "attributes.x", "external", 7, None]
)
def test_what_is_no_column_is_refused(facts, now, path):
    make_source(now=now)

    with pytest.raises(Refused):
        rules.read({"kind": "external", "field": path, "op": "filled"})
