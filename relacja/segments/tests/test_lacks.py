"""A segment whose rule speaks of something that is no longer there goes on, and says so."""

import pytest
from django.utils import translation

from relacja.contacts import actions as contacts
from relacja.contacts import fields
from relacja.contacts.models import Record
from relacja.segments import actions, rules
from relacja.segments.tests.making import VIEWED, make_contact, make_event, make_segment, members


@pytest.fixture(autouse=True)
def in_english():
    with translation.override("en"):
        yield


def test_a_field_that_was_archived_is_said_on_the_page(as_alice, alice, facts, now):
    alice.language = "en"
    alice.save()
    field = contacts.make_field(Record.CONTACT, kind="text", label="Shoe size", now=now)
    rule = {"kind": "attribute", "field": f"attributes.{field.key}", "op": "is", "value": "M"}
    segment = make_segment(now, "Sized", rule)
    before = rules.lacks(rule)

    contacts.archive_field(field, now=now)
    actions.recount(segment, now=now)

    assert before == []
    assert rules.lacks(rule) == ["The field “Shoe size” is archived: nobody can change what stands in it."]
    assert "The field “Shoe size” is archived" in as_alice.get(f"/segments/{segment.pk}/").text
    segment.refresh_from_db()
    assert (segment.broken, segment.counted_at) == ("", now)


def test_scores_without_a_scale_and_a_segment_that_is_gone_are_said(facts, now):
    inner = make_segment(now, "Looked", VIEWED)
    scored = {"kind": "rfm", "score": "recency", "op": "at_least", "value": 4}
    asked = {"kind": "segment", "op": "in", "segment": "looked"}
    rule = {"all": [scored, scored, asked, {"kind": "segment", "op": "not_in", "segment": "gone"}]}
    actions.archive(inner, now=now)

    found = rules.lacks(rule)

    assert [one.split(":")[0] for one in found[:1]] == ["Buyers have no scores yet"]
    assert found[1:] == [
        "The segment “Looked” is archived. Here it goes on to mean what it meant.",
        "There is no segment “gone” any more: nobody is in it.",
    ]
    assert rules.lacks({"kind": "horoscope"}) == []


def test_an_event_of_no_kind_that_is_known_is_counted_all_the_same(deliver, now):
    anna = make_contact(now)
    segment = make_segment(now, "Coined", {**VIEWED, "name": "Gone Tomorrow"})

    make_event(anna.pk, "Gone Tomorrow", now)
    deliver()

    assert members(segment) == [anna.pk]
    assert rules.lacks(segment.rule) == []


def test_a_field_in_use_lacks_nothing(facts, now):
    field = contacts.make_field(Record.CONTACT, kind="text", label="Shoe size", now=now)

    assert fields.remembered(Record.CONTACT)[f"attributes.{field.key}"].label == "Shoe size"
    assert rules.lacks({"kind": "attribute", "field": f"attributes.{field.key}", "op": "filled"}) == []
