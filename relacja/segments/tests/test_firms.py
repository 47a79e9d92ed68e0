"""Rules about companies: the question to the records means what plain Python says, for every kind of field and mark."""

import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from relacja.contacts import actions, conditions, copying, narrowing
from relacja.contacts.actions import tags as tagging
from relacja.contacts.listing import firms as listing
from relacja.contacts.models import Company, Record
from relacja.contacts.tests.people import make_contact
from relacja.contacts.tests.test_conditions import RANDOMLY, crowd, values
from relacja.segments import drafts, firms, rules
from relacja.segments.drafts import Draft

__all__ = ["crowd"]


@pytest.fixture
def marked(crowd, alice, now):
    """The same companies; every third has a tag, every fourth is a VIP, one has a somebody with a role."""
    tag = tagging.make_tag("Złoty", colour="amber", now=now)
    for number, firm in enumerate(crowd):
        if number % 3 == 0:
            tagging.retag(firm, on=[tag], now=now)
        if number % 4 == 0:
            actions.edit_company(firm, values={"attributes.VIP": {"since": "2026-01-01", "reason": ""}}, now=now)
    actions.appoint(make_contact(now, email="rada@zolc.example"), crowd[9], role="Członkini RADY", now=now)
    make_contact(now, email="szef@zolc.example", company="Firma 3", job_title="Żółty szef")
    return tag


def leaves(marked, alice) -> st.SearchStrategy:
    among, companies = conditions.subjects(), list(Company.objects.order_by("pk"))

    @st.composite
    def compared(draw):
        subject = among[draw(st.sampled_from(sorted(among)))]
        op = draw(st.sampled_from(subject.operators))
        value = draw(values(subject, op, companies, alice.pk))
        asked = {"kind": "attribute", "field": subject.path, "op": op}
        return asked if value is None else {**asked, "value": value}

    has, is_vip = st.sampled_from(["has", "has_not"]), st.sampled_from(["is", "is_not"])
    tags = st.sampled_from([marked.key, "gone"])
    roles = st.sampled_from(["rady", "SZEF", "członk", "nobody", "%"])
    return st.one_of(
        compared(),
        st.builds(lambda op, tag: {"kind": "tag", "op": op, "tag": tag}, has, tags),
        st.builds(lambda op: {"kind": "vip", "op": op}, is_vip),
        st.builds(lambda role: {"kind": "role", "role": role}, roles),
    )


def trees(leaf: st.SearchStrategy) -> st.SearchStrategy:
    def group(inside):
        several = st.lists(inside, min_size=1, max_size=3)
        return st.one_of(
            st.builds(lambda parts: {"all": parts}, several),
            st.builds(lambda parts: {"any": parts}, several),
            st.builds(lambda part: {"not": part}, inside),
        )

    return st.recursive(leaf, group, max_leaves=5)


@RANDOMLY
@given(data=st.data())
def test_the_question_means_what_plain_python_says(marked, alice, now, data):
    rule = rules.read(data.draw(trees(leaves(marked, alice))), Record.COMPANY)

    found = set(firms.narrowed(Company.objects.all(), rule, now).values_list("pk", flat=True))

    companies = list(Company.objects.all())
    listing.count_people(companies)
    assert found == {one.pk for one in companies if firms.holds(rule, one, now)}
    assert rules.sentence(rule)
    assert rules.read(json.loads(json.dumps(rule.to_json())), Record.COMPANY) == rule


@RANDOMLY
@given(data=st.data())
def test_a_rule_that_is_written_again_stays_the_same(marked, alice, now, data):
    rule = rules.read(data.draw(trees(leaves(marked, alice))), Record.COMPANY)

    draft = Draft.of_rule(rule, Record.COMPANY)
    again = drafts.read(draft)

    there = Company.objects.all()
    assert set(firms.narrowed(there, again, now)) == set(firms.narrowed(there, rule, now))


@pytest.mark.parametrize("asked", ["łódź", "ŁÓDŹ", "Łódź"])
def test_letters_of_any_alphabet_are_folded_by_ourselves(now, db, asked):
    for number, city in enumerate(["ŁÓDŹ", "łódź", "Łódź Fabryczna", "Lodz", "Ψάρι", "[x]"]):
        Company.objects.create(name=str(number), name_key=str(number), city=city, created_at=now)

    def cities(op: str, value: str) -> set[str]:
        rule = rules.read({"kind": "attribute", "field": "city", "op": op, "value": value}, Record.COMPANY)
        return set(firms.narrowed(Company.objects.all(), rule, now).values_list("city", flat=True))

    assert cities("is", asked) == {"ŁÓDŹ", "łódź"}
    assert cities("starts_with", asked) == {"ŁÓDŹ", "łódź", "Łódź Fabryczna"}
    assert cities("contains", "ψΆΡ") == {"Ψάρι"}
    assert cities("contains", "[X") == {"[x]"}
    assert cities("contains", ".") == set()


def test_somebody_there_is_asked_of_the_facts(now, deliver, facts):
    for number, (city, firm) in enumerate([("Hel", "Żuraw"), ("Sopot", "Żuraw"), ("Sopot", "Mewa"), ("Hel", "")]):
        make_contact(now, email=f"p{number}@zolc.example", city=city, company=firm)
    copying.copy_changed()
    of_hel = {"people": {"all": [{"kind": "attribute", "field": "city", "op": "is", "value": "hel"}]}}

    def named(rule: dict) -> set[str]:
        asked = narrowing.read(json.dumps(rule), at=now, of=Record.COMPANY)
        return {one.name for one in listing.left(listing.Filters(rule=asked))}

    assert named(of_hel) == {"Żuraw"}
    assert named({"not": of_hel}) == {"Mewa"}
    assert "somebody" not in rules.sentence(rules.read(of_hel, Record.COMPANY))  # it is said in Polish
    assert drafts.read(Draft.of_rule(rules.read(of_hel, Record.COMPANY), Record.COMPANY)).to_json() == {"all": [of_hel]}
