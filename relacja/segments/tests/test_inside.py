from datetime import timedelta

import pytest
from django.utils import timezone, translation

from relacja.segments import actions, inside, versions
from relacja.segments.models import Segment, SegmentSize, SegmentVersion
from relacja.segments.tests.making import VIEWED, make_contact, make_event, make_segment

GDYNIA = {"kind": "attribute", "field": "city", "op": "is", "value": "Gdynia"}
SOPOT = {**GDYNIA, "value": "Sopot"}


@pytest.fixture
def in_english(alice):
    alice.language = "en"
    alice.save()


def test_a_day_ends_with_the_size_that_was_noted_last(deliver, now):
    anna = make_contact(now, city="Gdynia")
    deliver()
    make_segment(now, rule=GDYNIA)
    uncounted = make_segment(now, "Later", counted=False)

    noted = [actions.note_sizes(now=now)]
    make_contact(now, "jan@zolc.example", city="Gdynia")
    deliver()
    actions.ask_again([anna.pk, anna.pk + 1], now=now)
    noted += [actions.note_sizes(now=now), actions.note_sizes(now=now + timedelta(days=1))]

    today = timezone.localdate(now)
    assert noted == [1, 1, 1]
    assert list(SegmentSize.objects.order_by("day").values_list("day", "size")) == [
        (today, 2),
        (today + timedelta(days=1), 2),
    ]
    assert not SegmentSize.objects.filter(segment=uncounted).exists()


def test_days_say_how_many_came_and_went(deliver, now):
    segment = make_segment(now)
    anna, jan = make_contact(now), make_contact(now, "jan@zolc.example")
    for one in (anna, jan):
        make_event(one.pk, "Product Viewed", now)
    deliver()
    actions.ask_again([anna.pk, jan.pk], now=now)
    deliver()

    segment.refresh_from_db()
    days = inside.days(segment, now=now)

    assert (len(days), days[-1].on) == (84, timezone.localdate(now))
    assert (days[-1].size, days[-1].entered, days[-1].left) == (2, 2, 0)
    assert {(day.size, day.entered, day.left) for day in days[:-1]} == {(None, 0, 0)}
    assert [(week.size, week.entered, week.left) for week in inside.weeks(days)] == [(2, 2, 0)]


def test_segments_that_share_people_stand_by_how_alike_they_are(deliver, now):
    for number, city in enumerate(["Gdynia"] * 4 + ["Sopot"] * 4):
        make_contact(now, f"p{number}@zolc.example", city=city)
    deliver()
    segment = make_segment(now, "Gdynia", GDYNIA)
    three = {
        "kind": "attribute",
        "field": "email",
        "op": "in",
        "value": [f"p{number}@zolc.example" for number in range(3)],
    }
    for name, rule in [("All", {"any": [GDYNIA, SOPOT]}), ("Sopot", SOPOT), ("First three", three)]:
        make_segment(now, name, rule)

    found = inside.overlaps(segment)

    assert [(one.other.name, one.both, one.of_this, one.of_other) for one in found] == [
        ("First three", 3, 0.75, 1.0),
        ("All", 4, 1.0, 0.5),
    ]
    assert [one.alike for one in found] == [pytest.approx(0.75), pytest.approx(0.5)]


def test_pieces_part_everybody_once(deliver, now):
    for number in range(12):
        make_contact(now, f"p{number}@zolc.example", city="Gdynia" if number % 2 else "Sopot")
    deliver()

    def first(most: int) -> dict:
        emails = [f"p{number}@zolc.example" for number in range(most)]
        return {"kind": "attribute", "field": "email", "op": "in", "value": emails}

    found = [
        make_segment(now, "Gdynia", GDYNIA),
        make_segment(now, "Six", first(6)),
        make_segment(now, "Ten", first(10)),
    ]

    pieces = inside.pieces(found)

    told = {
        (*(one.name for one in piece.inside), "/", *(one.name for one in piece.outside)): piece.people
        for piece in pieces
    }
    assert told == {
        ("Gdynia", "Six", "Ten", "/"): 3,
        ("Six", "Ten", "/", "Gdynia"): 3,
        ("Gdynia", "Ten", "/", "Six"): 2,
        ("Ten", "/", "Gdynia", "Six"): 2,
        ("Gdynia", "/", "Six", "Ten"): 1,
    }


def test_each_piece_opens_its_people(as_alice, in_english, deliver, now):
    for number, city in enumerate(["Gdynia"] * 4 + ["Sopot"] * 4):
        make_contact(now, f"p{number}@zolc.example", city=city)
    deliver()
    segment = make_segment(now, "Gdynia", GDYNIA)
    other = make_segment(now, "All", {"any": [GDYNIA, SOPOT]})

    page = as_alice.get(f"/segments/{segment.pk}/overlap/?with={other.pk}")

    assert "Only in “All”" in page.text
    assert page.text.count("/contacts/?rule=") >= 3


def test_every_description_stays_with_what_it_changed(as_alice, in_english, facts, alice, now):
    segment = make_segment(now, "Looked", {"all": [GDYNIA, VIEWED]}, counted=False)
    actions.change(segment, name="Looked in Sopot", rule={"all": [SOPOT, VIEWED]}, by=alice, now=now)
    actions.change(segment, name="Looked in Sopot", rule={"all": [SOPOT, VIEWED]}, by=alice, now=now)

    with translation.override("en"):
        second, first = versions.told(segment)
    assert [(line.words, line.change) for line in second.lines] == [
        ("All of these are true", ""),
        ("city is “Gdynia”", "gone"),
        ("city is “Sopot”", "new"),
        ("“Product viewed” at least once", ""),
    ]
    assert (second.name, second.version.by, first.is_first) == ("Looked in Sopot", alice, True)

    page = as_alice.get(f"/segments/{segment.pk}/history/")
    assert "<del>City is “Gdynia”</del>" in page.text
    as_alice.post(f"/segments/{segment.pk}/history/1/")
    segment.refresh_from_db()
    assert (segment.name, segment.rule) == ("Looked", {"all": [GDYNIA, VIEWED]})
    assert SegmentVersion.objects.filter(segment=segment).count() == 3


def test_an_archived_segment_comes_back_and_is_counted(as_alice, in_english, facts, now):
    segment = make_segment(now, counted=False)
    actions.archive(segment, now=now)

    listed = as_alice.get("/segments/?view=archive")
    as_alice.post(f"/segments/{segment.pk}/restoration/")

    assert f'action="/segments/{segment.pk}/restoration/"' in listed.text
    assert as_alice.get(f"/segments/{segment.pk}/").status_code == 200
    segment.refresh_from_db()
    assert segment.archived_at is None


def test_what_is_in_use_is_archived_only_by_whoever_knows(as_alice, in_english, facts, now):
    segment = make_segment(now, counted=False)
    make_segment(now, "Asks for it", {"kind": "segment", "op": "in", "segment": segment.key}, counted=False)

    warned = as_alice.post(f"/segments/{segment.pk}/removal/")

    segment.refresh_from_db()
    assert (warned.status_code, segment.archived_at) == (422, None)
    assert "Asks for it" in warned.text
    as_alice.post(f"/segments/{segment.pk}/removal/", {"sure": "1"})
    segment.refresh_from_db()
    assert segment.archived_at is not None


def test_a_segment_does_not_come_back_under_a_name_that_is_taken(as_alice, facts, now):
    segment = make_segment(now, counted=False)
    actions.archive(segment, now=now)
    make_segment(now, counted=False)

    assert as_alice.post(f"/segments/{segment.pk}/restoration/").status_code == 422
    assert Segment.objects.get(pk=segment.pk).archived_at == now


@pytest.mark.usefixtures("kept")
@pytest.mark.parametrize("look", ["size", "overlap", "profile", "history"])
def test_every_look_costs_the_same_however_many_people_and_segments(
    as_alice, in_english, deliver, now, django_assert_max_num_queries, look
):
    for number in range(20):
        make_contact(now, f"p{number}@zolc.example", city="Gdynia")
    deliver()
    found = [make_segment(now, f"Gdynia {number}", GDYNIA) for number in range(8)]
    actions.change(found[0], name="Gdynia", rule=GDYNIA, now=now)

    with django_assert_max_num_queries(7):
        response = as_alice.get(f"/segments/{found[0].pk}/{look}/")

    assert response.status_code == 200
    assert 'aria-current="page"' in response.text
