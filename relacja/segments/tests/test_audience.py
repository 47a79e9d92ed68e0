"""An audience is a rule: written as one, found in one, chosen in a form, asked by programs."""

import pytest
from django.http import QueryDict

from relacja.contacts import copying
from relacja.contacts.tests.programs import Program, errors
from relacja.lib.errors import Refused
from relacja.segments import audience, pickers, queries, rules
from relacja.segments.audience import Audience
from relacja.segments.segment_rules.among import Among
from relacja.segments.tests.making import make_contact, make_segment

GDYNIA = {"kind": "town", "op": "is", "town": "Gdynia"}
LEADS = {"kind": "stage", "stage": "lead"}
FULL = {"version": 1, "segments": ["gdynia", "leads"], "match": "any", "except": ["away"], "rule": LEADS}


@pytest.fixture
def people(facts, now):
    """Anna and Ewa live in Gdynia, Jan in Radom; Ewa is in the segment that is left out."""
    found = {
        "anna": make_contact(now, "anna@zolc.example", city="Gdynia"),
        "ewa": make_contact(now, "ewa@zolc.example", city="Gdynia", last_name="Away"),
        "jan": make_contact(now, "jan@zolc.example", city="Radom"),
    }
    copying.copy_changed()
    make_segment(now, "Gdynia", GDYNIA)
    make_segment(now, "Leads", LEADS)
    make_segment(now, "Away", {"kind": "attribute", "field": "last_name", "op": "is", "value": "Away"})
    return found


def meant(people, now, chosen: Audience) -> set[str]:
    found = queries.ids(chosen.as_rule(), now)
    return {name for name, contact in people.items() if contact.pk in found}


def test_everybody_is_meant_who_is_asked_for_and_not_left_out(people, now):
    anna, ewa = people["anna"].pk, people["ewa"].pk
    everybody = {"version": 1}

    assert meant(people, now, audience.read(everybody)) == {"anna", "ewa", "jan"}
    assert meant(people, now, audience.read({**everybody, "except": ["gdynia"]})) == {"jan"}
    assert meant(people, now, audience.read(FULL)) == {"anna", "jan"}
    assert meant(people, now, audience.read({**FULL, "match": "all"})) == {"anna"}
    assert meant(people, now, audience.read({**everybody, "contacts": [ewa, anna], "except": ["away"]})) == {"anna"}


@pytest.mark.parametrize(
    "written",
    [
        {"version": 1},
        FULL,
        {**FULL, "match": "all"},
        {"version": 1, "segments": ["gdynia"], "match": "any"},
        {"version": 1, "except": ["away", "leads"]},
        {"version": 1, "contacts": [3, 7], "rule": {"any": [LEADS, GDYNIA]}},
    ],
)
def test_the_audience_is_found_again_in_the_rule_that_it_is(people, written):
    found = audience.read(written)

    again = audience.of_rule(rules.read(found.as_rule().to_json()))

    assert found.to_json() == written
    assert again == found


@pytest.mark.parametrize(
    ("written", "field"),
    [
        ({"version": 2}, "version"),
        ({"version": 1, "who": 1}, "who"),
        ({"version": 1, "segments": "gdynia"}, "segments"),
        ({"version": 1, "except": ["nobody-made-it"]}, "except"),
        ({"version": 1, "match": "some"}, "match"),
        ({"version": 1, "contacts": ["x"]}, ""),
        ({"version": 1, "rule": {"all": [{"kind": "stage", "stage": "king"}]}}, "rule.all.0.stage"),
    ],
)
def test_what_is_no_audience_is_refused_at_its_place(people, written, field):
    with pytest.raises(Refused) as refusal:
        audience.read(written)

    assert refusal.value.field == field


def test_a_form_says_who_is_meant_and_how_many_are_left_out_by_what(people, now):
    form = QueryDict(mutable=True)
    form.setlist("audience-segments", ["gdynia"])
    form.setlist("audience-except", ["away"])

    shown = pickers.posted(form, now=now)

    assert (shown.meaning.size, shown.meaning.asked, shown.meaning.everybody) == (1, 2, 3)
    assert [("Away" in one.words, one.size) for one in shown.meaning.left_out] == [(True, 1)]
    assert [person.pk for person in shown.meaning.people] == [people["anna"].pk]
    assert [one.key for one in shown.choices if one.is_in] == ["gdynia"]


def test_numbers_that_are_none_stay_in_the_form_with_a_sentence(people, now):
    form = QueryDict("audience-contacts=Anna&audience-segments=gdynia")

    shown = pickers.posted(form, now=now)

    assert (shown.field, shown.contacts) == ("contacts", "Anna")
    assert shown.meaning.problem
    assert shown.audience.segments == ("gdynia",)


def test_programs_count_and_read_an_audience(people, facts):
    program = Program(scopes=["contacts.view", "segments.view"])

    counted = program.post("/segment-counts", {"audience": FULL})
    first = program.post("/audience-members", {"audience": FULL, "limit": 1})
    second = program.post("/audience-members", {"audience": FULL, "cursor": first.json()["next"]})
    wrong = program.post("/segment-counts", {"audience": {**FULL, "except": ["no-such"]}})
    both = program.post("/segment-counts", {"audience": FULL, "rule": LEADS})

    assert (counted.json()["size"], counted.json()["everybody"]) == (2, 3)
    found = first.json()["items"] + second.json()["items"]
    assert (found, second.json()["next"]) == ([people["anna"].pk, people["jan"].pk], None)
    assert "audience.except" in errors(wrong)
    assert both.status_code == 422


def test_people_by_their_numbers_are_typed_in_many_ways():
    blank = Among.blanks[0]
    assert blank.parse({"contacts": " #12, 15;#7 "}) == [12, 15, 7]
    assert blank.read([15, 12, 12]) == (12, 15)
    assert blank.parse({"contacts": "Anna"}) == "Anna"
