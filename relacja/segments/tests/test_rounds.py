"""Rounds of asking: what one writes at once, and two of them at the same moment."""

from datetime import timedelta

import pytest
from django.db.models import F

from relacja.events.models import Entry
from relacja.segments import actions, queries
from relacja.segments.models import Segment
from relacja.segments.tests.making import VIEWED, make_contact, make_event, make_segment, members, moves


def test_a_recount_and_a_reaction_at_the_same_moment_both_count(deliver, now, monkeypatch):
    anna, jan = make_contact(now), make_contact(now, "jan@zolc.example")
    segment = make_segment(now)
    for person in (anna, jan):
        make_event(person.pk, "Product Viewed", now)
    deliver()
    actions.exchange(segment.pk, gone=[anna.pk, jan.pk])
    everybody = queries.everybody

    def meanwhile(questions, at):
        found = everybody(questions, at)
        actions.ask_again([jan.pk], now=now)
        return found

    monkeypatch.setattr(queries, "everybody", meanwhile)
    actions.refresh_next(now=now + timedelta(hours=1))

    assert members(segment) == [anna.pk, jan.pk]


@pytest.mark.parametrize(("others", "asked"), [(["anna"], 2), (["jan"], 1)])
def test_of_two_who_write_at_once_the_second_asks_again_about_those_whom_the_first_moved(
    deliver, now, monkeypatch, others, asked
):
    people = {"anna": make_contact(now), "jan": make_contact(now, "jan@zolc.example")}
    segment = make_segment(now)
    for one in people.values():
        make_event(one.pk, "Product Viewed", now)
    deliver()
    actions.exchange(segment.pk, gone=[people["anna"].pk])
    holding, questions = queries.holding, []

    def overtaken(rules_asked, contact_ids, now):
        if not questions:
            for name in others:
                pk = people[name].pk
                move = {"gone": [pk]} if name == "jan" else {"come": [pk]}
                actions.exchange(segment.pk, **move)
        questions.append(contact_ids)
        return holding(rules_asked, contact_ids, now)

    monkeypatch.setattr(queries, "holding", overtaken)
    actions.ask_again([people["anna"].pk], now=now)

    assert len(questions) == asked
    assert members(segment) == [people[name].pk for name in ("anna", "jan") if name == "anna" or name not in others]


def test_an_answer_for_a_rule_that_is_another_by_now_does_not_count(deliver, now, monkeypatch):
    anna = make_contact(now)
    segment = make_segment(now)
    make_event(anna.pk, "Product Viewed", now)
    holding, changed = queries.holding, []

    def overtaken(rules_asked, contact_ids, now):
        found = holding(rules_asked, contact_ids, now)
        if not changed:
            rule = {**VIEWED, "times": 7}
            changed.append(Segment.objects.filter(pk=segment.pk).update(rule=rule, version=F("version") + 1))
        return found

    monkeypatch.setattr(queries, "holding", overtaken)
    deliver()

    assert members(segment) == []


def test_those_who_come_and_go_by_one_round_are_written_together(deliver, now):
    people = [make_contact(now, f"p{number}@zolc.example") for number in range(3)]
    for number in range(4):
        make_segment(now, f"Looked {number}")
    for one in people:
        make_event(one.pk, "Product Viewed", now)
    deliver()
    entered = [entry for entry in Entry.objects.all() if b"Segment Entered" in bytes(entry.events)]

    assert [entry.count for entry in entered] == [12]
    assert all(moves(one) == ["Segment Entered"] * 4 for one in people)


def test_what_concerns_no_segment_asks_nothing(deliver, now, monkeypatch):
    anna = make_contact(now)
    make_segment(now)
    deliver()
    monkeypatch.setattr(queries, "holding", lambda *_question: pytest.fail("nobody had to be asked"))

    actions.ask_again([anna.pk], now=now, after={"Signed In"})
