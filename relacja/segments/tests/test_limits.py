"""Counting while somebody writes stops at its limits, says so, and says nearly how many when exactly takes too long."""

import time

import pytest
from django.utils import translation

from relacja.segments import previews, queries, rules
from relacja.segments.drafts import Draft
from relacja.segments.tests.making import VIEWED, make_contact

PEOPLE = 8_000
EVENTS = 2_000_000
OFTEN = {"kind": "event", "name": "Product Viewed", "op": "at_least", "times": 200}
LATELY = {"kind": "event", "name": "Product Viewed", "op": "at_least", "times": 1, "within": 3, "unit": "days"}
GDYNIA = {"kind": "attribute", "field": "city", "op": "is", "value": "Gdynia"}
FORM = {"0:mode": "all", "0.0:kind": "attribute", "0.0:field": "city", "0.0:op": "is", "0.0:value": "Gdynia"}


@pytest.fixture
def crowd(facts, now):
    """Eight thousand people, every fourth from Gdynia, and two million things they looked at."""
    at = {"now": now.replace(tzinfo=None)}
    facts.command(
        "INSERT INTO contact (id, city, created_at, version, is_deleted)"
        f" SELECT number + 1, if(number % 4, 'Hel', 'Gdynia'), {{now:DateTime64(3)}}, 1, 0 FROM numbers({PEOPLE})",
        at,
    )
    facts.command(
        "INSERT INTO event (id, name, at, received_at, profile_id, properties, context)"
        " SELECT generateUUIDv4(), 'Product Viewed', {now:DateTime64(3)} - toIntervalMinute(number % 5000),"
        f" {{now:DateTime64(3)}}, 1 + number % {PEOPLE}, '{{}}', '{{}}' FROM numbers({EVENTS})",
        at,
    )
    return facts


def draft(*conditions: dict) -> Draft:
    return Draft.of_rule(rules.read({"all": list(conditions)}))


def test_a_question_that_takes_too_long_is_stopped_and_says_what_to_do(crowd, now, settings):
    settings.PREVIEW_SECONDS = 0.02
    started = time.perf_counter()

    with translation.override("en"):
        found = previews.preview(draft(GDYNIA, LATELY, OFTEN), now=now, patiently=True)

    said = f"{found.problem}{found.stopped}"
    assert "took longer than 0.02 seconds and was stopped" in said
    assert "Furthest back looks: “Product viewed” at least 200 times." in said
    assert found.wrong == "0.2"
    assert time.perf_counter() - started < 5
    settings.PREVIEW_SECONDS = 30
    assert previews.preview(draft(GDYNIA), now=now, patiently=True).size == PEOPLE // 4


def test_a_question_that_needs_too_much_memory_is_stopped_and_says_so(crowd, now, settings):
    settings.PREVIEW_MEGABYTES = 1

    with translation.override("en"):
        found = previews.preview(draft(GDYNIA, OFTEN), now=now)

    assert "needed more than 1 MB of memory and was stopped" in f"{found.problem}{found.stopped}"
    settings.PREVIEW_MEGABYTES = 1_000
    assert previews.preview(draft(GDYNIA, OFTEN), now=now, patiently=True).size == PEOPLE // 4


def test_the_limits_end_with_who_asked_under_them(crowd, now, settings):
    settings.PREVIEW_MEGABYTES = 1

    previews.preview(draft(GDYNIA, OFTEN), now=now)

    assert queries.count(rules.read(OFTEN), now) == PEOPLE


def test_what_takes_long_is_said_nearly_and_then_exactly(crowd, now, monkeypatch):
    monkeypatch.setattr(previews, "SOON", 0.001)

    nearly = previews.preview(draft(GDYNIA, OFTEN), now=now)
    exactly = previews.preview(draft(GDYNIA, OFTEN), now=now, patiently=True)

    assert (nearly.about, nearly.is_unsure, nearly.everybody) == (queries.SAMPLED, True, PEOPLE)
    assert nearly.size == pytest.approx(PEOPLE // 4, rel=0.1)
    assert nearly.counts == {"0.0": nearly.size, "0.1": PEOPLE}
    assert (exactly.about, exactly.is_unsure, exactly.size) == (0, False, PEOPLE // 4)


def test_of_nobody_in_the_sample_is_said_how_few_they_may_be(crowd, now, monkeypatch):
    monkeypatch.setattr(previews, "SOON", 0.001)

    found = previews.preview(draft({**GDYNIA, "value": "Sopot"}, OFTEN), now=now)

    assert (found.size, found.at_most) == (0, round(3 * PEOPLE / queries.SAMPLED))


def test_few_people_are_all_asked(deliver, now):
    make_contact(now, city="Gdynia")
    deliver()

    found = queries.estimate(rules.read(GDYNIA), [rules.Every()], now, sample=10)

    assert (found.size, found.counts, found.of) == (1, [1], 0)


def test_the_page_asks_for_the_exact_number_by_itself(as_alice, alice, crowd, monkeypatch):
    alice.language = "en"
    alice.save()
    monkeypatch.setattr(previews, "SOON", 0.001)
    form = {**FORM, "0.1:kind": "event", "0.1:name": "Product Viewed", "0.1:op": "at_least", "0.1:times": "1"}

    nearly = as_alice.post("/segments/draft/", form, headers={"HX-Request": "true"}).text
    exactly = as_alice.post("/segments/draft/", {**form, "patiently": "1"}, headers={"HX-Request": "true"}).text

    assert "about 2,000 people" in nearly
    assert 'name="patiently"' in nearly
    assert "2,000 people" in exactly
    assert "about 2,000" not in exactly
    assert 'name="patiently"' not in exactly


def test_one_of_the_people_shown_says_why_on_opening(as_alice, alice, deliver, now):
    alice.language = "en"
    alice.save()
    anna = make_contact(now, city="Gdynia")
    deliver()
    form = {**FORM, "0:mode": "any", "0.1:kind": "event", **{f"0.1:{name}": str(VIEWED[name]) for name in VIEWED}}

    page = as_alice.post("/segments/draft/", form, headers={"HX-Request": "true"}).text
    why = as_alice.post(f"/segments/draft/reasons/{anna.pk}/", form, headers={"HX-Request": "true"}).text

    assert f'hx-post="/segments/draft/reasons/{anna.pk}/"' in page
    assert "Gdynia" in why
    assert "Product viewed" not in why
    assert "<html" not in why
