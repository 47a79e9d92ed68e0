import re
from datetime import timedelta
from html import unescape

import pytest
from django.template.loader import render_to_string

from relacja.contacts import panels
from relacja.contacts.uses import Use
from relacja.segments import actions, uses
from relacja.segments.models import Segment
from relacja.segments.tests.making import VIEWED, make_contact, make_event, make_segment

HTMX = {"HX-Request": "true"}
GDYNIA = {"0:mode": "all", "0.0:kind": "attribute", "0.0:field": "city", "0.0:op": "is", "0.0:value": "Gdynia"}


@pytest.fixture
def in_english(alice):
    alice.language = "en"
    alice.save()


@pytest.mark.usefixtures("kept")
@pytest.mark.parametrize("segments", [1, 20])
def test_the_list_costs_the_same_however_long_it_is(as_alice, facts, now, django_assert_max_num_queries, segments):
    for number in range(segments):
        make_segment(now, f"Looked {number}", counted=False)

    with django_assert_max_num_queries(6):
        response = as_alice.get("/segments/")

    assert len(re.findall(r"Looked \d+<", response.text)) == segments


@pytest.mark.usefixtures("kept")
@pytest.mark.parametrize("people", [1, 20])
def test_the_page_costs_the_same_however_many_are_in(as_alice, deliver, now, django_assert_max_num_queries, people):
    for number in range(people):
        make_contact(now, f"p{number}@zolc.example", city="Gdynia")
    deliver()
    segment = make_segment(now, rule={"kind": "attribute", "field": "city", "op": "is", "value": "gdynia"})

    with django_assert_max_num_queries(13):
        response = as_alice.get(f"/segments/{segment.pk}/")

    assert response.text.count("@zolc.example</span>") == people


def test_members_are_read_page_by_page_and_back(as_alice, deliver, now):
    for number in range(120):
        make_contact(now, f"p{number:03}@zolc.example", city="Gdynia")
    deliver()
    segment = make_segment(now, rule={"kind": "attribute", "field": "city", "op": "is", "value": "gdynia"})
    place = f"/segments/{segment.pk}/"

    def shown(response):
        return re.findall(r"(p\d\d\d)@zolc", response.text)

    first = as_alice.get(place)
    second = as_alice.get(place + re.search(r'rel="next" href="([^"]+)"', first.text)[1])
    third = as_alice.get(place + re.search(r'rel="next" href="([^"]+)"', second.text)[1])
    back = as_alice.get(place + re.search(r'rel="prev" href="([^"]+)"', third.text)[1])

    everybody = [f"p{number:03}" for number in range(120)]
    assert (shown(first), shown(second), shown(third)) == (everybody[:50], everybody[50:100], everybody[100:])
    assert shown(back) == shown(second)
    assert 'rel="next"' not in third.text


def test_a_segment_is_described_saved_and_found_in_the_list(as_alice, facts, now):
    response = as_alice.post("/segments/new/", {"name": "Z Gdyni", "description": "", **GDYNIA})

    made = Segment.objects.get()
    assert (response.status_code, response.url) == (302, f"/segments/{made.pk}/")
    assert made.rule == {"all": [{"kind": "attribute", "field": "city", "op": "is", "value": "Gdynia"}]}
    assert made.key == "z-gdyni"
    assert "Z Gdyni" in as_alice.get("/segments/").text


def test_a_draft_shows_its_sentence_its_count_and_some_of_them(as_alice, in_english, deliver, now):
    make_contact(now, city="Gdynia")
    deliver()

    response = as_alice.post("/segments/draft/", GDYNIA, headers=HTMX)

    assert "<html" not in response.text
    assert "anna@zolc.example" in response.text
    assert "1 person" in response.text
    assert "City is “Gdynia”." in response.text
    assert not Segment.objects.exists()


@pytest.mark.parametrize("headers", [{}, HTMX])
def test_conditions_and_groups_are_added_and_removed_with_and_without_script(as_alice, facts, headers):
    added = as_alice.post("/segments/draft/", {**GDYNIA, "do": "group:0"}, headers=headers)
    filled = as_alice.post(
        "/segments/draft/", {**GDYNIA, "0.1:mode": "none", "do": "add:0.1:event?times=1"}, headers=headers
    )
    removed = as_alice.post("/segments/draft/", {**GDYNIA, "0.1:mode": "none", "do": "remove:0.0"}, headers=headers)

    assert 'name="0.1:mode"' in added.text
    assert 'name="0.1.0:times"' in filled.text
    assert 'name="0.0:mode"' in removed.text
    assert 'value="Gdynia"' not in removed.text
    assert ("<html" in added.text) is not bool(headers)


def test_a_condition_is_chosen_from_a_list_without_script(as_alice, in_english, facts):
    chooser = as_alice.post("/segments/draft/", {**GDYNIA, "0.1:mode": "any", "do": "choose:0.1"})
    offered = re.search(r'name="do" value="(add:at:event\?name=Product\+Viewed[^"]*)"', chooser.text)[1]
    added = as_alice.post(
        "/segments/draft/", {**GDYNIA, "0.1:mode": "any", "at": "0.1", "do": offered.replace("&amp;", "&")}
    )

    assert '<dialog class="floating palette" closedby="any" aria-label="Add a condition" open>' in chooser.text
    assert '<option value="Product Viewed" selected>' in added.text
    assert 'id="part-0.1.0"' in added.text


def test_an_unfinished_condition_is_marked_and_the_others_count_meanwhile(as_alice, in_english, deliver, now):
    make_contact(now, city="Gdynia")
    deliver()

    response = as_alice.post("/segments/draft/", {**GDYNIA, "0.1:kind": "stage"}, headers=HTMX)

    assert response.text.count("is-unfinished") == 1
    assert "1 person" in response.text
    assert "Without the one condition that is not filled in yet." in response.text


def test_a_condition_that_is_wrong_is_marked_with_the_reason(as_alice, in_english, facts):
    wrong = {"0.1:kind": "event", "0.1:name": "Product Viewed", "0.1:op": "at_least", "0.1:times": "0"}

    response = as_alice.post("/segments/draft/", {**GDYNIA, **wrong}, headers=HTMX)

    assert "Everybody did it at least 0 times." in response.text
    assert '<div class="clause is-wrong" id="part-0.1"' in response.text


def test_an_unfinished_rule_is_not_saved_and_stays_in_the_form(as_alice, in_english, facts):
    response = as_alice.post("/segments/new/", {"name": "Half", **GDYNIA, "0.0:value": ""})

    assert response.status_code == 422
    assert "Write a text into “value”." in response.text
    assert 'value="Half"' in response.text
    assert not Segment.objects.exists()


def test_what_was_typed_and_done_is_undone_step_by_step(as_alice, in_english, facts):
    def post(form, do):
        page = as_alice.post("/segments/draft/", {**form, "do": do}, headers=HTMX).text
        hidden = re.findall(r'<input type="hidden" name="(was|past)" value="([^"]*)"', page)
        return page, {
            "was": unescape(dict(hidden)["was"]),
            "past": [unescape(value) for name, value in hidden if name == "past"],
        }

    page, carried = post(GDYNIA, "copy:0.0")
    assert 'id="part-0.1"' in page
    typed = {**GDYNIA, **{name.replace("0.0", "0.1"): value for name, value in GDYNIA.items()}, "0.1:value": "Sopot"}
    page, carried = post({**typed, **carried}, "wrap:0.1")
    assert 'id="part-0.1.0"' in page

    grouped = {**GDYNIA, "0.1:mode": "any", **{k.replace("0.1", "0.1.0"): v for k, v in typed.items() if "0.1:" in k}}
    page, carried = post({**grouped, **carried}, "undo")
    assert ("Sopot" in page, 'id="part-0.1.0"' in page) == (True, False)
    page, carried = post({**typed, **carried}, "undo")
    assert ("Sopot" in page, 'id="part-0.1"' in page) == (False, True)
    page, carried = post({**typed, "0.1:value": "Gdynia", **carried}, "undo")
    assert 'id="part-0.1"' not in page
    assert "disabled" in re.search(r"<button[^>]*data-undo[^>]*>", page)[0]


def test_a_draft_checks_one_person_and_shows_others(as_alice, in_english, deliver, now):
    people = [make_contact(now, f"p{number}@zolc.example", city="Gdynia") for number in range(12)]
    deliver()

    checked = as_alice.post("/segments/draft/", {**GDYNIA, "who": "p3@zolc.example"}, headers=HTMX)
    first = as_alice.post("/segments/draft/", GDYNIA, headers=HTMX)
    others = as_alice.post("/segments/draft/", {**GDYNIA, "after": str(people[9].pk)}, headers=HTMX)

    assert "In this segment" in checked.text
    assert "p9@" in first.text
    assert "p10@" not in first.text
    assert "p10@" in others.text
    assert "p9@" not in others.text


def test_what_asks_for_a_segment_is_shown_with_it(as_alice, in_english, facts, now, monkeypatch):
    segment = make_segment(now, counted=False)
    monkeypatch.setattr(uses, "_finders", [lambda found: [Use("Journey", f"About {found.name}", "/journeys/x/")]])

    editor, page = as_alice.get(f"/segments/{segment.pk}/rule/"), as_alice.get(f"/segments/{segment.pk}/")

    assert f"About {segment.name}" in editor.text
    assert f"About {segment.name}" in page.text


def test_a_rule_is_refused_with_a_sentence_and_nothing_is_saved(as_alice, in_english, facts):
    response = as_alice.post(
        "/segments/new/",
        {"name": "Bad", **GDYNIA, "0.0:op": "'; DROP TABLE contact --"},
        headers={"Accept-Language": "en"},
    )

    assert response.status_code == 422
    assert "DROP TABLE" in response.text
    assert not Segment.objects.exists()


def test_two_live_segments_never_have_one_name(as_alice, facts, now):
    make_segment(now, "Looked", counted=False)

    response = as_alice.post("/segments/new/", {"name": "Looked", **GDYNIA})

    assert response.status_code == 422
    assert Segment.objects.count() == 1


def test_every_rule_can_be_opened_and_saved_unchanged(as_alice, facts, now):
    actions.ensure_ready_made(now=now)
    for segment in Segment.objects.all():
        page = as_alice.get(f"/segments/{segment.pk}/rule/")
        inputs = dict(re.findall(r'<input[^>]* name="([^"]+)" value="([^"]*)"', page.text))
        for name, inside in re.findall(r'<select[^>]* name="([^"]+)"[^>]*>(.*?)</select>', page.text, re.S):
            chosen = re.search(r'value="([^"]*)" selected', inside)
            inputs[name] = chosen[1] if chosen else ""

        as_alice.post(f"/segments/{segment.pk}/rule/", {**inputs, "name": segment.name})

        saved = Segment.objects.get(pk=segment.pk)
        assert saved.rule == segment.rule
        assert saved.version == segment.version


def test_one_person_is_checked_with_the_reasons(as_alice, in_english, deliver, now):
    anna = make_contact(now)
    make_event(anna.pk, "Product Viewed", now - timedelta(minutes=5))
    deliver()
    rule = {"all": [VIEWED, {"kind": "stage", "stage": "customer"}]}
    segment = make_segment(now, rule=rule)

    response = as_alice.get(f"/segments/{segment.pk}/?who=anna", headers=HTMX)

    assert "<html" not in response.text
    assert "Not in this segment" in response.text
    assert "25 Oct 2026, 2:25:00" in response.text
    assert "Stage: Lead" in response.text


def test_of_several_people_one_is_chosen_and_nobody_is_said_so(as_alice, in_english, deliver, now):
    make_contact(now)
    jan = make_contact(now, "jan@zolc.example")
    deliver()
    segment = make_segment(now)

    several = as_alice.get(f"/segments/{segment.pk}/?who=zolc")
    chosen = as_alice.get(f"/segments/{segment.pk}/?who=%23{jan.pk}")
    nobody = as_alice.get(f"/segments/{segment.pk}/?who=nobody")

    assert several.text.count("?who=%23") == 4
    assert "Not in this segment" in chosen.text
    assert "Nobody of that name" in nobody.text


def test_an_archived_segment_is_gone_and_its_name_is_free(as_alice, facts, now):
    segment = make_segment(now, "Looked", counted=False)

    as_alice.post(f"/segments/{segment.pk}/removal/")

    assert as_alice.get(f"/segments/{segment.pk}/").status_code == 404
    make_segment(now, "Looked", counted=False)


def test_who_only_looks_may_not_change(as_bob, facts, now):
    segment = make_segment(now, counted=False)

    seen = as_bob.get(f"/segments/{segment.pk}/")
    refused = [
        as_bob.get("/segments/new/"),
        as_bob.get(f"/segments/{segment.pk}/rule/"),
        as_bob.post(f"/segments/{segment.pk}/removal/"),
    ]

    assert (seen.status_code, "Change the rule" in seen.text) == (200, False)
    assert [response.status_code for response in refused] == [403] * 3


def test_a_broken_segment_says_why(as_alice, facts, now):
    segment = make_segment(now, counted=False)
    Segment.objects.filter(pk=segment.pk).update(rule={"kind": "horoscope"}, broken="No such condition: horoscope.")

    page, listed = as_alice.get(f"/segments/{segment.pk}/"), as_alice.get("/segments/")

    assert "No such condition: horoscope." in page.text
    assert (page.status_code, listed.status_code) == (200, 200)


def test_a_contact_shows_its_segments_with_the_way_to_the_reasons(alice, deliver, now):
    anna = make_contact(now)
    make_event(anna.pk, "Product Viewed", now)
    deliver()
    inside, outside = make_segment(now, "Looked"), make_segment(now, "Looked often", {**VIEWED, "times": 7})

    [panel] = [one for one in panels.shown_for(anna, alice, now=now) if one.key == "segments"]
    text = render_to_string(panel.template, {"panel": panel.context})

    assert f"/segments/{inside.pk}/?who=%23{anna.pk}" in text
    assert f"/segments/{outside.pk}/" not in text


def test_one_person_and_every_segment_with_what_is_missing(as_alice, in_english, deliver, now):
    anna = make_contact(now, city="Gdynia")
    city = {"kind": "attribute", "field": "city", "op": "is", "value": "Gdynia"}
    make_segment(now, "From Gdynia", rule=city)
    make_segment(now, "Looked and lives there", rule={"all": [city, VIEWED]})
    deliver()

    page = as_alice.get(f"/segments/of/{anna.pk}/").text

    assert "Meets the rules of 1 of 2 segments right now." in page
    assert "“Product viewed” at least once." in unescape(page)
    assert page.index("From Gdynia") < page.index("Looked and lives there")


def test_whoever_is_not_in_is_told_what_is_missing_and_where_the_events_stand(as_alice, in_english, deliver, now):
    anna = make_contact(now)
    event = make_event(anna.pk, "Product Viewed", now)
    deliver()
    segment = make_segment(now, rule={"all": [VIEWED, {"not": {"any": [VIEWED]}}]})

    page = unescape(as_alice.get(f"/segments/{segment.pk}/?who=%23{anna.pk}").text)
    there = as_alice.get(re.search(r'href="(/contacts/\d+/\?before=[^"]+)"', page)[1])

    assert "What is missing: Never “Product viewed”." in page
    assert str(event.id) in page
    assert there.status_code == 200


@pytest.mark.usefixtures("kept")
@pytest.mark.parametrize("segments", [1, 20])
def test_every_segment_of_a_person_costs_the_same(as_alice, deliver, now, django_assert_max_num_queries, segments):
    anna = make_contact(now)
    deliver()
    for number in range(segments):
        make_segment(now, f"Looked {number}", counted=False)

    with django_assert_max_num_queries(7):
        page = as_alice.get(f"/segments/of/{anna.pk}/").text

    assert len(re.findall(r"Looked \d+<", page)) == segments
