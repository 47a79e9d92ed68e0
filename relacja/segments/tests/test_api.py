"""Segments as programs describe, count and read them."""

from datetime import timedelta

import pytest

from relacja.contacts.tests.programs import Program, errors
from relacja.segments import actions
from relacja.segments.models import Segment
from relacja.segments.tests.making import VIEWED, make_contact, make_event, make_segment

GDYNIA = {"kind": "attribute", "field": "city", "op": "is", "value": "Gdynia"}


@pytest.fixture
def program(db):
    return Program(scopes=["contacts.view", "segments.view", "segments.edit"])


def test_a_segment_is_described_changed_put_away_and_taken_back(program, facts):
    made = program.post("/segments", {"name": "Gdynia", "rule": GDYNIA})
    path = f"/segments/{made.json()['id']}"
    renamed = program.patch(path, {"description": "On the coast"})
    changed = program.patch(path, {"rule": {"not": GDYNIA}})
    archived, gone = program.delete(path), program.patch(path, {"name": "X"})
    back = program.post(f"{path}/restoration")

    assert made.status_code == 201
    assert (made.json()["key"], made.json()["sentence"], made.json()["size"]) == ("gdynia", "City is “Gdynia”.", 0)
    assert renamed.json() == {**made.json(), "description": "On the coast"}
    assert changed.json()["rule"] == {"not": GDYNIA}
    assert (archived.json()["archived_at"] is not None, gone.status_code) == (True, 404)
    assert back.json()["archived_at"] is None
    assert [one["number"] for one in program.get(f"{path}/versions").json()["items"]] == [3, 2, 1]


@pytest.mark.parametrize(
    ("rule", "field"),
    [
        ({"all": [GDYNIA, {"kind": "horoscope"}]}, "rule.all.1.kind"),
        ({"any": [{**VIEWED, "times": "many"}]}, "rule.any.0.times"),
        ({"kind": "attribute", "field": "city'; DROP TABLE contact --", "op": "is", "value": "x"}, "rule.field"),
        ({}, "rule"),
    ],
)
def test_a_rule_that_cannot_be_read_is_refused_with_its_place(program, facts, rule, field):
    for response in (
        program.post("/segments", {"name": "X", "rule": rule}),
        program.post("/segment-counts", {"rule": rule}),
    ):
        assert response.status_code == 422
        assert list(errors(response)) == [field]
    assert not Segment.objects.exists()


def test_a_rule_is_counted_without_being_kept(program, deliver, now):
    people = [make_contact(now, f"p{number}@zolc.example", city="Gdynia") for number in range(3)]
    make_contact(now, "jan@zolc.example", city="Sopot")
    deliver()

    counted = program.post("/segment-counts", {"rule": GDYNIA, "sample": 2})

    assert counted.json() == {
        "size": 3,
        "everybody": 4,
        "excluded": [],
        "sentence": "City is “Gdynia”.",
        "sample": [one.pk for one in people[:2]],
    }
    assert program.post("/segment-counts", {"rule": GDYNIA, "sample": 0}).json()["sample"] == []
    assert not Segment.objects.exists()


def test_members_are_read_page_by_page_and_asked_for_one_by_one(program, deliver, now):
    people = [make_contact(now, f"p{number}@zolc.example", city="Gdynia").pk for number in range(5)]
    other = make_contact(now, "jan@zolc.example", city="Sopot").pk
    deliver()
    segment = make_segment(now, rule=GDYNIA)
    path, found, cursor = f"/segments/{segment.pk}/members", [], ""
    for _page in range(3):
        page = program.get(path, limit=2, cursor=cursor).json()
        found, cursor = [*found, *page["items"]], page["next"]

    assert (found, cursor) == (people, None)
    assert program.get(f"{path}/{people[0]}").json()["member"] is True
    assert program.get(f"{path}/{other}").json()["member"] is False
    assert program.get(f"{path}/{other + 99}").status_code == 404
    assert [one["id"] for one in program.get(f"/contacts/{people[0]}/segments").json()] == [segment.pk]


def test_one_person_is_explained_with_what_it_rests_on(program, deliver, now):
    anna = make_contact(now, city="Gdynia")
    event = make_event(anna.pk, "Product Viewed", now - timedelta(minutes=5))
    deliver()
    segment = make_segment(now, rule={"all": [VIEWED, {"not": GDYNIA}]})

    told = program.get(f"/segments/{segment.pk}/explanations/{anna.pk}").json()

    assert (told["contact"], told["holds"]) == (anna.pk, False)
    viewed = next(one for one in told["clauses"] if one["words"] == "“Product viewed” at least once")
    assert (viewed["holds"], viewed["depth"], [one["id"] for one in viewed["events"]]) == (True, 1, [str(event.id)])


def test_sizes_are_told_by_day(program, deliver, now):
    make_contact(now, city="Gdynia")
    deliver()
    segment = make_segment(now, rule=GDYNIA)
    actions.note_sizes(now=now)

    assert program.get(f"/segments/{segment.pk}/sizes").json() == {"items": [{"day": "2026-10-25", "size": 1}]}


def test_the_list_goes_on_where_it_ended_and_keeps_the_archive_apart(program, facts, now):
    made = [make_segment(now, f"Looked {number}", counted=False) for number in range(3)]
    actions.archive(made[1], now=now)

    first = program.get("/segments", limit=1).json()
    second = program.get("/segments", limit=1, cursor=first["next"]).json()
    archived = program.get("/segments", archived=True).json()

    assert [one["id"] for one in (*first["items"], *second["items"])] == [made[0].pk, made[2].pk]
    assert second["next"] is None
    assert [one["id"] for one in archived["items"]] == [made[1].pk]


def test_a_key_that_may_only_look_changes_nothing(facts, now):
    segment = make_segment(now, counted=False)
    looking = Program(scopes=["segments.view"])

    assert looking.get(f"/segments/{segment.pk}").status_code == 200
    assert looking.post("/segments", {"name": "X", "rule": GDYNIA}).status_code == 403
    assert looking.delete(f"/segments/{segment.pk}").status_code == 403
