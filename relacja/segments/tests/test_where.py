"""Rules about places, from the address of a person to the words of the answer."""

import json

import pytest
from django.utils import translation

from relacja.contacts import copying, whereabouts
from relacja.contacts.models import Contact
from relacja.lib.errors import Refused
from relacja.places.tests.making import make_gazetteer
from relacja.segments import drafts, previews, queries, rules, sketches
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
