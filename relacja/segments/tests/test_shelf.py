import re
from datetime import timedelta
from html import unescape

import pytest
from django.utils import timezone

from relacja.segments import actions, shelf
from relacja.segments.models import Segment, SegmentSize
from relacja.segments.tests.making import VIEWED, make_contact, make_segment

HTMX = {"HX-Request": "true"}
CUSTOMERS = {"all": [{"kind": "stage", "stage": "customer"}]}


@pytest.fixture
def noted(facts, now):
    """Three segments: one grew in a week, one shrank, of one nothing is known of a week ago."""
    grown, shrunk, young = (
        actions.create(name=name, description=said, rule=VIEWED, now=now)
        for name, said in (("Łowcy okazji", "Kupują taniej"), ("Ananas", ""), ("Żuraw", ""))
    )
    for segment, size, before in ((grown, 40, 30), (shrunk, 9, 12), (young, 5, None)):
        Segment.objects.filter(pk=segment.pk).update(size=size, counted_at=now)
        for days, noted in ((7, before), (3, size - 1)):
            if noted is not None:
                day = timezone.localdate(now) - timedelta(days=days)
                SegmentSize.objects.create(segment=segment, day=day, size=noted)


def names(**asked):
    return [row.segment.name for row in shelf.rows(**asked)]


@pytest.mark.usefixtures("noted")
def test_segments_stand_by_name_as_a_person_would_put_them(now):
    assert names(now=now) == ["Ananas", "Łowcy okazji", "Żuraw"]


@pytest.mark.usefixtures("noted")
@pytest.mark.parametrize(
    ("sort", "first", "last"),
    [("size", "Żuraw", "Łowcy okazji"), ("-size", "Łowcy okazji", "Żuraw"), ("-gained", "Łowcy okazji", "Żuraw")],
)
def test_they_are_put_in_order(now, sort, first, last):
    found = names(now=now, sort=sort)

    assert (found[0], found[-1]) == (first, last)


@pytest.mark.usefixtures("noted")
def test_an_order_nobody_knows_means_by_name(now):
    assert names(now=now, sort="-members; DROP") == names(now=now)


@pytest.mark.usefixtures("noted")
def test_what_came_in_a_week_is_said_where_it_is_known(now):
    assert {row.segment.name: (row.gained, row.lost) for row in shelf.rows(now=now)} == {
        "Ananas": (-3, 3),
        "Łowcy okazji": (10, 0),
        "Żuraw": (None, 0),
    }


@pytest.mark.usefixtures("noted")
@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("lowcy", ["Łowcy okazji"]),
        ("TANIEJ kupują", ["Łowcy okazji"]),
        ("anan żur", []),
        ("", 3),
        ("klient", ["Stali"]),
    ],
)
def test_they_are_found_by_words_of_name_description_and_rule(now, text, found):
    if text == "klient":
        make_segment(now, "Stali", rule=CUSTOMERS, counted=False)

    asked = names(now=now, text=text)

    assert len(asked) == found if isinstance(found, int) else asked == found


def test_the_page_searches_sorts_and_draws_the_course(as_alice, facts, now):
    bargains, _other = make_segment(now, "Łowcy okazji", counted=False), make_segment(now, "Żuraw", counted=False)
    today = timezone.localdate()
    Segment.objects.filter(pk=bargains.pk).update(size=40, counted_at=now)
    SegmentSize.objects.create(segment=bargains, day=today - timedelta(days=7), size=30)

    found = as_alice.get("/segments/", {"q": "okazji", "sort": "-gained"}).text

    assert re.findall(r'href="/segments/\d+/">([^<]+)<', found) == ["Łowcy okazji"]
    assert 'class="spark"' in found
    assert ">+10<" in found


@pytest.mark.usefixtures("noted")
def test_nothing_found_offers_everything(as_alice):
    found = as_alice.get("/segments/", {"q": "nikt"}).text

    assert 'href="/segments/"' in found
    assert "<table" not in found


def test_a_new_segment_begins_with_a_pattern_or_with_another_one(as_alice, facts, now):
    patterns = re.findall(r'<li><a href="(/segments/new/[^"]+)"><b>', as_alice.get("/segments/new/").text)
    opened = as_alice.get(patterns[0].replace("&amp;", "&")).text
    other = make_segment(now, "Oglądali", rule=VIEWED, counted=False)

    alike = as_alice.get(f"/segments/new/?like={other.pk}").text

    assert len(patterns) > 15
    assert 'value="Product Added" selected' in opened
    assert 'class="patterns"' not in opened
    assert 'value="Product Viewed" selected' in alike
    assert 'value="Oglądali"' not in alike
    assert as_alice.get("/segments/new/?like=999999").status_code == 404


def test_its_people_are_a_list_of_contacts_to_work_with(as_bob, deliver, now):
    make_contact(now, "ola@zolc.example", city="Gdynia")
    make_contact(now, "jan@zolc.example", city="Sopot")
    deliver()
    rule = {"all": [{"kind": "attribute", "field": "city", "op": "is", "value": "Gdynia"}]}
    there = make_segment(now, "Z Gdyni", rule=rule)
    link = re.search(r'class="button" href="(/contacts/[^"]+)"', as_bob.get(f"/segments/{there.pk}/").text)

    found = as_bob.get(unescape(link[1])).text

    assert "ola@zolc.example" in found
    assert "jan@zolc.example" not in found


def test_a_condition_is_found_by_other_words_too(as_alice, facts):
    shown = as_alice.get("/segments/new/").text

    also = re.search(r'data-also="([^"]+)" aria-selected="false"[^>]+value="add:at:near\?', shown)

    assert also
    assert "promień" in also[1]


@pytest.mark.parametrize(
    "typed", [{"kind": "event"}, {"kind": "moment", "which": "first", "op": "in_last", "value": "30"}]
)
def test_an_event_nobody_named_yet_waits_to_be_filled_in(as_alice, facts, typed):
    form = {"0:mode": "all", **{f"0.0:{name}": value for name, value in typed.items()}, "0.0:times": "1"}

    shown = as_alice.post("/segments/draft/", {**form, "0.0:op": typed.get("op", "at_least")}, headers=HTMX).text

    assert "is-unfinished" in shown
    assert "is-wrong" not in shown
