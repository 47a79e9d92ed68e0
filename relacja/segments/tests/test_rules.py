"""What a rule may hold, and what it says."""

from pathlib import Path

import pytest
from django.utils import translation
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from relacja.clickhouse import facts as door
from relacja.lib.errors import Refused
from relacja.segments import queries, ready_made, rules
from relacja.segments.binder import Touched, Whole
from relacja.segments.tests.contract import keeps_the_contract
from relacja.segments.tests.randomly import make_people, trees

DID = {"kind": "event", "name": "Product Viewed", "op": "at_least", "times": 3, "within": 30, "unit": "days"}
CITY = {"kind": "attribute", "field": "city", "op": "is", "value": "Gdynia"}
EXAMPLES = {
    "rfm_group": {"kind": "rfm_group", "group": "loyal", "ago": 30},
    "segment": {"kind": "segment", "op": "in", "segment": "customers"},
    "rfm": {"kind": "rfm", "score": "recency", "op": "at_least", "value": 4},
    "attribute": CITY,
    "consent": {"kind": "consent", "purpose": "newsletter", "channel": "email", "state": "given"},
    "event": {
        **DID,
        "where": [{"property": "category", "op": "is", "value": "Bikes"}],
        "after_last": "Order Completed",
    },
    "moment": {"kind": "moment", "which": "first", "name": "Order Completed", "op": "in_last", "value": 30},
    "devoted": {"kind": "devoted", "by": "category", "percent": 50, "orders": 3},
    "visit": {"kind": "visit", "op": "at_least", "times": 2},
    "came": {"kind": "came", "which": "first", "what": "source", "op": "is", "value": "Google"},
    "derived": {"kind": "derived", "what": "favourite_category", "op": "is", "value": "Rowery"},
    "owner": {"kind": "owner", "op": "is", "person": "7"},
    "sequence": {"kind": "sequence", "first": "Product Viewed", "op": "did", "then": "Order Completed", "days": 3},
    "orders": {"kind": "orders", "what": "total", "op": "at_least", "amount": 100, "within": 90},
    "bought": {"kind": "bought", "op": "bought", "by": "category", "value": "Rowery"},
    "letters": {"kind": "letters", "op": "ignored", "letters": 3},
    "stage": {"kind": "stage", "stage": "customer"},
    "tag": {"kind": "tag", "op": "has", "tag": "gold"},
    "team": {"kind": "team", "op": "in", "team": "7"},
    "vip": {"kind": "vip", "op": "is"},
    "among": {"kind": "among", "contacts": [12, 15]},
    "region": {"kind": "region", "op": "is", "region": "PL.77"},
    "town": {"kind": "town", "op": "is", "town": "Kraków"},
    "postcode": {"kind": "postcode", "country": "PL", "op": "starts_with", "code": "31-0"},
    "near": {"kind": "near", "km": 25, "of": {"name": "Kraków", "lat": 50.0614, "lon": 19.9366}},
}
HOSTILE = [
    "name') OR 1=1--",
    "'; DROP TABLE contact --",
    "x` OR `1`=`1",
    "{p0:String}",
    "\\'); SELECT sleep(3) --",
    "url('http://169.254.169.254')",
    "file('/etc/passwd')",
    'a" OR ""="',
    "ł/*",
    "%s%(x)s{0}",
]


def example(kind: str) -> dict:
    """A condition of that kind; one that belongs upstairs is the first of its choices."""
    return EXAMPLES.get(kind) or {"kind": kind} | {
        blank.name: blank.choices()[0][0] for blank in rules.kinds()[kind].blanks
    }


@pytest.mark.parametrize("kind", list(rules.kinds()))
def test_every_kind_of_condition_keeps_the_contract(kind, facts, now):
    if kind not in EXAMPLES and not rules.kinds()[kind].starts():
        pytest.skip("nothing there to ask for: the tests of its own app keep the contract")

    keeps_the_contract(example(kind), now)


@pytest.mark.parametrize(
    ("data", "named"),
    [
        (None, "“all”"),
        ([], "“all”"),
        ({}, "{}"),
        ({"all": [], "any": []}, "all, any"),
        ({"_connector": "OR 1=1"}, "_connector"),
        ({"any": []}, "any"),
        ({"all": [{"all": []}]}, "all"),
        ({"all": "x"}, "all"),
        ({"kind": 7}, "7"),
        ({"kind": "password"}, "password"),
        ({**CITY, "field": "user__password"}, "user__password"),
        ({**CITY, "field": "attributes.a'b"}, "a'b"),
        ({**CITY, "field": "attributes."}, "field"),
        ({**CITY, "op": "regex"}, "regex"),
        ({**CITY, "op": "greater", "value": 3}, "is greater than"),
        ({**CITY, "value": 7}, "value"),
        ({**CITY, "value": "\ud800"}, "value"),
        ({**CITY, "value": "a\x00b"}, "value"),
        ({**CITY, "value": "x" * 501}, "value"),
        ({**CITY, "op": "in", "value": []}, "value"),
        ({**CITY, "op": "empty", "value": "x"}, "value"),
        ({**CITY, "field": "created_at", "op": "before", "value": "2026-13-01"}, "value"),
        ({**CITY, "field": "created_at", "op": "in_last", "value": 0}, "value"),
        ({**DID, "times": 0}, "0 times"),
        ({**DID, "times": True}, "times"),
        ({**DID, "times": 10**9}, "times"),
        ({**DID, "unit": "years"}, "unit"),
        ({**DID, "unit": None}, "within"),
        ({**DID, "within": 4000}, "within"),
        ({**DID, "where": [{"property": "a b') --", "op": "is", "value": "x"}]}, "a b') --"),
        ({**DID, "where": [{"property": "a", "op": "is", "value": "x", "sql": "1"}]}, "sql"),
        ({**DID, "where": [CITY] * 6}, "where"),
    ],
)
def test_what_is_no_rule_is_refused_with_a_sentence_naming_it(data, named):
    with translation.override("en"), pytest.raises(Refused) as refusal:
        rules.read(data)

    assert named in str(refusal.value)


def test_a_rule_has_its_limits():
    deep = CITY
    for _ in range(8):
        deep = {"all": [deep]}

    with translation.override("en"):
        with pytest.raises(Refused, match="nested"):
            rules.read(deep)
        with pytest.raises(Refused, match="at most 50"):
            rules.read({"all": [CITY] * 51})


@pytest.mark.parametrize("text", HOSTILE)
def test_nothing_a_person_types_is_text_of_a_statement(facts, now, monkeypatch, text):
    asked = []
    ask = door.ask

    def listening(sql, parameters=None, **limits):
        asked.append(sql)
        return ask(sql, parameters, **limits)

    monkeypatch.setattr(door, "ask", listening)
    allowed = [
        {**CITY, "value": text},
        {**CITY, "op": "in", "value": [text, "x"]},
        {**DID, "name": text, "after_last": text},
        {**DID, "where": [{"property": "category", "op": "contains", "value": text}]},
    ]
    refused = [
        {**CITY, "field": text},
        {**CITY, "field": f"attributes.{text}"},
        {**CITY, "op": text},
        {**DID, "op": text},
        {**DID, "unit": text},
        {**DID, "where": [{"property": text, "op": "is", "value": "x"}]},
        {"kind": text},
        {text: [CITY]},
        {"kind": "stage", "stage": text},
        {"kind": "consent", "purpose": text, "channel": "email", "state": "given"},
    ]

    for data in allowed:
        assert queries.count(rules.read(data), now) == 0
        assert queries.holding([rules.read(data)], [1], now) == [set()]
    for data in refused:
        with pytest.raises(Refused):
            rules.read(data)
    assert asked
    assert not [sql for sql in asked if text in sql]


@settings(max_examples=200, deadline=None, derandomize=True)
@given(text=st.text(min_size=1, max_size=40))
def test_any_text_is_either_bound_or_refused(text):
    from datetime import UTC, datetime

    for data in ({**CITY, "value": text}, {**CITY, "field": f"attributes.{text}"}, {**DID, "name": text}):
        try:
            rule = rules.read(data)
        except Refused:
            continue
        for bind in (
            Whole(datetime(2026, 1, 1, tzinfo=UTC)),
            Touched(datetime(2026, 1, 1, tzinfo=UTC), contact_ids=[1], profile_ids=[1]),
        ):
            rule.sql(bind)
            flat = [
                one for value in bind.parameters.values() for one in (value if isinstance(value, list) else [value])
            ]
            assert text in flat


def test_what_only_aliases_know_is_read_from_a_nested_path(facts, now):
    contact = {"id": 1, "created_at": now, "version": 1, "is_deleted": 0}
    facts.insert("contact", [{**contact, "attributes": {"deep": {"er way": {"zażółć": "gęślą"}}}}])

    rule = rules.read({"kind": "attribute", "field": "attributes.deep.er way.zażółć", "op": "is", "value": "GĘŚLĄ"})

    assert queries.ids(rule, now) == [1]


ENGLISH = {
    "abandoned-carts": "“Product added to cart” at least once in the last 3 days after the last “Order completed”"
    " and never “Product added to cart” in the last 60 minutes.",
    "new-contacts": "Date of adding was in the last 30 days.",
    "birthdays-and-anniversaries": "Anniversary of “Birthday” is this month or anniversary of “date of adding” is this"
    " month.",
    "newsletter-subscribers": "Consent to “newsletter” by e-mail is given.",
    "customers": "Stage is “Customer”.",
    "viewed-never-bought": "“Product viewed” at least once and never “Order completed”.",
    "active-customers": "At least 1 order in the last 90 days.",
    "at-risk": "At least 2 orders in the last 365 days and last order at least 90 days ago.",
    "dormant-customers": "Last order at least 180 days ago and last order at most 365 days ago.",
    "lost-customers": "Last order at least 365 days ago.",
    "won-back": "Stage is “Won back”.",
    "vips": "Is a VIP.",
    "category-lovers": "One and the same category in 50% of the orders, at least 3 times.",
    "high-value": "Orders worth at least 2,000.00 zł in the last 365 days.",
    "one-time-buyers": "Exactly 1 order.",
    "repeat-buyers": "At least 2 orders.",
    "no-purchase-for-30-days": "Last order at least 30 days ago.",
    "engaged-with-email": "“Message opened” at least once in the last 90 days or “Link clicked” at least"
    " once in the last 90 days.",
    "unengaged-with-email": "Took no notice of the last 5 letters.",
}


@pytest.mark.parametrize("one", ready_made.segments(cart_minutes=60), ids=lambda one: one.key)
def test_a_rule_is_a_sentence(db, one):
    with translation.override("en"):
        assert rules.sentence(rules.read(one.rule)) == ENGLISH[one.key]


def test_a_nested_rule_is_a_sentence_with_its_groups_apart():
    rule = rules.read({"all": [DID, {"any": [CITY, EXAMPLES["stage"]]}, {"not": {"any": [CITY, EXAMPLES["consent"]]}}]})

    with translation.override("en"):
        assert rules.sentence(rule) == (
            "“Product viewed” at least 3 times in the last 30 days and (city is “Gdynia” or stage is “Customer”)"
            " and none of these: city is “Gdynia”; consent to “newsletter” by e-mail is given."
        )


def test_polish_counts_as_polish_does():
    if not Path(__file__).parents[1].joinpath("locale/pl/LC_MESSAGES/django.mo").exists():
        pytest.skip("translations are not compiled: run `make setup`")
    with translation.override("pl"):
        said = [rules.read({**DID, "times": times, "within": times}).words() for times in (1, 2, 5)]

    assert [words.split("” ")[1] for words in said] == [
        "co najmniej raz w ciągu ostatniej doby",
        "co najmniej 2 razy w ciągu ostatnich 2 dni",
        "co najmniej 5 razy w ciągu ostatnich 5 dni",
    ]


@settings(
    max_examples=100, deadline=None, derandomize=True, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
@given(tree=trees())
def test_every_rule_has_its_words_in_both_languages(db, tree):
    rule = rules.read(tree)

    for language in ("pl", "en"):
        with translation.override(language):
            assert rules.sentence(rule).endswith(".")
            assert "{" not in rules.sentence(rule)


@settings(
    max_examples=150, deadline=None, derandomize=True, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
@given(tree=trees())
def test_a_rule_survives_the_form(db, tree):
    from datetime import UTC, datetime

    from relacja.segments.drafts import Condition, Draft

    def posted(group):
        yield f"{group.place}:mode", group.mode
        for part in group.parts:
            if isinstance(part, Condition):
                yield f"{part.place}:kind", part.kind
                yield from ((f"{part.place}:{one.name}", one.typed) for one in part.inputs)
            else:
                yield from posted(part)

    rule = rules.read(tree)
    form = dict(posted(Draft.of_rule(rule).root))
    again = rules.read(Draft.of_form(form).to_json())

    people = make_people(datetime(2026, 10, 25, 0, 30, tzinfo=UTC)).values()
    assert [again.check(one) for one in people] == [rule.check(one) for one in people]
