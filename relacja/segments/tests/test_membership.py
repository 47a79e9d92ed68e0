"""Segments that ask for other segments."""

from datetime import timedelta

import pytest
from django.utils import translation

from relacja.jobs.models import Job
from relacja.lib.errors import Refused
from relacja.segments import actions, queries, rules, uses
from relacja.segments.models import Segment
from relacja.segments.segment_rules import membership
from relacja.segments.tests.making import VIEWED, make_contact, make_event, make_segment, members, moves

GDYNIA = {"kind": "attribute", "field": "city", "op": "is", "value": "Gdynia"}


def asked(key, op="in"):
    return {"kind": "segment", "op": op, "segment": key}


def test_whoever_meets_the_other_rule_is_in_and_the_others_are_not(deliver, now):
    anna, jan = make_contact(now, city="Gdynia"), make_contact(now, "jan@zolc.example", city="Sopot")
    make_event(anna.pk, "Product Viewed", now)
    deliver()
    make_segment(now, "Looked", VIEWED)

    inside, outside = rules.read(asked("looked")), rules.read(asked("looked", "not_in"))

    for rule, expected in ((inside, [anna.pk]), (outside, [jan.pk]), (rules.Every((inside, outside)), [])):
        assert queries.ids(rule, now) == expected
        assert queries.holding([rule], [anna.pk, jan.pk], now) == [set(expected)]
        people = [queries.person(one.pk, {"Product Viewed"}, now) for one in (anna, jan)]
        assert [one.id for one in people if rule.check(one)] == expected


def test_it_is_kept_live_by_what_happens_and_by_time(deliver, now):
    anna = make_contact(now, city="Gdynia")
    deliver()
    make_segment(now, "Looked", {**VIEWED, "within": 30, "unit": "minutes"})
    outer = make_segment(now, "Looked in Gdynia", {"all": [asked("looked"), GDYNIA]})
    actions.follow(now=now)

    make_event(anna.pk, "Product Viewed", now)
    deliver()
    actions.ask_again([anna.pk], now=now, after={"Product Viewed"})
    while_it_lasts = members(outer)
    actions.follow(now=now + timedelta(minutes=31))
    deliver()

    assert (while_it_lasts, members(outer)) == ([anna.pk], [])
    assert moves(anna).count("Segment Entered") == moves(anna).count("Segment Left") == 2


def test_a_new_rule_counts_those_who_ask_for_it_again_themselves_or_through_others(facts, now):
    inner = make_segment(now, "Inner", counted=False)
    middle = make_segment(now, "Middle", {"not": asked("inner")}, counted=False)
    outer = make_segment(now, "Outer", {"any": [asked("middle"), GDYNIA]}, counted=False)
    make_segment(now, "Beside", counted=False)
    Job.objects.all().delete()

    actions.change(inner, name="Inner", rule=GDYNIA, now=now)

    assert {job.arguments["segment_id"] for job in Job.objects.all()} == {inner.pk, middle.pk, outer.pk}
    assert [use.name for use in uses.of(inner)] == ["Middle"]


def test_a_circle_is_refused_and_one_that_slipped_in_is_said(facts, now):
    inner = make_segment(now, "Inner", counted=False)
    make_segment(now, "Middle", asked("inner"), counted=False)

    with pytest.raises(Refused, match="inner"):
        actions.change(inner, name="Inner", rule={"any": [GDYNIA, asked("middle")]}, now=now)
    assert Segment.objects.get(pk=inner.pk).rule == VIEWED
    with pytest.raises(Refused):
        actions.change(inner, name="Inner", rule=asked("inner"), now=now)

    Segment.objects.filter(pk=inner.pk).update(rule=asked("middle"))
    inner.refresh_from_db()
    actions.recount(inner, now=now)
    inner.refresh_from_db()
    assert "inner" in inner.broken


def test_one_that_was_archived_goes_on_to_mean_what_it_meant(deliver, now):
    anna = make_contact(now, city="Gdynia")
    deliver()
    inner = make_segment(now, "From Gdynia", GDYNIA)
    actions.archive(inner, now=now)

    assert queries.ids(rules.read(asked("from-gdynia")), now) == [anna.pk]
    assert queries.ids(rules.read(asked("never-was")), now) == []
    assert membership.segments() == []


def test_it_is_said_and_explained_by_what_the_other_rule_rests_on(deliver, now):
    anna = make_contact(now)
    event = make_event(anna.pk, "Product Viewed", now)
    deliver()
    make_segment(now, "Looked", VIEWED)

    with translation.override("en"):
        told = queries.explain(rules.read(asked("looked")), anna.pk, now)
        other = rules.sentence(rules.read({"not": asked("looked")}))

    assert (told.holds, told.clauses[0].words) == (True, "is in the segment “Looked”")
    assert told.clauses[0].evidence.value == "“Product viewed”: 1 time"
    assert [one.id for one in told.clauses[0].evidence.events] == [event.id]
    assert other == "Is not in the segment “Looked”."
