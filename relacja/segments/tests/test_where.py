"""Rules about places, from the address of a person to the words of the answer."""

import json

import pytest
from django.utils import translation

from relacja.contacts import actions, copying, whereabouts
from relacja.contacts.models import Company, Contact, Record
from relacja.lib.errors import Refused
from relacja.places.tests.making import make_gazetteer
from relacja.segments import drafts, firms, previews, queries, rules, sketches
from relacja.segments.drafts import Draft
from relacja.segments.tests.making import make_contact

NEAR = {"kind": "near", "km": 25, "of": "Kraków"}


@pytest.fixture
def people(facts, now):
    """Anna in Kraków, Ewa in Wieliczka, Jan in Warszawa, Ola nobody knows where, and Iza without an address."""
    make_gazetteer(now)
    found = {
        "anna": make_contact(now, "anna@zolc.example", postal_code="31-042", city="krakow"),
        "ewa": make_contact(now, "ewa@zolc.example", city="Wieliczka"),
        "jan": make_contact(now, "jan@zolc.example", postal_code="00-002"),
        "ola": make_contact(now, "ola@zolc.example", postal_code="99-999", city="Xyz"),
        "iza": make_contact(now, "iza@zolc.example"),
    }
    copying.copy_changed()
    return found


def meeting(people: dict[str, Contact], now, **asked) -> set[str]:
    found = queries.ids(rules.read(asked), now)
    return {name for name, contact in people.items() if contact.pk in found}


def test_whoever_lives_near_a_place_is_found(people, now):
    assert meeting(people, now, **NEAR) == {"anna", "ewa"}
    assert meeting(people, now, **NEAR | {"km": 5}) == {"anna"}
    assert meeting(people, now, **NEAR | {"of": "31-042", "km": 300}) == {"anna", "ewa", "jan"}


def test_regions_come_from_postcodes_and_towns_in_any_spelling(people, now):
    assert meeting(people, now, kind="region", op="is", region="PL.77") == {"anna", "ewa"}
    assert meeting(people, now, kind="town", op="is", town="KRAKÓW") == {"anna"}
    assert meeting(people, now, kind="town", op="is", town="Warszawa") == {"jan"}
    assert meeting(people, now, kind="place", standing="unknown") == {"ola"}
    assert meeting(people, now, kind="place", standing="missing") == {"iza"}
    between = {"kind": "postcode", "country": "PL", "op": "between", "code": "00-001", "upper": "31-042"}
    assert meeting(people, now, **between) == {"anna", "jan"}


def test_the_evidence_says_how_far_or_why_nobody_knows(people, now):
    rule = rules.read(NEAR)

    said = {name: queries.explain(rule, one.pk, now).clauses[0].evidence.value for name, one in people.items()}

    with translation.override("en"):
        assert queries.explain(rule, people["ewa"].pk, now).clauses[0].evidence.value.endswith("km from Kraków")
    assert said["anna"].startswith("31-042 Kraków: 0,")
    assert "99-999 Xyz" in said["ola"]
    assert said["iza"] == "brak adresu"


def test_the_declared_address_stays_as_it_was_written(people, now):
    anna = Contact.objects.get(pk=people["anna"].pk)

    assert (anna.city, whereabouts.of(anna).town) == ("krakow", "Kraków")


def test_people_are_copied_again_when_other_places_are_known(people, now, alice):
    make_gazetteer(now, b"PL\t99-999\tXyz\tMazovia\t78\t\t\t\t\t52.1\t21.0\t4\n", by=alice)

    copying.copy_changed()

    assert meeting(people, now, kind="place", standing="unknown") == {"anna", "ewa", "jan"}
    assert meeting(people, now, kind="region", op="is", region="PL.78") == {"ola"}


def test_a_place_keeps_its_coordinates_when_it_is_stored_and_comes_back_into_the_form_by_name(people, now):
    rule = rules.read(NEAR)

    stored = rule.to_json()

    assert stored["of"]["name"] == "Kraków"
    assert Draft.of_rule(rule).conditions()[0].typed["of"] == "Kraków"
    elsewhere = rules.read({**stored, "of": {"name": "Kraków", "lat": 1.5, "lon": 2.5}})
    typed = Draft.of_rule(elsewhere)
    assert drafts.read(typed).leaves().__next__() == elsewhere


def test_a_place_that_nobody_knows_is_refused_beside_its_condition(people, now):
    with pytest.raises(Refused, match="Xyz"):
        rules.read({**NEAR, "of": "Xyz nad Bzurą"})
    shown = previews.preview(
        Draft.of_form({"0:mode": "all", "0.0:kind": "near", "0.0:km": "5", "0.0:of": "Xyz"}), now=now
    )
    assert shown.wrong == "0.0"


def test_the_words_are_right_in_both_languages(people):
    rule = rules.read(NEAR)

    assert rules.sentence(rule) == "Mieszka w promieniu 25 km od: Kraków."
    with translation.override("en"):
        assert rules.sentence(rule) == "Lives within 25 km of Kraków."
        assert rule.denied() == "does not live within 25 km of Kraków"


def test_the_sketch_shows_where_those_live_who_are_meant(people, now, as_alice):
    drawn = sketches.sketch(rules.read(NEAR), now)

    assert (drawn.name, drawn.km, len(drawn.dots)) == ("Kraków", 25, 2)
    anna, ewa = sorted(drawn.dots, key=lambda dot: abs(float(dot.x)))
    assert abs(float(anna.x)) < 2
    assert float(ewa.x) > 20  # Wieliczka lies to the south-east
    assert float(ewa.y) > 20
    assert sketches.sketch(rules.read({"kind": "stage", "stage": "lead"}), now) is None
    assert "<svg" in as_alice.get("/segments/new/", {"rule": json.dumps(NEAR)}).text.partition("sketch")[2]


def test_before_places_are_learned_that_is_said(db):
    with pytest.raises(Refused, match=r"being learned|poznaje"):
        rules.read({"kind": "near", "km": 25, "of": "Gdańsk"})


@pytest.fixture
def firms_there(people, now):
    """Companies in Kraków, Wieliczka and Warszawa, one nobody knows where, one without an address."""
    given = {
        "Anna": {"postal_code": "31-042", "city": "krakow", "country": "PL"},
        "Ewa": {"city": "Wieliczka", "country": "PL"},
        "Jan": {"postal_code": "00-002"},
        "Ola": {"postal_code": "99-999", "city": "Xyz", "country": "PL"},
        "Iza": {},
    }
    for name, values in given.items():
        actions.create_company(values={"name": name, **values}, now=now)
    whereabouts.locate_changed()


PLACES = [
    {"kind": "country", "op": "is", "country": ["PL", "DE"]},
    {"kind": "country", "op": "is_not", "country": "PL"},
    {"kind": "region", "op": "is", "region": "PL.77"},
    {"kind": "region", "op": "is_not", "region": ["PL.77", "PL.00"]},
    {"kind": "town", "op": "is", "town": "KRAKÓW"},
    {"kind": "town", "op": "is_not", "town": "Kraków"},
    {"kind": "postcode", "country": "PL", "op": "starts_with", "code": "3"},
    {"kind": "postcode", "country": "PL", "op": "is", "code": "31-042"},
    {"kind": "postcode", "country": "PL", "op": "between", "code": "00-001", "upper": "31-042"},
    {"kind": "place", "standing": "unknown"},
    {"kind": "place", "standing": "missing"},
    {"kind": "place", "standing": "known"},
    NEAR,
    {**NEAR, "km": 5},
]


@pytest.mark.usefixtures("firms_there")
@pytest.mark.parametrize("asked", PLACES, ids=lambda one: "-".join(map(str, one.values())))
@pytest.mark.parametrize("is_denied", [False, True])
def test_companies_are_asked_for_places_as_people_are(people, now, asked, is_denied):
    asked = {"not": asked} if is_denied else asked
    rule = rules.read(asked, Record.COMPANY)

    found = set(firms.narrowed(Company.objects.all(), rule, now).values_list("name", flat=True))

    assert found == {one.name for one in Company.objects.all() if firms.holds(rule, one, now)}
    if "country" not in str(asked):
        assert {name.lower() for name in found} == meeting(people, now, **asked)
    assert rules.sentence(rule)


@pytest.mark.usefixtures("firms_there")
def test_a_company_that_moves_is_found_where_it_is(now):
    rule = rules.read({"kind": "town", "op": "is", "town": "Kraków"}, Record.COMPANY)

    actions.edit_company(Company.objects.get(name="Jan"), values={"postal_code": "", "city": "Kraków"}, now=now)
    moved = whereabouts.locate_changed()

    assert moved == 1
    assert {one.name for one in firms.narrowed(Company.objects.all(), rule, now)} == {"Anna", "Jan"}


@pytest.mark.usefixtures("firms_there")
def test_companies_are_looked_up_again_when_other_places_are_known(now, alice):
    make_gazetteer(now, b"PL\t99-999\tXyz\tMazovia\t78\t\t\t\t\t52.1\t21.0\t4\n", by=alice)

    looked_up = whereabouts.locate_changed()

    assert looked_up == 5
    assert Company.objects.get(name="Ola").place.region == "PL.78"


def test_several_regions_and_countries_are_asked_for_at_once(people, now):
    assert meeting(people, now, kind="region", op="is", region=["PL.77", "PL.78"]) >= {"anna", "ewa"}
    rule = rules.read({"kind": "country", "op": "is", "country": ["PL", "DE"]})

    draft = Draft.of_rule(rule)

    assert drafts.read(draft).leaves().__next__() == rule
    assert [one.typed for one in draft.conditions()[0].inputs] == ["is", "PL", "DE", ""]
    assert not draft.conditions()[0].is_unfinished
    with translation.override("en"):
        assert rule.words() == "country is one of: Poland, Germany"
    with pytest.raises(Refused):
        rules.read({"kind": "country", "op": "is", "country": ["PL", "XX"]})
