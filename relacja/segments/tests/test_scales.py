"""Buyers scored by fifths: the edges, the conditions that speak of them, and the map."""

import functools
import html
import json
import operator
import re
from datetime import timedelta
from urllib.parse import unquote_plus

import pytest
from django.utils import translation

from relacja.jobs.models import Job
from relacja.segments import actions, queries, rules, scales, tasks
from relacja.segments.models import RfmScale
from relacja.segments.tests.making import make_contact, make_event, make_segment
from relacja.segments.views import buyers as views


@pytest.fixture
def buyers(deliver, now):
    """Ten who bought n times, n days ago, for 10 n each time; one who bought two years ago; one who took it back."""
    scales.forget_remembered()
    made = []
    for number in range(1, 11):
        made.append(make_contact(now, f"p{number}@zolc.example"))
        for turn in range(number):
            at = now - timedelta(days=number + turn) + timedelta(minutes=1)
            make_event(made[-1].pk, "Order Completed", at, order_id=f"{number}/{turn}", total=10 * number)
    old, undone = make_contact(now, "old@zolc.example"), make_contact(now, "undone@zolc.example")
    make_event(old.pk, "Order Completed", now - timedelta(days=700), order_id="old", total=5)
    make_event(undone.pk, "Order Completed", now - timedelta(days=7), order_id="undone", total=5)
    make_event(undone.pk, "Order Cancelled", now - timedelta(days=6), order_id="undone")
    make_event(999_999, "Order Completed", now, order_id="nobody", total=5)
    deliver()
    yield made
    scales.forget_remembered()


def numbers(buyers, rule, now):
    found = set(queries.ids(rules.read(rule), now))
    return [number for number, one in enumerate(buyers, 1) if one.pk in found]


def test_the_edges_are_the_fifths_of_those_who_bought_in_a_year(buyers, now):
    scale = actions.set_scale(now=now)

    assert scale.buyers == 10
    assert (scale.recency, scale.frequency) == ([3, 5, 7, 9], [3, 5, 7, 9])
    assert scale.money == [1000 * number**2 for number in (3, 5, 7, 9)]


def test_scores_are_asked_like_orders_and_agree_with_plain_python(buyers, now):
    actions.set_scale(now=now)
    for score in ("recency", "frequency", "money"):
        for op in ("at_least", "at_most", "exactly"):
            for value in range(1, 6):
                rule = rules.read({"kind": "rfm", "score": score, "op": op, "value": value})
                found = set(queries.ids(rule, now))
                people = [queries.person(one.pk, {"Order Completed", "Order Cancelled"}, now) for one in buyers]
                assert found == {one.id for one in people if rule.check(one)}
                assert queries.holding([rule], [one.pk for one in buyers], now) == [found]

    every = [
        numbers(buyers, {"kind": "rfm", "score": "recency", "op": "exactly", "value": n}, now) for n in range(1, 6)
    ]
    assert sorted(functools.reduce(operator.iadd, every, [])) == list(range(1, 11))
    assert every[4] == [1, 2, 3]


def test_every_cell_has_one_group_and_every_buyer_one_cell(buyers, now):
    scale = actions.set_scale(now=now)

    cells = scales.cells(scale, now)
    grouped = [queries.ids(rules.read({"kind": "rfm_group", "group": group.key}), now) for group in scales.GROUPS]

    assert len({(cell.recency, cell.frequency) for cell in cells}) == 25
    assert (
        sorted(len([group for group in scales.GROUPS if (c.recency, c.frequency) in group.cells]) for c in cells)
        == [1] * 25
    )
    assert sum(cell.people for cell in cells) == 10
    assert sum(cell.spent for cell in cells) == sum(1000 * n * n for n in range(1, 11))
    assert sorted(functools.reduce(operator.iadd, grouped, [])) == sorted(one.pk for one in buyers)
    for cell in cells:
        rule = {"all": [
            {"kind": "rfm", "score": "recency", "op": "exactly", "value": cell.recency},
            {"kind": "rfm", "score": "frequency", "op": "exactly", "value": cell.frequency},
        ]}  # fmt: skip
        assert queries.count(rules.read(rule), now) == cell.people


def test_without_a_scale_nobody_has_a_score(facts, db, now):
    scales.forget_remembered()
    make_contact(now)

    assert actions.set_scale(now=now) is None
    assert queries.ids(rules.read({"kind": "rfm_group", "group": "champions"}), now) == []


def test_the_evidence_names_the_scores(buyers, now):
    actions.set_scale(now=now)
    with translation.override("en"):
        told = queries.explain(rules.read({"kind": "rfm_group", "group": "asleep"}), buyers[0].pk, now)

    assert (told.holds, told.clauses[0].words) == (False, "is among the buyers “Asleep”")
    assert told.clauses[0].evidence.value.startswith("recency 5, frequency 1, money 1: 1 order worth")


def test_the_scale_stays_through_the_day_unless_many_more_buy(buyers, deliver, now):
    first = actions.set_scale(now=now)
    kept = actions.set_scale(now=now + timedelta(hours=2))
    for number in range(3):
        late = make_contact(now, f"late{number}@zolc.example")
        make_event(late.pk, "Order Completed", now, order_id=f"late{number}", total=1)
    deliver()
    again = actions.set_scale(now=now + timedelta(hours=3))
    tomorrow = actions.set_scale(now=now + timedelta(days=1))

    assert (kept, again.buyers, again.pk) == (None, 13, first.pk)
    assert RfmScale.objects.count() == 2
    assert tomorrow.recency != first.recency


def test_segments_that_speak_of_scores_are_counted_again(buyers, now):
    make_segment(now, "Looked")
    best = make_segment(now, "Best", {"all": [{"not": {"kind": "rfm_group", "group": "asleep"}}]}, counted=False)
    Job.objects.all().delete()

    tasks.set_first_scale()

    assert [job.arguments for job in Job.objects.all()] == [{"segment_id": best.pk}]


def test_the_map_shows_every_cell_with_the_way_to_its_people(as_alice, buyers, alice, now, monkeypatch):
    alice.language = "en"
    alice.save()
    actions.set_scale(now=now)
    monkeypatch.setattr("django.utils.timezone.now", lambda: now)

    page = as_alice.get("/segments/buyers/")

    cells = re.findall(r'name="cell" value="\d-\d"><b>(\d+)</b>', page.text)
    assert (len(cells), sum(map(int, cells))) == (25, 10)
    assert page.text.count('<a class="link" href="?cell=') == len(scales.GROUPS)


def test_chosen_cells_lead_to_their_people_and_to_a_segment(as_alice, buyers, alice, now, monkeypatch):
    alice.language = "en"
    alice.save()
    actions.set_scale(now=now)
    monkeypatch.setattr("django.utils.timezone.now", lambda: now)

    page = as_alice.get("/segments/buyers/?cell=5-1&cell=5-2&cell=9-9&cell=broken")

    found = [json.loads(html.unescape(unquote_plus(one))) for one in re.findall(r'/new/\?rule=([^"&]+)', page.text)]
    assert numbers(buyers, found[0], now) == [1, 2, 3]
    assert page.text.count("checked>") == 2
    assert "part=behaviour" in page.text


def test_whole_groups_are_said_by_their_names():
    champions = [(5, 5), (5, 4)]

    assert views.rule_of(champions) == rules.read({"kind": "rfm_group", "group": "champions"})
    assert len(list(views.rule_of([*champions, (1, 1)]).leaves())) == 3


def test_who_moved_is_counted_as_the_conditions_say(buyers, now):
    scale = actions.set_scale(now=now)

    found = scales.moves(scale, 4, now)

    assert found
    assert {one.before is None for one in found} == {True, False}
    for one in found:
        assert queries.count(views.moved(one, 4), now) == one.people
        people = [queries.person(contact.pk, {"Order Completed", "Order Cancelled"}, now) for contact in buyers]
        assert sum(views.moved(one, 4).check(person) for person in people) == one.people


def test_the_page_of_those_who_moved_opens_them(as_alice, buyers, now, monkeypatch):
    actions.set_scale(now=now)
    monkeypatch.setattr("django.utils.timezone.now", lambda: now)
    monkeypatch.setattr(views, "PERIODS", (4,))

    page = as_alice.get("/segments/buyers/moves/")

    assert "/contacts/?rule=" in page.text
    assert "%22ago%22%3A4" in page.text


def test_an_empty_map_says_what_will_be_here(as_alice, facts):
    scales.forget_remembered()

    assert "<table" not in as_alice.get("/segments/buyers/").text
